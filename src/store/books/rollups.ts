import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { attemptsOf, JOB_SUMS, KEPT, RUN_SUMS, RUN_TOTALS, runsOf, STEP_SUMS, summed } from './sums.ts';

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
  await oneAtATime(database);
  const { rows } = await sql<{ id: number }>`
    delete from touched_runs where id in (select id from touched_runs order by id limit ${limit}) returning run_id as id`.execute(
    database,
  );
  return { taken: rows.length, runIds: [...new Set(rows.map(({ id }) => id))] };
}

/** Since when the sums lack something; null when they lack nothing. */
export async function sumsLackSince(database: Database): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select least((select at from touched_runs order by id limit 1), (select min(at) from touched_totals)) as at`.execute(
    database,
  );
  return rows[0]?.at ?? null;
}

/**
 * The days on which these runs began, with how many runs each has; a run that only its jobs have told of has none yet. Days of
 * which runs were forgotten keep the sums that they have.
 */
export async function daysOfRuns(database: Database, runIds: readonly number[]): Promise<(RepositoryDay & { runs: number })[]> {
  const { rows } = await sql<RepositoryDay & { runs: number }>`
    select days.repository_id as "repositoryId", days.day, (
        select count(*) from runs where runs.repository_id = days.repository_id
          and runs.created_at >= days.day and runs.created_at < days.day + interval '1 day') as runs
    from (select distinct repository_id, date_trunc('day', created_at, 'UTC') as day from ${runsOf(runIds)}) as days
    where days.day >= coalesce((select before from forgotten where kind = 'runs'), '-infinity')
    order by 1, 2`.execute(database);
  return rows;
}

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
  await sql`with ${scope}, ${summed(KEPT)},
    of_runs as (insert into run_rollups ${RUN_SUMS}),
    of_jobs as (insert into job_rollups ${JOB_SUMS})
    insert into step_rollups ${STEP_SUMS}`.execute(database);
}

/**
 * Makes the totals over all repositories anew of some of the days whose sums have changed. To be called in a transaction.
 * @returns how many days there were
 */
export async function totalUp(database: Database, limit: number): Promise<number> {
  await oneAtATime(database);
  const { rows } = await sql<{ bucket: Date }>`
    delete from touched_totals where bucket in (select bucket from touched_totals order by bucket limit ${limit})
    returning bucket`.execute(database);
  const days = rows.map(({ bucket }) => bucket);
  if (days.length === 0) return 0;
  await sql`delete from run_totals where bucket = any(${days}::timestamptz[])`.execute(database);
  await sql`insert into run_totals ${RUN_TOTALS} where level in ('day', 'kind') and bucket = any(${days}::timestamptz[])
    group by branch_kind, bucket`.execute(database);
  return days.length;
}

/**
 * Adds up the time that jobs took in some of the weeks that have ended and whose sums have changed. To be called in a transaction.
 * @returns how many weeks there were
 */
export async function addUpWeeks(database: Database, limit: number): Promise<number> {
  await oneAtATime(database);
  const { rows } = await sql<{ week: Date }>`
    delete from touched_job_weeks where week in (
      select week from touched_job_weeks where week + interval '168 hours' <= now() order by week limit ${limit})
    returning week`.execute(database);
  const weeks = rows.map(({ week }) => week);
  if (weeks.length === 0) return 0;
  await sql`delete from job_weeks where week = any(${weeks}::timestamptz[])`.execute(database);
  await sql`insert into job_weeks (week, repository_id, workflow_path, job_name, duration_ms)
    select weeks.week, repository_id, workflow_path, job_name, sum(duration_ms)
    from unnest(${weeks}::timestamptz[]) as weeks (week)
    join job_rollups on bucket >= weeks.week and bucket < weeks.week + interval '168 hours'
    group by 1, 2, 3, 4`.execute(database);
  return weeks.length;
}

/** Of all processes, else two would write the same sums; 'roll' in ASCII. */
async function oneAtATime(database: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(1919904876)`.execute(database);
}
