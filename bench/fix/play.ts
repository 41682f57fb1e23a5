import type { Repository, Run } from '../../src/sandbox/state/model.ts';
import { settled } from '../../test/support/settled.ts';
import { figuresOf, requestsSince, storyOf } from './figures.ts';
import { type End, judge, type Seen } from './judge.ts';
import { checkOf, conclusionOf, newestRuns, runsOf } from './on-github.ts';
import type { Scenario } from './scenario.ts';
import type { BenchWorld } from './world.ts';

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

/** Plays one scenario to its end. What breaks the bench itself ends this one only. */
export async function play(world: BenchWorld, scenario: Scenario): Promise<Result> {
  try {
    return await playThrough(world, scenario);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { scenario, end: 'wrong', reason, ...NO_FIGURES };
  }
}

/** From the green default branch to the end that Regreen makes of the red one. */
async function playThrough(world: BenchWorld, scenario: Scenario): Promise<Result> {
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
    return invalid(scenario, repository, `the default branch is not green: ${conclusionsOf(before)}`);
  // 2 The change that turns it red
  const firstRequest = world.sandbox.state.requests.length;
  const { head, author } = await breakIt(world, repository, scenario);
  const known = refsOf(repository, author);
  await quiet(world);
  // 3 A person approves what wants an approval
  const isHasty = scenario.approve && hasMade(world, firstRequest);
  if (scenario.approve) {
    await approve(world, repository, head);
    await quiet(world);
  }
  // 4 What has become of it
  const red = runsOf(repository, head).find((run) => run.attempts.some((attempt) => attempt.conclusion === 'failure'));
  if (!red) return invalid(scenario, repository, `the change is not red: ${conclusionsOf(runsOf(repository, head))}`);
  const pushed = pushedRefs(repository, author, known);
  const hasPushed = pushed.length > 0 || hasMade(world, firstRequest);
  const causes = await causesOn(world, head);
  const declined = await declinedIn(world, repository);
  const verdict = await judge(scenario, { repository, head, red, pushed, hasPushed, isHasty, causes, declined });
  const story = [storyOf(repository, head, declined), '== requests', ...requestsSince(world, firstRequest)].join('\n');
  return { scenario, ...verdict, story, ...figuresOf(world, repository, { scenario, head, red, firstRequest }) };
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
  const button = check?.actions.find(({ label }) => /^(?:apply|approve)\b/i.test(label));
  if (check && button) await world.sandbox.people.pressButton(repository, check, button.identifier, world.author);
}

async function causesOn({ regreen }: BenchWorld, head: string): Promise<string[]> {
  const rows = await regreen.services.database.selectFrom('diagnoses').select('cause').where('head_sha', '=', head).execute();
  return rows.map(({ cause }) => cause);
}

/** Why fixers did nothing, from Regreen's own books: for people, it counts for nothing. */
async function declinedIn({ regreen }: BenchWorld, { id }: Repository): Promise<string[]> {
  const entries = await regreen.services.database
    .selectFrom('audit')
    .select('details')
    .where('repository_id', '=', id)
    .where('action', '=', 'fix.declined')
    .execute();
  return [...new Set(entries.map(({ details }) => JSON.stringify(details)))];
}

function quiet({ sandbox, regreen }: BenchWorld): Promise<void> {
  return settled({ sandbox, regreen }, { timeoutMs: TIMEOUT_MS });
}

function conclusionsOf(runs: readonly Run[]): string {
  return runs.map((run) => `${run.record.path} ${conclusionOf(run)}`).join(', ') || 'no workflow ran';
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

function invalid(scenario: Scenario, repository: Repository, reason: string): Result {
  return { scenario, end: 'invalid', reason, ...NO_FIGURES, story: storyOf(repository, '', []) };
}

const NO_FIGURES = { story: '', toDiagnosis: null, toFix: null, requestsToDiagnosis: null, requests: 0 };
