import { type RawBuilder, sql } from 'kysely';
import type { RollupLevel } from '../tables/figure-tables.ts';

/**
 * The kind of branch that a run was on; needs `runs` and `repositories`. Runs of pull requests are no runs of the branch that
 * bears the same name, and Regreen's own branches (their prefix is in healing/services.ts) are nobody's work.
 */
export const branchKind = sql<BranchKind>`case
  when starts_with(runs.head_branch, 'regreen/') then 'regreen'
  when starts_with(runs.event, 'pull_request') or runs.event = 'merge_group' then 'pull-request'
  when runs.head_branch = repositories.default_branch then 'default'
  else 'branch' end`;

export const BRANCH_KINDS = ['default', 'pull-request', 'branch', 'regreen'] as const;
export type BranchKind = (typeof BRANCH_KINDS)[number];

/** As healing/red.ts has it. */
export const RED = sql`('failure', 'timed_out', 'startup_failure')`;

/**
 * `runs` with these ids, all attempts of each, looked up one by one. `offset 0` keeps it so, here and wherever it stands:
 * PostgreSQL doesn't see how few rows are wanted, and would join whole tables, which takes minutes with a million runs.
 */
export function runsOf(ids: readonly number[]): RawBuilder<unknown> {
  return sql`unnest(${ids}::bigint[]) as wanted (id) cross join lateral (select * from runs where runs.id = wanted.id offset 0) as runs`;
}

/**
 * `attempts`: the completed attempts of a choice of runs; `executed`: their jobs that ran.
 * @param choice a `from` clause that has `runs` in it
 * @param conditions on runs as a whole, not on attempts, each beginning with `and`
 */
export function attemptsOf(choice: RawBuilder<unknown>, conditions: RawBuilder<unknown> = sql``): RawBuilder<unknown> {
  return sql`attempts as (
    select runs.id, runs.attempt, runs.repository_id, runs.workflow_path, runs.conclusion, ${branchKind} as branch_kind,
      date_trunc('hour', runs.created_at, 'UTC') as hour, date_trunc('day', runs.created_at, 'UTC') as day,
      runs.conclusion in ${RED} as red,
      row_number() over (partition by runs.id order by runs.attempt desc) = 1 as last,
      bool_or(runs.conclusion in ${RED}) over (partition by runs.id) as ever_red,
      case when (runs.conclusion = 'success' or runs.conclusion in ${RED}) and runs.completed_at >= runs.started_at
        then ${milliseconds(sql`runs.completed_at - runs.started_at`)} end as duration_ms
    ${choice}
    join repositories on repositories.id = runs.repository_id
    where runs.status = 'completed' ${conditions}),
  executed as (
    select attempts.repository_id, attempts.workflow_path, attempts.branch_kind, attempts.hour, attempts.day, jobs.name,
      jobs.conclusion, jobs.steps,
      case when jobs.completed_at >= jobs.started_at
        then ${milliseconds(sql`jobs.completed_at - jobs.started_at`)} end as ran_ms,
      case when (jobs.conclusion = 'success' or jobs.conclusion in ${RED}) and jobs.completed_at >= jobs.started_at
        then ${milliseconds(sql`jobs.completed_at - jobs.started_at`)} end as duration_ms,
      case when jobs.running_at >= jobs.queued_at then ${milliseconds(sql`jobs.running_at - jobs.queued_at`)}
        when jobs.started_at >= jobs.created_at then ${milliseconds(sql`jobs.started_at - jobs.created_at`)} end as queue_ms
    from attempts
    cross join lateral (
      select * from jobs where run_id = attempts.id and run_attempt = attempts.attempt
        and status = 'completed' and conclusion <> 'skipped' and (running_at is not null or steps <> '[]') offset 0) as jobs
    -- Else each time is worked out again wherever it is used.
    offset 0)`;
}

export function milliseconds(interval: RawBuilder<unknown>): RawBuilder<number> {
  return sql`round(date_part('epoch', ${interval}) * 1000)::bigint`;
}

/** Up to so many times, a sketch has an entry for each: to count those of one bucket costs more than to keep them. */
const FEW_TIMES = 24;

/** How many, their sum, and their sketch; those that are null are left out. */
function timesOf(column: string): RawBuilder<unknown> {
  const ms = sql.ref(column);
  return sql`count(${ms}), coalesce(sum(${ms}), 0)::bigint, ${sketchOf(column)}`;
}

function sketchOf(column: string): RawBuilder<unknown> {
  const ms = sql.ref(column);
  return sql`case when count(${ms}) > ${sql.lit(FEW_TIMES)} then sketch_of(array_agg(sketch_bucket(${ms})))
    else coalesce(string_agg(int4send((sketch_bucket(${ms}) << 24) | 1), ''::bytea), ''::bytea) end`;
}

/** Sums that a row may go into: over all workflows or one, over all kinds of branches or one. */
interface Level {
  name: RollupLevel;
  grain: 'hour' | 'day';
  workflow: boolean;
  kind: boolean;
}

/**
 * The sums that are kept. By the hour there are few, for there a sum holds hardly more than a run; yet reading it costs a tenth of
 * reading the run and its jobs.
 */
export const KEPT: readonly Level[] = [
  { name: 'hour', grain: 'hour', workflow: false, kind: false },
  { name: 'workflow-hour', grain: 'hour', workflow: true, kind: false },
  { name: 'day', grain: 'day', workflow: false, kind: false },
  { name: 'workflow', grain: 'day', workflow: true, kind: false },
  { name: 'kind', grain: 'day', workflow: false, kind: true },
  { name: 'workflow-kind', grain: 'day', workflow: true, kind: true },
];

