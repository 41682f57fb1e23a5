import { changedPaths } from '../../src/sandbox/git/history.ts';
import type { CheckRun, Repository, Run } from '../../src/sandbox/state/model.ts';
import { checkOf, fixSuggestions, pullOf, redJobs, runsOf } from './on-github.ts';
import type { Scenario } from './scenario.ts';

/** How a scenario ended, against what is right. */
export const ENDS = ['verified', 'refused rightly', 'rerun rightly', 'refused wrongly', 'wrong', 'invalid'] as const;
export type End = (typeof ENDS)[number];

/** Only what was seen here counts: what Regreen says of itself proves nothing. */
export interface Seen {
  repository: Repository;
  head: string;
  red: Run;
  /** Branches that Regreen made or moved, and the commits that they point at. */
  pushed: { ref: string; sha: string }[];
  /** Also when the branch is gone again. */
  hasPushed: boolean;
  /** Something was pushed before a person had approved it. */
  isHasty: boolean;
  /** Why fixers did nothing, as Regreen says. */
  declined: readonly string[];
  /** Of all diagnoses on the commit. */
  causes: string[];
}

export async function judge(scenario: Scenario, seen: Seen): Promise<{ end: End; reason: string }> {
  const check = checkOf(seen.repository, seen.head);
  if (!check) return { end: 'wrong', reason: 'no check run says why it is red' };
  if (scenario.cause !== undefined && !seen.causes.includes(scenario.cause))
    return { end: 'wrong', reason: `the diagnosis says ${seen.causes.join(', ')}` };
  if (seen.isHasty) return { end: 'wrong', reason: 'pushed before a person had approved it' };
  // Onto a fork nothing can be pushed; a suggestion is all that its author can be offered, and they take it or not.
  const suggested = scenario.from === 'fork' ? 0 : fixSuggestions(seen.repository);
  if (scenario.expect === 'verified') return judgeFix(scenario, seen, check);
  if (seen.hasPushed || suggested > 0) return { end: 'wrong', reason: `pushed ${describePushed(seen)} where nothing is right` };
  if (scenario.expect === 'rerun') {
    const last = seen.red.attempts.at(-1);
    return last !== seen.red.attempts[0] && last?.conclusion === 'success'
      ? { end: 'rerun rightly', reason: `green at attempt ${last.number}` }
      : { end: 'refused wrongly', reason: `${seen.red.attempts.length} attempts, the last one ${last?.conclusion}` };
  }
  return { end: 'refused rightly', reason: check.title ?? '' };
}

async function judgeFix(
  scenario: Scenario,
  { repository, pushed, hasPushed, red, declined }: Seen,
  check: CheckRun,
): Promise<{ end: End; reason: string }> {
  const fix = pushed[0];
  if (!fix)
    return hasPushed
      ? { end: 'wrong', reason: 'pushed a fix, and took it back' }
      : { end: 'refused wrongly', reason: declined.join(' ') || reasonIn(check) };
  if (pushed.length > 1) return { end: 'wrong', reason: `pushed to ${pushed.map(({ ref }) => ref).join(' and ')}` };
  const strangers = await strangeFiles(scenario, repository, red.headSha, fix.sha);
  if (strangers.length > 0) return { end: 'wrong', reason: `changed ${strangers.join(', ')}` };
  const jobs = new Set(scenario.heals ?? redJobs(red));
  const again = runsOf(repository, fix.sha).filter((run) => run.record.path === red.record.path);
  const healed = again.flatMap((run) => run.attempts.at(-1)?.jobs ?? []).filter((job) => jobs.has(job.state.name));
  if (healed.length === 0) return { end: 'wrong', reason: 'CI has not run on the fix' };
  if (healed.some((job) => job.state.conclusion !== 'success')) return { end: 'wrong', reason: 'CI is red on the fix too' };
  const pull = pullOf(repository, fix.ref);
  if (pull?.draft) return { end: 'wrong', reason: `#${pull.issue.number} is green, and still a draft` };
  return { end: 'verified', reason: pull ? `#${pull.issue.number} ${pull.issue.title}` : `commit on ${fix.ref}` };
}

async function strangeFiles({ touches }: Scenario, { git }: Repository, from: string, to: string): Promise<string[]> {
  return touches ? (await changedPaths(git, from, to)).filter((path) => !touches.includes(path)) : [];
}

function describePushed({ pushed, repository }: Seen): string {
  const refs = pushed.map(({ ref }) => ref).join(', ');
  return refs || `${fixSuggestions(repository)} suggestions, or a branch that is gone`;
}

/** The sentence of the check run that says why there is no fix. */
function reasonIn(check: CheckRun): string {
  const line = check.summary?.split('\n').find((text) => text.startsWith('**What happens next'));
  return (line ?? check.title ?? '').slice(0, 200);
}
