import { ConfigurationError } from '../errors.ts';

/** What a step of a workflow is told by its runner. */
export interface ActionEnvironment {
  token: string;
  /**
   * Whether pushes with the token start workflows: those with the workflow's own don't.
   * @see https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow
   */
  startsWorkflows: boolean;
  /** The REST API, without a slash at its end. */
  apiUrl: string;
  repository: { owner: string; name: string };
  /** The run that the step is in. */
  run: { id: number; attempt: number };
  /** What the step's run was started by, and its event's file. */
  event: { name: string; path: string };
  /** The commit that `actions/checkout` checks out: for a pull request its test merge. */
  sha: string;
  /** Where the repository is checked out, if it is. */
  workspace: string;
  /** The files by which a step answers; `null` on runners without. */
  summaryPath: string | null;
  outputPath: string | null;
  /** What programs of the repository may see. */
  forPrograms: Readonly<Record<string, string>>;
}

type Variables = Readonly<Record<string, string | undefined>>;

const DEFAULT_API = 'https://api.github.com';

/**
 * Reads what the runner says.
 * @see https://docs.github.com/actions/reference/workflows-and-actions/variables
 * @throws ConfigurationError with one fault a line; never a secret
 */
export function readActionEnvironment(variables: Variables = process.env): ActionEnvironment {
  const faults: string[] = [];
  const needed = (name: string, pattern: RegExp, wanted: string): string => {
    const value = variables[name] ?? '';
    if (!pattern.test(value)) faults.push(`${name}: ${value === '' ? 'not set' : 'not understood'}; wanted ${wanted}`);
    return value;
  };
  const token = variables['INPUT_TOKEN'] || variables['GITHUB_TOKEN'] || '';
  if (token === '') faults.push('token: not set; wanted the token of the workflow or of a GitHub App');
  const [owner = '', name = ''] = needed('GITHUB_REPOSITORY', /^[\w.-]+\/[\w.-]+$/, 'owner/name').split('/');
  const runId = Number(needed('GITHUB_RUN_ID', /^\d{1,15}$/, 'the number of the run'));
  const eventName = needed('GITHUB_EVENT_NAME', /^[a-z_]+$/, 'the name of an event');
  const eventPath = needed('GITHUB_EVENT_PATH', /./, "the path of the event's file");
  if (faults.length > 0) {
    throw new ConfigurationError('Regreen was not started as an action.', faults, {
      hint: 'docs/action.md shows workflows that use it.',
    });
  }
  return {
    token,
    // Without the other input it is not known to be another token, and nothing may be waited for that never comes.
    startsWorkflows: (variables['INPUT_WORKFLOW-TOKEN'] ?? token) !== token,
    apiUrl: (variables['GITHUB_API_URL'] || DEFAULT_API).replace(/\/+$/, ''),
    repository: { owner, name },
    run: { id: runId, attempt: Number(variables['GITHUB_RUN_ATTEMPT'] ?? 1) || 1 },
    event: { name: eventName, path: eventPath },
    sha: variables['GITHUB_SHA'] ?? '',
    workspace: variables['GITHUB_WORKSPACE'] || process.cwd(),
    summaryPath: variables['GITHUB_STEP_SUMMARY'] || null,
    outputPath: variables['GITHUB_OUTPUT'] || null,
    forPrograms: withoutSecrets(variables, token),
  };
}

/** Inputs (the token is one), the runner's own services with their tokens, and the files by which a step speaks for itself. */
const OF_THE_STEP =
  /^(?:INPUT_|ACTIONS_|STATE_|GITHUB_(?:TOKEN|ENV|PATH|OUTPUT|STATE|STEP_SUMMARY|EVENT_PATH)$|GH_|NODE_OPTIONS$|NODE_COMPILE_CACHE$)/i;
const SECRET_NAME = /TOKEN|SECRET|PASSW|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|AUTH/i;

/** The environment for programs of the repository: nothing in it by which more could be done than reading. */
function withoutSecrets(variables: Variables, token: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !OF_THE_STEP.test(entry[0]) && !SECRET_NAME.test(entry[0]) && !entry[1].includes(token),
    ),
  );
}