/** Their numbers: names would make longer keys to sort by. */
function levelsOf(levels: readonly Level[]): RawBuilder<unknown> {
  const rows = levels.map(
    ({ grain, workflow, kind }, number) => sql`(${sql.lit(number)}, ${sql.ref(grain)},
      ${workflow ? sql.ref('workflow_path') : sql.lit('')}, ${kind ? sql.ref('branch_kind') : sql.lit('')})`,
  );
  return sql`(values ${sql.join(rows)}) as sums (level, bucket, level_workflow, level_kind)`;
}

/** `run_sums` and `job_sums` of `attempts` and `executed`; `RUN_SUMS` makes rows of `run_rollups` of them. */
export function summed(levels: readonly Level[]): RawBuilder<unknown> {
  const names = levels.map(({ name }, number) => sql`(${sql.lit(number)}, ${sql.lit(name)})`);
  return sql`
  levels (level, name) as (values ${sql.join(names)}),
  run_sums as (
    select repository_id, bucket, level, level_workflow, level_kind,
      count(*) filter (where last) as runs,
      count(*) filter (where last and conclusion = 'success') as green,
      count(*) filter (where last and red) as red,
      count(*) filter (where last and conclusion = 'cancelled') as cancelled,
      count(*) filter (where last and not red and conclusion not in ('success', 'cancelled')) as other,
      count(*) as attempts,
      count(*) filter (where last and conclusion = 'success' and ever_red) as green_after_red,
      count(duration_ms) as duration_n, coalesce(sum(duration_ms), 0)::bigint as duration_sum,
      ${sketchOf('duration_ms')} as durations
    from attempts cross join lateral ${levelsOf(levels)}
    where branch_kind <> 'regreen' or level_kind <> ''
    group by 1, 2, 3, 4, 5),
  job_sums as (
    select repository_id, bucket, level, level_workflow, level_kind,
      count(*) as jobs, coalesce(sum(ran_ms), 0)::bigint as ran, coalesce(sum((ran_ms + 59999) / 60000), 0)::integer as minutes,
      count(queue_ms) as queue_n, coalesce(sum(queue_ms), 0)::bigint as queue_sum,
      ${sketchOf('queue_ms')} as queues
    from executed cross join lateral ${levelsOf(levels)}
    where branch_kind <> 'regreen' or level_kind <> ''
    group by 1, 2, 3, 4, 5)`;
}

export const RUN_SUMS = sql`
  select name as level, level_workflow as workflow_path, level_kind as branch_kind, bucket, repository_id, runs, green, red, cancelled, other, attempts, green_after_red,
    duration_n, duration_sum as duration_ms, durations as duration_sketch,
    coalesce(jobs, 0) as jobs, coalesce(ran, 0) as job_ms, coalesce(minutes, 0) as job_minutes,
    coalesce(queue_n, 0) as queue_n, coalesce(queue_sum, 0) as queue_ms, coalesce(queues, ''::bytea) as queue_sketch
  from run_sums join levels using (level) left join job_sums using (repository_id, bucket, level, level_workflow, level_kind)`;

/** Columns of `run_totals` that are numbers, and those that are sketches. */
export const TOTAL_COUNTS: readonly string[] = [
  ...[
    'runs',
    'green',
    'red',
    'cancelled',
    'other',
    'attempts',
    'green_after_red',
    'duration_n',
    'jobs',
    'job_minutes',
    'queue_n',
  ],
  ...['duration_ms', 'job_ms', 'queue_ms'],
];
export const TOTAL_SKETCHES: readonly string[] = ['duration_sketch', 'queue_sketch'];

/** Rows of `run_totals`, of `run_rollups`; conditions and the grouping by kind and day are to follow. */
export const RUN_TOTALS = sql`(branch_kind, bucket, ${sql.join([...TOTAL_COUNTS, ...TOTAL_SKETCHES].map((column) => sql.ref(column)))})
  select branch_kind, bucket, ${sql.join(TOTAL_COUNTS.map((column) => sql`sum(${sql.ref(column)})`))},
    ${sql.join(TOTAL_SKETCHES.map((column) => sql`merged_sketch(string_agg(${sql.ref(column)}, ''))`))}
  from run_rollups`;

/** Rows of `job_rollups`, of `executed`. */
export const JOB_SUMS = sql`
  select repository_id, day, workflow_path, name, count(*), count(*) filter (where conclusion = 'success'),
    count(*) filter (where conclusion in ${RED}), ${timesOf('duration_ms')}, ${timesOf('queue_ms')}
  from executed where branch_kind <> 'regreen' group by repository_id, day, name, workflow_path`;

/** Rows of `step_rollups`, of `executed`: the steps that ran, with the times that the runner gave them. */
export const STEP_SUMS = sql`
  select repository_id, day, workflow_path, name, step_name, count(*), count(*) filter (where step_conclusion = 'failure'),
    ${timesOf('step_ms')}
  from (
    select repository_id, day, workflow_path, name, step ->> 'name' as step_name, step ->> 'conclusion' as step_conclusion,
      case when (step ->> 'completedAt')::timestamptz >= (step ->> 'startedAt')::timestamptz
        then ${milliseconds(sql`(step ->> 'completedAt')::timestamptz - (step ->> 'startedAt')::timestamptz`)} end as step_ms
    from executed cross join lateral jsonb_array_elements(steps) as step
    where branch_kind <> 'regreen' and steps <> '[]' and step ->> 'conclusion' in ('success', 'failure')) as steps
  group by repository_id, day, step_name, name, workflow_path`;
