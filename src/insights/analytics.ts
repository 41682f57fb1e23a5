import type { Database } from '../store/database.ts';
import { countDeployments } from '../store/figures/deployments.ts';
import { findFlakiness } from '../store/figures/flaky.ts';
import { longestJobs, longestSteps } from '../store/figures/jobs.ts';
import { incidentFigures, recoveryByWorkflow, recoveryTimes } from '../store/figures/recovery.ts';
import { type RunSums, sumJobTime, sumRuns, sumRunsByWorkflow } from '../store/figures/runs.ts';
import type { Scope } from '../store/figures/scope.ts';
import { sumRunsByBucket, type TrendCut } from '../store/figures/trends.ts';
import { type Spread, spreadOf } from './sketch.ts';

/** Every figure here is defined in docs/metrics.md, under its own name. */

export interface RunFigures {
  runs: number;
  green: number;
  red: number;
  cancelled: number;
  other: number;
  /** green / (green + red); null where there is neither. */
  successRate: number | null;
  attempts: number;
  greenAfterRed: number;
  duration: Spread;
  queue: Spread;
  jobs: number;
  /** How long jobs ran, in minutes; and with each job rounded up to a whole minute. */
  minutes: number;
  minutesRoundedUp: number;
}

export function figuresOf(sums: RunSums): RunFigures {
  const { runs, green, red, cancelled, other, attempts, greenAfterRed, jobs } = sums;
  return {
    runs,
    green,
    red,
    cancelled,
    other,
    successRate: share(green, green + red),
    attempts,
    greenAfterRed,
    duration: spreadOf(sums.durations),
    queue: spreadOf(sums.queues),
    jobs,
    minutes: toMinutes(sums.jobMs),
    minutesRoundedUp: sums.jobMinutes,
  };
}

export async function overview(database: Database, scope: Scope) {
  const [sums, fixJobMs, recovery, incidents, counts] = await Promise.all([
    sumRuns(database, scope),
    sumJobTime(database, { ...scope, branchKind: 'regreen', branch: undefined }),
    recoveryTimes(database, scope),
    incidentFigures(database, scope),
    countDeployments(database, scope),
  ]);
  return {
    runs: figuresOf(sums),
    recovery,
    incidents,
    deployments: { ...counts, changeFailureRate: share(counts.failedChanges, counts.changes) },
    fixMinutes: toMinutes(fixJobMs),
  };
}

export async function trends(database: Database, scope: Scope, cut: TrendCut) {
  const buckets = await sumRunsByBucket(database, scope, cut);
  return buckets.map(({ at, ...sums }) => ({ at, ...figuresOf(sums) }));
}

const JOBS_SHOWN = 10;
const STEPS_SHOWN = 5;

/** Where the time goes: durations and queue times of all runs, and the jobs and steps that take most of it. */
export async function performance(database: Database, scope: Scope) {
  const [sums, jobs] = await Promise.all([sumRuns(database, scope), longestJobs(database, scope, JOBS_SHOWN)]);
  const bottlenecks = await Promise.all(
    jobs.map(async ({ durations, queues, ...job }) => ({
      ...job,
      duration: spreadOf(durations),
      queue: spreadOf(queues),
      minutes: toMinutes(durations.sumMs),
      /** Of all the time that jobs of the scope ran. */
      share: share(durations.sumMs, sums.jobMs),
      steps: (await longestSteps(database, scope, job, STEPS_SHOWN)).map((step) => ({
        stepName: step.stepName,
        steps: step.steps,
        red: step.red,
        duration: spreadOf(step.durations),
        minutes: toMinutes(step.durations.sumMs),
      })),
    })),
  );
  return { duration: spreadOf(sums.durations), queue: spreadOf(sums.queues), bottlenecks };
}

/** Time to recovery: of the default branches by their runs, and of Regreen's incidents. */
export async function recovery(database: Database, scope: Scope, now: Date, limit: number) {
  const [defaultBranch, workflows, incidents] = await Promise.all([
    recoveryTimes(database, scope),
    recoveryByWorkflow(database, scope, now, limit),
    incidentFigures(database, scope),
  ]);
  return { defaultBranch, workflows, incidents };
}

export async function flakiness(database: Database, scope: Scope, limit: number) {
  const { places, lostMs, commits } = await findFlakiness(database, scope, limit);
  return {
    commits,
    lostMinutes: toMinutes(lostMs),
    places: places.map(({ lostMs: lost, ...place }) => ({ ...place, lostMinutes: toMinutes(lost) })),
  };
}

export async function compareWorkflows(database: Database, scope: Scope, limit: number) {
  const workflows = await sumRunsByWorkflow(database, scope, limit);
  return workflows.map(({ repositoryId, owner, name, workflowPath, ...sums }) => ({
    repositoryId,
    owner,
    name,
    workflowPath,
    ...figuresOf(sums),
  }));
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}

/** To the tenth. */
function toMinutes(ms: number): number {
  return Math.round(ms / 6_000) / 10;
}
