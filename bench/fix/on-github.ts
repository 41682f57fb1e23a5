import type { CheckRun, PullRequest, Repository, Run } from '../../src/sandbox/state/model.ts';

const REGREEN_CHECK = 'Regreen';

export function newestRuns(repository: Repository): Run[] {
  return [...repository.runs.values()];
}

export function runsOf(repository: Repository, sha: string): Run[] {
  return newestRuns(repository).filter((run) => run.headSha === sha);
}

export function conclusionOf(run: Run): string | null {
  return run.attempts.at(-1)?.conclusion ?? null;
}

export function redJobs(run: Run): string[] {
  return (run.attempts[0]?.jobs ?? []).filter((job) => job.state.conclusion === 'failure').map((job) => job.state.name);
}

export function checkOf(repository: Repository, sha: string): CheckRun | undefined {
  return [...repository.checkRuns.values()].findLast((run) => run.name === REGREEN_CHECK && run.headSha === sha);
}

export function pullOf(repository: Repository, branch: string): PullRequest | undefined {
  return [...repository.pulls.values()].find((pull) => pull.head.ref === branch);
}

export function fixSuggestions(repository: Repository): number {
  return [...repository.pulls.values()].flatMap((pull) => pull.reviewComments).filter((comment) => comment.user.kind === 'Bot')
    .length;
}
