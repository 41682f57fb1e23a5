import type { Job, Run } from '../../github/types.ts';
import type { HealedIncident } from '../../store/fixes/fixes.ts';
import { isRed } from '../failures/red.ts';

/** A job as far as a judgement looks at it. */
export interface JudgedJob {
  workflowPath: string;
  name: string;
  conclusion: string | null;
}

/** A run as far as a judgement looks at it. */
export type JudgedRun = Pick<Run, 'id' | 'workflowPath' | 'workflowName' | 'status' | 'conclusion'>;

export interface JudgeInput<R extends JudgedRun> {
  heals: readonly HealedIncident[];
  /** The runs of the fix's commit, latest attempts. */
  runs: readonly R[];
  /** All jobs of a run, by run: of the red ones, and of those that must show that a job was healed. */
  jobs: ReadonlyMap<number, readonly Pick<Job, 'id' | 'name' | 'conclusion'>[]>;
  /** The jobs of the commit that failed. */
  base: readonly JudgedJob[];
  /** The fix changes workflow files, so its jobs may have other names. */
  renames?: boolean;
}

export type Judgement<R extends JudgedRun = Run> =
  | Waiting<R>
  | { kind: 'verified'; run: R }
  | { kind: 'refuted'; run: R; jobs: RedJob[]; newlyRed: boolean };

/** What CI says of a fix when it has ended. */
export type Ended<R extends JudgedRun = Run> = Exclude<Judgement<R>, Waiting<R>>;

/** What a fix waits for. `held` and `unproven` are said only when all else has ended. */
export interface Waiting<R extends JudgedRun = Run> {
  kind: 'waiting';
  /** Workflows of which no run has begun. */
  missing: string[];
  /** Runs that a person must let go on before they can show anything. */
  held: R[];
  unproven: UnprovenJob[];
}

/** A job that was to be healed and that no run shows green. */
export interface UnprovenJob {
  workflowPath: string;
  name: string;
  /** `unknown` when the jobs of no run of its workflow are known. */
  state: 'skipped' | 'not-green' | 'absent' | 'unknown';
}

/** A job that speaks against the fix; without an id when the run ended before any job began. */
export interface RedJob {
  id: number | null;
  name: string;
}

/** What says nothing about the fix: nobody let the run go on, or another one took its place. */
const SAYS_NOTHING: ReadonlySet<string | null> = new Set(['cancelled', 'skipped', 'action_required', 'stale', 'neutral']);

/**
 * Verified when every workflow that failed has run on the fix's commit, the jobs that were red are green there, and no
 * job is red that was not red before. A job that was red for another reason may stay so; one that was skipped, or that
 * waits for a person, shows nothing. Pure.
 */
export function judge<R extends JudgedRun>(input: JudgeInput<R>): Judgement<R> {
  const workflows = new Set(input.heals.map((one) => one.workflowPath));
  const telling = input.runs.filter((run) => !(run.status === 'completed' && SAYS_NOTHING.has(run.conclusion)));
  // 1 A red job decides at once
  for (const run of telling.filter((one) => one.status === 'completed' && isRed(one.conclusion))) {
    const against = redJobs(run, input);
    if (against) return { kind: 'refuted', run, ...against };
  }
  // 2 Everything that failed must have run, and what runs must have ended
  const missing = [...workflows].filter((path) => !telling.some((run) => run.workflowPath === path));
  const underWay = telling.some((run) => run.status !== 'completed' && run.status !== 'waiting');
  if (missing.length > 0 || underWay) return { kind: 'waiting', missing, held: [], unproven: [] };
  // 3 What was red must be green, and not only not red
  const own = telling.filter((run) => workflows.has(run.workflowPath));
  const held = own.filter((run) => run.status === 'waiting' && !passesSoFar(run, input));
  const unproven = unprovenJobs(own, input);
  const [decisive] = own.filter((run) => run.workflowPath === input.heals[0]?.workflowPath);
  if (held.length > 0 || unproven.length > 0 || !decisive) return { kind: 'waiting', missing, held, unproven };
  return { kind: 'verified', run: decisive };
}

/** Whether a run that waits, for a deployment as a rule, has shown already all that the fix needs. */
function passesSoFar(run: JudgedRun, input: JudgeInput<JudgedRun>): boolean {
  const jobs = input.jobs.get(run.id);
  const names = input.heals.filter((one) => one.workflowPath === run.workflowPath).flatMap((one) => one.jobs);
  return !!jobs && !jobs.some((job) => isRed(job.conclusion)) && names.every((name) => isProven(name, run, input));
}

