import { ConflictError, NotFoundError, PermissionError, type RegreenError, UnavailableError } from '../errors.ts';
import { isLimit, statusOf } from './errors.ts';

/** Waits for GitHub's answer. @throws RegreenError that says why it refused, or what is the matter with it */
export async function answered<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw explained(error);
  }
}

/** What GitHub refuses by words of its own; the words stand in its answers and are not documented. */
const REFUSALS: readonly { words: RegExp; code: string; message: string; hint: string }[] = [
  {
    words: /already running|is not completed/i,
    code: 'RUN_UNDER_WAY',
    message: 'The run is still under way.',
    hint: 'Wait for its end, or cancel it first.',
  },
  {
    words: /cannot cancel/i,
    code: 'RUN_COMPLETED',
    message: 'The run has ended already.',
    hint: 'There is nothing left to cancel.',
  },
  {
    words: /over a month ago/i,
    code: 'RUN_TOO_OLD',
    message: 'GitHub runs nothing again that is older than 30 days.',
    hint: 'Push a commit, or start the workflow anew.',
  },
  {
    words: /has been re-run \d+ times/i,
    code: 'RERUN_LIMIT_REACHED',
    message: 'GitHub runs nothing again more than 50 times.',
    hint: 'Push a commit, or start the workflow anew.',
  },
  {
    words: /cannot be retried|was never started/i,
    code: 'NOTHING_TO_RERUN',
    message: 'GitHub finds nothing in this run that could be run again.',
    hint: 'Ask for all jobs, or push a commit.',
  },
];

function explained(error: unknown): unknown {
  const status = statusOf(error);
  if (status === undefined) return error;
  const words = wordsOf(error);
  const details = { githubStatus: status, githubMessage: words };
  if (status === 404) {
    return new NotFoundError('NOT_ON_GITHUB', 'GitHub does not have it (any more).', {
      details,
      hint: 'It may have been deleted, or the app may have lost its access.',
      cause: error,
    });
  }
  if (status === 403 && /not accessible by integration/i.test(words)) return lacksPermission(details, error);
  if (isLimit(error)) return limited(details, error);
  if (status === 403 || status === 409 || status === 422) return refused(words, details, error);
  return new UnavailableError('GITHUB_UNAVAILABLE', 'GitHub does not answer as it should.', {
    details,
    hint: 'Try again in a minute; https://www.githubstatus.com says whether it is known.',
    cause: error,
  });
}

type Facts = { githubStatus: number; githubMessage: string };

function lacksPermission(details: Facts, cause: unknown): RegreenError {
  return new PermissionError('GITHUB_PERMISSION_MISSING', 'The app may not do that in this repository.', {
    details,
    hint: "An owner of the account must accept the app's permissions (app.yml lists them).",
    cause,
  });
}

function limited(details: Facts, cause: unknown): RegreenError {
  return new UnavailableError('GITHUB_RATE_LIMITED', 'GitHub takes no more requests of this installation for now.', {
    details,
    hint: 'Its limits are counted by the hour; try again later.',
    cause,
  });
}

function refused(words: string, details: Facts, cause: unknown): RegreenError {
  const known = REFUSALS.find((one) => one.words.test(words));
  const hint = known?.hint ?? 'details.githubMessage has its own words.';
  return new ConflictError(known?.code ?? 'GITHUB_REFUSED', known?.message ?? 'GitHub refuses this.', { details, hint, cause });
}

/** GitHub's words, without the link that Octokit hangs on; they are a stranger's, so they are cut. */
function wordsOf(error: unknown): string {
  const { response } = error as { response?: { data?: { message?: unknown } } };
  return typeof response?.data?.message === 'string' ? response.data.message.slice(0, 300) : '';
}
