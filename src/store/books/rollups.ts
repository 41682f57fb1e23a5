import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../database.ts';
import type { RollupLevel } from '../tables/figure-tables.ts';

/** A day of UTC in one repository: what is summed up at once. */
export interface RepositoryDay {
  repositoryId: number;
  day: Date;
}

/**
 * Takes the oldest touches off the list. To be called in the transaction that sums the runs up.
 * @returns how many there were, and the runs that they name
 */
export async function takeTouchedRuns(database: Database, limit: number): Promise<{ taken: number; runIds: number[] }> {
  // One at a time over all processes, else two would write the same sums; 'roll' in ASCII.
  await sql`select pg_advisory_xact_lock(1919904876)`.execute(database);
  const { rows } = await sql<{ id: number }>`
    delete from touched_runs where id in (select id from touched_runs order by id limit ${limit}) returning run_id as id`.execute(
    database,
  );
  return { taken: rows.length, runIds: [...new Set(rows.map(({ id }) => id))] };
}

/** Since when the sums lack something; null when they lack nothing. */
export async function sumsLackSince(database: Database): Promise<Date | null> {
  const row = await database.selectFrom('touched_runs').select('at').orderBy('id').limit(1).executeTakeFirst();
  return row?.at ?? null;
}

/**
 * The days on which these runs began; a run that only its jobs have told of has none yet. Days of which runs were forgotten keep
 * the sums that they have.
 */
export async function daysOfRuns(database: Database, runIds: readonly number[]): Promise<RepositoryDay[]> {
  const { rows } = await sql<{ repositoryId: number; day: Date }>`
    select distinct repository_id as "repositoryId", date_trunc('day', created_at, 'UTC') as day
    from runs where id = any(${runIds}::bigint[])
      and date_trunc('day', created_at, 'UTC') >= coalesce((select before from forgotten where kind = 'runs'), '-infinity')
    order by 1, 2`.execute(database);
  return rows;
}

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

/** Sums these days up from the runs and jobs, in place of what was summed up before. */
export async function sumUp(database: Database, days: readonly RepositoryDay[]): Promise<void> {
  const wanted = sql`wanted as (
    select * from unnest(${days.map((one) => one.repositoryId)}::bigint[], ${days.map((one) => one.day)}::timestamptz[])
      as day (repository_id, day))`;
  for (const table of ['run_rollups', 'job_rollups', 'step_rollups']) {
    await sql`with ${wanted} delete from ${sql.table(table)} as old using wanted
      where old.repository_id = wanted.repository_id
        and old.bucket >= wanted.day and old.bucket < wanted.day + interval '1 day'`.execute(database);
  }
  const scope = sql`${wanted}, ${attemptsOf(sql`from wanted
    cross join lateral (
      select * from runs where repository_id = wanted.repository_id
        and created_at >= wanted.day and created_at < wanted.day + interval '1 day' offset 0) as runs`)}`;
  // One statement, for all three are made of the same jobs, and reading these is most of the work.
  await sql`with ${scope}, ${summed(KEPT)}, ${STEPS},
    of_runs as (insert into run_rollups ${RUN_SUMS}),
    of_jobs as (insert into job_rollups
      select repository_id, date_trunc('day', run_created_at, 'UTC'), workflow_path, name, count(*),
        count(*) filter (where conclusion = 'success'), count(*) filter (where conclusion in ${RED}),
        ${timesOf('duration_ms')}, ${timesOf('queue_ms')}
      from executed where branch_kind <> 'regreen' group by 1, 2, 3, 4)
    insert into step_rollups
      select repository_id, date_trunc('day', run_created_at, 'UTC'), workflow_path, name, step_name, count(*),
        count(*) filter (where step_conclusion = 'failure'), ${timesOf('step_ms')}
      from steps group by 1, 2, 3, 4, 5`.execute(database);
}

/**
 * `offset 0` keeps the look-ups by index here and above: PostgreSQL doesn't see how few rows are wanted, and would join whole
 * tables.
 *
 * `attempts`: the completed attempts of a choice of runs; `executed`: their jobs that ran.
 * @param choice a `from` clause that has `runs` in it
 * @param conditions on runs as a whole, not on attempts, each beginning with `and`
 */
export function attemptsOf(choice: RawBuilder<unknown>, conditions: RawBuilder<unknown> = sql``): RawBuilder<unknown> {
  return sql`attempts as (
    select runs.id, runs.attempt, runs.repository_id, runs.workflow_path, runs.created_at, runs.conclusion,
      ${branchKind} as branch_kind,
      runs.conclusion in ${RED} as red,
      row_number() over (partition by runs.id order by runs.attempt desc) = 1 as last,
      bool_or(runs.conclusion in ${RED}) over (partition by runs.id) as ever_red,
      case when (runs.conclusion = 'success' or runs.conclusion in ${RED}) and runs.completed_at >= runs.started_at
        then ${milliseconds(sql`runs.completed_at - runs.started_at`)} end as duration_ms
    ${choice}
    join repositories on repositories.id = runs.repository_id
    where runs.status = 'completed' ${conditions}),
  executed as (
    select attempts.repository_id, attempts.workflow_path, attempts.branch_kind, attempts.created_at as run_created_at,
      jobs.name, jobs.conclusion, jobs.steps,
      case when jobs.completed_at >= jobs.started_at
        then ${milliseconds(sql`jobs.completed_at - jobs.started_at`)} end as ran_ms,
      case when (jobs.conclusion = 'success' or jobs.conclusion in ${RED}) and jobs.completed_at >= jobs.started_at
        then ${milliseconds(sql`jobs.completed_at - jobs.started_at`)} end as duration_ms,
      case when jobs.running_at >= jobs.queued_at then ${milliseconds(sql`jobs.running_at - jobs.queued_at`)}
        when jobs.started_at >= jobs.created_at then ${milliseconds(sql`jobs.started_at - jobs.created_at`)} end as queue_ms
    from attempts
    cross join lateral (
      select * from jobs where run_id = attempts.id and run_attempt = attempts.attempt
        and status = 'completed' and conclusion <> 'skipped' and (running_at is not null or steps <> '[]') offset 0) as jobs)`;
}