function unprovenJobs(runs: readonly JudgedRun[], input: JudgeInput<JudgedRun>): UnprovenJob[] {
  const found = new Map<string, UnprovenJob>();
  for (const { workflowPath, jobs } of input.heals) {
    const own = runs.filter((run) => run.workflowPath === workflowPath);
    for (const name of jobs) {
      if (own.some((run) => isProven(name, run, input))) continue;
      found.set(`${workflowPath}\n${name}`, { workflowPath, name, state: stateOf(name, own, input) });
    }
  }
  return [...found.values()];
}

/** Whether a run shows that a job is healed. */
function isProven(name: string, run: JudgedRun, { jobs, base, renames }: JudgeInput<JudgedRun>): boolean {
  const listed = jobs.get(run.id);
  if (!listed) return false;
  const named = listed.filter((job) => job.name === name);
  if (named.length > 0) return named.some((job) => job.conclusion === 'success');
  if (isRunItself(name, run)) return run.conclusion === 'success';
  if (!renames) return false;
  // `test (ubuntu-20.04)` is `test (ubuntu-24.04)` where the fix has changed the matrix.
  const before = new Set(base.filter((job) => job.workflowPath === run.workflowPath).map((job) => job.name));
  return listed.some((job) => job.conclusion === 'success' && stemOf(job.name) === stemOf(name) && !before.has(job.name));
}

/** A run that ended before any job began is told of under its own name, which for an unreadable file is its path. */
function isRunItself(name: string, run: JudgedRun): boolean {
  return name === run.workflowName || name === run.workflowPath;
}

/** The name of a job without the part that its matrix adds. */
function stemOf(name: string): string {
  return name.split(' (', 1)[0] ?? name;
}

function stateOf(name: string, runs: readonly JudgedRun[], { jobs }: JudgeInput<JudgedRun>): UnprovenJob['state'] {
  const listed = runs.flatMap((run) => jobs.get(run.id) ?? []);
  if (listed.length === 0) return 'unknown';
  if (listed.some((job) => job.name === name && job.conclusion !== 'skipped')) return 'not-green';
  // A matrix, or a workflow that is called, is listed under its short name where it was skipped as a whole.
  const names = new Set([name, stemOf(name), ...callersOf(name)]);
  return listed.some((job) => names.has(job.name) && job.conclusion === 'skipped') ? 'skipped' : 'absent';
}

function callersOf(name: string): string[] {
  const parts = name.split(' / ');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join(' / '));
}

function redJobs(
  run: JudgedRun,
  input: Pick<JudgeInput<JudgedRun>, 'heals' | 'jobs' | 'base'>,
): { jobs: RedJob[]; newlyRed: boolean } | null {
  const jobs = input.jobs.get(run.id) ?? [];
  const ours = new Set(input.heals.filter((one) => one.workflowPath === run.workflowPath).flatMap((one) => one.jobs));
  const concerned = input.heals.some((one) => one.workflowPath === run.workflowPath);
  if (jobs.length === 0) return concerned ? { jobs: [{ id: null, name: run.workflowName }], newlyRed: false } : null;
  // A job of ours that another one's failure kept from running is not healed either.
  const left = jobs.filter((job) => ours.has(job.name) && job.conclusion !== 'success');
  if (left.length > 0) return { jobs: left.map(({ id, name }) => ({ id, name })), newlyRed: false };
  const before = input.base.filter((job) => job.workflowPath === run.workflowPath);
  const isWhole = [...ours].some((name) => isRunItself(name, run) && !jobs.some((job) => job.name === name));
  // What never ran on the base can't be compared with it.
  if (before.length === 0 && !isWhole) return null;
  const wasRed = new Set(before.filter((job) => isRed(job.conclusion)).map((job) => job.name));
  const fresh = jobs.filter((job) => isRed(job.conclusion) && !ours.has(job.name) && !wasRed.has(job.name));
  return fresh.length > 0 ? { jobs: fresh.map(({ id, name }) => ({ id, name })), newlyRed: true } : null;
}

/**
 * Whether what the books know of the commit lets expect a judgement. Events of jobs may be late, which at worst puts it
 * off until the last run has ended; then GitHub is asked for the jobs that the books do not know. Pure.
 */
export function isRipe(input: JudgeInput<JudgedRun>): boolean {
  const judgement = judge(input);
  return judgement.kind !== 'waiting' || judgement.unproven.length > 0;
}

/**
 * Whether the jobs of the commit that failed could still change the judgement, were more of them known: only what is red
 * beside the fix is compared with them, and more of them can only excuse it where there are some already. Pure.
 */
export function dependsOnBase<R extends JudgedRun>(judgement: Judgement<R>, { runs, jobs, base }: JudgeInput<R>): boolean {
  if (judgement.kind === 'waiting') return false;
  if (judgement.kind === 'refuted') return judgement.newlyRed;
  const red = runs.filter((run) => isRed(run.conclusion) && jobs.has(run.id));
  return red.some((run) => !base.some(({ workflowPath }) => workflowPath === run.workflowPath));
}
