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
  /** The jobs of the red ones among them, by run. */
  jobs: ReadonlyMap<number, readonly Pick<Job, 'id' | 'name' | 'conclusion'>[]>;
  /** The jobs of the commit that failed. */
  base: readonly JudgedJob[];
}

export type Judgement<R extends JudgedRun = Run> =
  /** `missing`: workflows of which no run has begun. */
  | { kind: 'waiting'; missing: string[] }
  | { kind: 'verified'; run: R }
  | { kind: 'refuted'; run: R; jobs: RedJob[]; newlyRed: boolean };

/** A job that speaks against the fix; without an id when the run ended before any job began. */
export interface RedJob {
  id: number | null;
  name: string;
}

/** What says nothing about the fix: nobody let the run go on, or another one took its place. */
const SAYS_NOTHING: ReadonlySet<string | null> = new Set(['cancelled', 'skipped', 'action_required', 'stale', 'neutral']);

/**
 * Verified when every workflow that failed has run on the fix's commit, the jobs that were red are green there, and no
 * job is red that was not red before. A job that was red for another reason may stay so. Pure.
 */
export function judge<R extends JudgedRun>(input: JudgeInput<R>): Judgement<R> {
  const workflows = [...new Set(input.heals.map((one) => one.workflowPath))];
  const telling = input.runs.filter((run) => !(run.status === 'completed' && SAYS_NOTHING.has(run.conclusion)));
  // 1 A red job decides at once
  for (const run of telling.filter((one) => one.status === 'completed' && isRed(one.conclusion))) {
    const against = redJobs(run, input);
    if (against) return { kind: 'refuted', run, ...against };
  }
  // 2 Everything that failed must have run, and what runs must have ended
  const missing = workflows.filter((path) => !telling.some((run) => run.workflowPath === path));
  const underWay = telling.some((run) => run.status !== 'completed' && run.status !== 'waiting');
  const [first] = workflows;
  const decisive = telling.find((run) => run.workflowPath === first);
  if (missing.length > 0 || underWay || !decisive) return { kind: 'waiting', missing };
  return { kind: 'verified', run: decisive };
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
  // What never ran on the base can't be compared with it.
  if (before.length === 0) return null;
  const wasRed = new Set(before.filter((job) => isRed(job.conclusion)).map((job) => job.name));
  const fresh = jobs.filter((job) => isRed(job.conclusion) && !ours.has(job.name) && !wasRed.has(job.name));
  return fresh.length > 0 ? { jobs: fresh.map(({ id, name }) => ({ id, name })), newlyRed: true } : null;
}

/**
 * Whether what the books know of the commit lets expect a judgement. Events of jobs may be late, which at worst puts it
 * off until the last run has ended. Pure.
 */
export function isRipe(input: JudgeInput<JudgedRun>): boolean {
  return judge(input).kind !== 'waiting';
}

/**
 * Whether the jobs of the commit that failed could still change the judgement, were more of them known: only what is red
 * beside the fix is compared with them, and more of them can only excuse it where there are some already. Pure.
 */
export function dependsOnBase<R extends JudgedRun>(judgement: Judgement<R>, { runs, jobs, base }: JudgeInput<R>): boolean {
  if (judgement.kind === 'waiting') return false;
  if (judgement.kind === 'refuted') return judgement.newlyRed;
  return runs.some((run) => jobs.has(run.id) && !base.some(({ workflowPath }) => workflowPath === run.workflowPath));
}
