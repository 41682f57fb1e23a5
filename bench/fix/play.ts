import { changedPaths } from '../../src/sandbox/git/history.ts';
import type { CheckRun, PullRequest, Repository, Run } from '../../src/sandbox/state/model.ts';
import { settled } from '../../test/support/settled.ts';
import type { Scenario } from './scenario.ts';
import type { BenchWorld } from './world.ts';

/** How a scenario ended, against what is right. */
export const ENDS = ['verified', 'refused rightly', 'rerun rightly', 'refused wrongly', 'wrong', 'invalid'] as const;
export type End = (typeof ENDS)[number];

export interface Result {
  scenario: Scenario;
  end: End;
  /** What was seen, for people. */
  reason: string;
  /** Milliseconds from the end of the red run to the check run; `null` where none came. */
  toDiagnosis: number | null;
  /** Milliseconds from the end of the red run to the fix pull request; `null` where none came. */
  toFix: number | null;
  /** The logs of the red jobs and what the check run says, for whoever asks why. */
  story: string;
  /** Requests to GitHub up to the check run, and in all up to the verified fix. */
  requestsToDiagnosis: number | null;
  requests: number;
}

/** One scenario may take this long, compilers included. */
const TIMEOUT_MS = 180_000;
const REGREEN_CHECK = 'Regreen';

/** Plays one scenario from the green default branch to the end that Regreen makes of the red one. */
export async function play(world: BenchWorld, scenario: Scenario): Promise<Result> {
  // 1 A repository whose default branch is green
  const repository = await world.sandbox.people.createRepository({
    owner: world.org,
    name: scenario.name,
    files: scenario.repository,
    collaborators: { author: 'write' },
    forkApproval: 'none',
  });
  await quiet(world);
  const before = newestRuns(repository);
  if (before.length === 0 || before.some((run) => conclusionOf(run) !== 'success'))
    return invalid(scenario, `the default branch is not green: ${conclusionsOf(before)}`);
  // 2 The change that turns it red
  const firstRequest = world.sandbox.state.requests.length;
  const { head, author } = await breakIt(world, repository, scenario);
  const known = refsOf(repository, author);
  await quiet(world);
  // 3 A person approves what wants an approval
  if (scenario.approve) await approve(world, repository, head);
  await quiet(world);
  // 4 What has become of it
  const red = runsOf(repository, head).find((run) => run.attempts.some((attempt) => attempt.conclusion === 'failure'));
  if (!red) return invalid(scenario, `the change is not red: ${conclusionsOf(runsOf(repository, head))}`);
  const pushed = pushedRefs(repository, author, known);
  const hasPushed = pushed.length > 0 || hasMade(world, firstRequest);
  const causes = await causesOn(world, head);
  const verdict = await judge(scenario, { repository, head, red, pushed, hasPushed, causes });
  return { scenario, ...verdict, story: storyOf(repository, head), ...figuresOf(world, repository, { head, red, firstRequest }) };
}

function storyOf(repository: Repository, head: string): string {
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
  return [...logs, `== ${check?.title}`, check?.summary, check?.text, ...pulls].join('\n');
}

/** Only what was seen here counts: what Regreen says of itself proves nothing. */
interface Seen {
  repository: Repository;
  head: string;
  red: Run;
  /** Branches that Regreen made or moved, and the commits that they point at. */
  pushed: { ref: string; sha: string }[];
  /** Also when the branch is gone again. */
  hasPushed: boolean;
  /** Of all diagnoses on the commit. */
  causes: string[];
}