function milliseconds(interval: RawBuilder<unknown>): RawBuilder<number> {
  return sql`round(extract(epoch from ${interval}) * 1000)::bigint`;
}

/** The three columns that are kept of a set of times; those that are null are left out. */
function timesOf(column: string): RawBuilder<unknown> {
  const ms = sql.ref(column);
  return sql`count(${ms}), coalesce(sum(${ms}), 0)::bigint, sketch_of(array_agg(sketch_bucket(${ms})))`;
}

/** Sums that a row may go into: over all workflows or one, over all kinds of branches or one. */
interface Level {
  name: RollupLevel;
  grain: 'hour' | 'day';
  workflow: boolean;
  kind: boolean;
}

/** The sums that are kept. By the hour there is only one, for there a sum holds hardly more than a run. */
const KEPT: readonly Level[] = [
  { name: 'hour', grain: 'hour', workflow: false, kind: false },
  { name: 'day', grain: 'day', workflow: false, kind: false },
  { name: 'workflow', grain: 'day', workflow: true, kind: false },
  { name: 'kind', grain: 'day', workflow: false, kind: true },
  { name: 'workflow-kind', grain: 'day', workflow: true, kind: true },
];

function levelsOf(levels: readonly Level[], createdAt: string): RawBuilder<unknown> {
  const rows = levels.map(
    ({ name, grain, workflow, kind }) => sql`(${sql.lit(name)}, ${workflow ? sql.ref('workflow_path') : sql.lit('')},
      ${kind ? sql.ref('branch_kind') : sql.lit('')}, date_trunc(${sql.lit(grain)}, ${sql.ref(createdAt)}, 'UTC'))`,
  );
  return sql`(values ${sql.join(rows)}) as sums (level, level_workflow, level_kind, bucket)`;
}

/** `run_sums` and `job_sums` of `attempts` and `executed`; `RUN_SUMS` makes rows of `run_rollups` of them. */
export function summed(levels: readonly Level[]): RawBuilder<unknown> {
  return sql`
  run_sums as (
    select level, level_workflow, level_kind, bucket, repository_id,
      count(*) filter (where last) as runs,
      count(*) filter (where last and conclusion = 'success') as green,
      count(*) filter (where last and red) as red,
      count(*) filter (where last and conclusion = 'cancelled') as cancelled,
      count(*) filter (where last and not red and conclusion not in ('success', 'cancelled')) as other,
      count(*) as attempts,
      count(*) filter (where last and conclusion = 'success' and ever_red) as green_after_red,
      count(duration_ms) as duration_n, coalesce(sum(duration_ms), 0)::bigint as duration_sum,
      sketch_of(array_agg(sketch_bucket(duration_ms))) as durations
    from attempts cross join lateral ${levelsOf(levels, 'created_at')}
    where branch_kind <> 'regreen' or level_kind <> ''
    group by 1, 2, 3, 4, 5),
  job_sums as (
    select level, level_workflow, level_kind, bucket, repository_id,
      count(*) as jobs, coalesce(sum(ran_ms), 0)::bigint as ran, coalesce(sum(ceil(ran_ms / 60000.0)), 0)::integer as minutes,
      count(queue_ms) as queue_n, coalesce(sum(queue_ms), 0)::bigint as queue_sum,
      sketch_of(array_agg(sketch_bucket(queue_ms))) as queues
    from executed cross join lateral ${levelsOf(levels, 'run_created_at')}
    where branch_kind <> 'regreen' or level_kind <> ''
    group by 1, 2, 3, 4, 5)`;
}

export const RUN_SUMS = sql`
  select level, level_workflow as workflow_path, level_kind as branch_kind, bucket, repository_id, runs, green, red, cancelled, other, attempts, green_after_red,
    duration_n, duration_sum as duration_ms, durations as duration_sketch,
    coalesce(jobs, 0) as jobs, coalesce(ran, 0) as job_ms, coalesce(minutes, 0) as job_minutes,
    coalesce(queue_n, 0) as queue_n, coalesce(queue_sum, 0) as queue_ms, coalesce(queues, ''::bytea) as queue_sketch
  from run_sums left join job_sums using (level, level_workflow, level_kind, bucket, repository_id)`;

/** The steps that ran, with the times that the runner gave them. */
const STEPS = sql`steps as (
  select repository_id, run_created_at, workflow_path, name, step ->> 'name' as step_name, step ->> 'conclusion' as step_conclusion,
    case when (step ->> 'completedAt')::timestamptz >= (step ->> 'startedAt')::timestamptz
      then round(extract(epoch from (step ->> 'completedAt')::timestamptz - (step ->> 'startedAt')::timestamptz) * 1000)::bigint
      end as step_ms
  from executed cross join lateral jsonb_array_elements(steps) as step
  where branch_kind <> 'regreen' and step ->> 'conclusion' in ('success', 'failure'))`;
