import type { Repository, Run } from '../../src/sandbox/state/model.ts';
import { checkOf } from './on-github.ts';
import type { Result } from './play.ts';
import type { Scenario } from './scenario.ts';
import type { BenchWorld } from './world.ts';

/** The logs of all red jobs, the check run and the pull requests, for whoever asks why it ended so. */
export function storyOf(repository: Repository, head: string, declined: readonly string[]): string {
  const red = [...repository.runs.values()].flatMap((run) =>
    run.attempts.flatMap(({ jobs }) => jobs.map((job) => ({ run, job }))),
  );
  const logs = red
    .filter(({ job }) => job.state.conclusion === 'failure')
    .map(
      ({ run, job }) =>
        `== ${run.headSha === head ? 'red' : 'red, not on the change'}: ${job.state.name}\n${job.state.log ?? ''}`,
    );
  const check = checkOf(repository, head);
  const pulls = [...repository.pulls.values()].map(
    (pull) => `== #${pull.issue.number} ${pull.issue.state} ${pull.issue.title}\n${pull.issue.body ?? ''}`,
  );
  return [...logs, `== ${check?.title}`, check?.summary, check?.text, ...declined, ...pulls].join('\n');
}

/** What Regreen asked of GitHub, one line each, with the milliseconds from the first. */
export function requestsSince({ sandbox }: BenchWorld, firstRequest: number): string[] {
  const requests = sandbox.state.requests.slice(firstRequest).filter(({ caller }) => caller.startsWith('installation'));
  const startedAt = requests[0]?.at.getTime() ?? 0;
  return requests.map(({ at, method, route, status }) => `${at.getTime() - startedAt} ms ${method} ${route} ${status}`);
}

/** How long it took, and how many requests, as the sandbox's GitHub has seen them. */
export function figuresOf(
  { sandbox }: BenchWorld,
  repository: Repository,
  { scenario, head, red, firstRequest }: { scenario: Scenario; head: string; red: Run; firstRequest: number },
): Pick<Result, 'toDiagnosis' | 'toFix' | 'requestsToDiagnosis' | 'requests'> {
  const redAt = (red.attempts[0]?.updatedAt ?? red.createdAt).getTime();
  const requests = sandbox.state.requests.slice(firstRequest).filter(({ caller }) => caller.startsWith('installation'));
  const writes = (route: RegExp) => requests.find((one) => one.method === 'POST' && route.test(one.route) && one.status < 300);
  const check = checkOf(repository, head) && writes(/\/check-runs$/);
  const pull = writes(/\/pulls$/);
  return {
    toDiagnosis: check ? check.at.getTime() - redAt : null,
    // How long a person takes to approve is no figure of Regreen's.
    toFix: pull && !scenario.approve ? pull.at.getTime() - redAt : null,
    requestsToDiagnosis: check ? requests.indexOf(check) + 1 : null,
    requests: requests.length,
  };
}