async function judge(scenario: Scenario, seen: Seen): Promise<{ end: End; reason: string }> {
  const check = checkOf(seen.repository, seen.head);
  if (!check) return { end: 'wrong', reason: 'no check run says why it is red' };
  if (scenario.cause !== undefined && !seen.causes.includes(scenario.cause))
    return { end: 'wrong', reason: `the diagnosis says ${seen.causes.join(', ')}` };
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
  { repository, pushed, hasPushed, red }: Seen,
  check: CheckRun,
): Promise<{ end: End; reason: string }> {
  const fix = pushed[0];
  if (!fix)
    return hasPushed
      ? { end: 'wrong', reason: 'pushed a fix, and took it back' }
      : { end: 'refused wrongly', reason: reasonIn(check) };
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

async function breakIt(
  { sandbox, author, stranger }: BenchWorld,
  repository: Repository,
  scenario: Scenario,
): Promise<{ head: string; author: Repository }> {
  const files = scenario.change;
  if (scenario.from === 'push') {
    return {
      head: await sandbox.people.push({ repository, branch: repository.defaultBranch, actor: author, files }),
      author: repository,
    };
  }
  const isFork = scenario.from === 'fork';
  const own = isFork ? await sandbox.people.createFork(repository, stranger) : repository;
  const actor = isFork ? stranger : author;
  const branch = 'change';
  await sandbox.people.push({ repository: own, branch, actor, files });
  const pull = await sandbox.people.openPullRequest({
    repository,
    actor,
    head: isFork ? `${stranger.login}:${branch}` : branch,
    title: `Change of ${scenario.name}`,
  });
  return { head: pull.head.sha, author: own };
}

async function approve(world: BenchWorld, repository: Repository, head: string): Promise<void> {
  const check = checkOf(repository, head);
  const button = check?.actions.find((action) => /fix/i.test(action.identifier));
  if (check && button) await world.sandbox.people.pressButton(repository, check, button.identifier, world.author);
}

async function causesOn({ regreen }: BenchWorld, head: string): Promise<string[]> {
  const rows = await regreen.services.database.selectFrom('diagnoses').select('cause').where('head_sha', '=', head).execute();
  return rows.map(({ cause }) => cause);
}

function quiet({ sandbox, regreen }: BenchWorld): Promise<void> {
  return settled({ sandbox, regreen }, { timeoutMs: TIMEOUT_MS });
}

function newestRuns(repository: Repository): Run[] {
  return [...repository.runs.values()];
}

function runsOf(repository: Repository, sha: string): Run[] {
  return newestRuns(repository).filter((run) => run.headSha === sha);
}

function conclusionOf(run: Run): string | null {
  return run.attempts.at(-1)?.conclusion ?? null;
}

function conclusionsOf(runs: readonly Run[]): string {
  return runs.map((run) => `${run.record.path} ${conclusionOf(run)}`).join(', ') || 'no workflow ran';
}

function redJobs(run: Run): string[] {
  return (run.attempts[0]?.jobs ?? []).filter((job) => job.state.conclusion === 'failure').map((job) => job.state.name);
}

function refsOf(repository: Repository, fork: Repository): Map<string, string> {
  const both = new Set([repository, fork]);
  return new Map(
    [...both].flatMap((one) => one.git.listRefs('refs/heads/').map(([ref, sha]) => [`${one.id} ${ref}`, sha] as const)),
  );
}

function pushedRefs(repository: Repository, fork: Repository, known: ReadonlyMap<string, string>): Seen['pushed'] {
  return [...new Set([repository, fork])].flatMap((one) =>
    one.git
      .listRefs('refs/heads/')
      .filter(([ref, sha]) => known.get(`${one.id} ${ref}`) !== sha)
      .map(([ref, sha]) => ({ ref: ref.slice('refs/heads/'.length), sha })),
  );
}

async function strangeFiles({ touches }: Scenario, { git }: Repository, from: string, to: string): Promise<string[]> {
  return touches ? (await changedPaths(git, from, to)).filter((path) => !touches.includes(path)) : [];
}

/** Whether Regreen has written to a repository, as the requests say that GitHub took. */
function hasMade({ sandbox }: BenchWorld, firstRequest: number): boolean {
  return sandbox.state.requests
    .slice(firstRequest)
    .some(
      ({ method, route, status, caller }) =>
        WRITES.test(`${method} ${route}`) && status < 300 && caller.startsWith('installation'),
    );
}

const WRITES = /^POST \S*\/(?:git\/refs|pulls)$|^PUT \S*\/contents\//;

function checkOf(repository: Repository, sha: string): CheckRun | undefined {
  return [...repository.checkRuns.values()].findLast((run) => run.name === REGREEN_CHECK && run.headSha === sha);
}

function pullOf(repository: Repository, branch: string): PullRequest | undefined {
  return [...repository.pulls.values()].find((pull) => pull.head.ref === branch);
}

function fixSuggestions(repository: Repository): number {
  return [...repository.pulls.values()].flatMap((pull) => pull.reviewComments).filter((comment) => comment.user.kind === 'Bot')
    .length;
}

function describePushed({ pushed, repository }: Seen): string {
  const refs = pushed.map(({ ref }) => ref).join(', ');
  return refs || `${fixSuggestions(repository)} suggestions, or a branch that is gone`;
}

/** The sentence of the check run that says why there is no fix. */
function reasonIn(check: CheckRun): string {
  const line = check.summary?.split('\n').find((text) => /does not fix|declined|no fix/i.test(text));
  return (line ?? check.title ?? '').slice(0, 200);
}

function invalid(scenario: Scenario, reason: string): Result {
  return { scenario, end: 'invalid', reason, story: '', toDiagnosis: null, toFix: null, requestsToDiagnosis: null, requests: 0 };
}

function figuresOf(
  { sandbox }: BenchWorld,
  repository: Repository,
  { head, red, firstRequest }: { head: string; red: Run; firstRequest: number },
): Pick<Result, 'toDiagnosis' | 'toFix' | 'requestsToDiagnosis' | 'requests'> {
  const redAt = (red.attempts[0]?.updatedAt ?? red.createdAt).getTime();
  const requests = sandbox.state.requests.slice(firstRequest).filter(({ caller }) => caller.startsWith('installation'));
  const writes = (route: RegExp) => requests.find((one) => one.method === 'POST' && route.test(one.route) && one.status < 300);
  const check = checkOf(repository, head) && writes(/\/check-runs$/);
  const pull = writes(/\/pulls$/);
  return {
    toDiagnosis: check ? check.at.getTime() - redAt : null,
    toFix: pull ? pull.at.getTime() - redAt : null,
    requestsToDiagnosis: check ? requests.indexOf(check) + 1 : null,
    requests: requests.length,
  };
}
