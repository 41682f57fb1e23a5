import { sql } from 'kysely';
import type { StoredTimes } from '../../insights/sketch.ts';
import type { Database } from '../database.ts';
import { sum, type TimesRow, timesColumns, timesOf } from './runs.ts';
import type { Scope } from './scope.ts';

/** Jobs of one name in one workflow. */
export interface JobSums {
  repositoryId: number;
  owner: string;
  name: string;
  workflowPath: string;
  jobName: string;
  jobs: number;
  red: number;
  durations: StoredTimes;
  queues: StoredTimes;
}

type JobScope = Pick<Scope, 'from' | 'to' | 'repositoryId' | 'workflowPath'>;

type JobRow = Omit<JobSums, 'durations' | 'queues'> & TimesRow;

/** Those that took the most time in all, most first. */
export async function longestJobs(database: Database, scope: JobScope, limit: number): Promise<JobSums[]> {
  // The sketches of the longest only: all of them would be megabytes.
  const { rows } = await sql<JobRow>`
    with ${timesOfJobs(scope)},
    longest as (
      select repository_id, workflow_path, job_name from times
      group by 1, 2, 3 having sum(duration_ms) > 0 order by sum(duration_ms) desc, 1, 2, 3 limit ${limit}),
    sums as (
      select repository_id as "repositoryId", workflow_path as "workflowPath", job_name as "jobName",
        ${sum('jobs')} as jobs, ${sum('red')} as red, ${timesColumns('duration')}, ${timesColumns('queue')}
      from longest join job_rollups using (repository_id, workflow_path, job_name) where ${within(scope)}
      group by 1, 2, 3)
    select sums.*, repositories.owner, repositories.name
    from sums join repositories on repositories.id = sums."repositoryId"
    order by "durationMs" desc, 1, 2, 3`.execute(database);
  return rows.map((row) => ({
    repositoryId: row.repositoryId,
    owner: row.owner,
    name: row.name,
    workflowPath: row.workflowPath,
    jobName: row.jobName,
    jobs: row.jobs,
    red: row.red,
    ...timesOf(row),
  }));
}

/**
 * `times`: the time that each job took, in several rows. Of whole weeks that have been added up where all repositories are
 * asked for, and of the other days.
 */
function timesOfJobs(scope: JobScope) {
  const columns = sql`repository_id, workflow_path, job_name, duration_ms`;
  if (scope.repositoryId !== undefined) return sql`times as (select ${columns} from job_rollups where ${within(scope)})`;
  const { from, to, workflowPath } = scope;
  const ofWorkflow = workflowPath === undefined ? sql`` : sql`and workflow_path = ${workflowPath}`;
  return sql`
    weeks as materialized (
      select week from generate_series(
        date_trunc('week', ${from}::timestamptz + interval '168 hours' - interval '1 microsecond', 'UTC'),
        ${to}::timestamptz - interval '168 hours', interval '168 hours') as weeks (week)
      where week not in (select week from touched_job_weeks)),
    days as materialized (
      select day from generate_series(date_trunc('day', ${from}::timestamptz, 'UTC'), ${to}::timestamptz, interval '24 hours')
        as days (day)
      where day >= ${from} and day < ${to} and date_trunc('week', day, 'UTC') not in (select week from weeks)),
    times as (
      select ${columns} from job_weeks where week = any (array(select week from weeks)) ${ofWorkflow}
      union all
      select ${columns} from job_rollups where bucket = any (array(select day from days)) ${ofWorkflow})`;
}

export interface StepSums {
  stepName: string;
  steps: number;
  red: number;
  durations: StoredTimes;
}

type StepRow = Pick<StepSums, 'stepName' | 'steps' | 'red'> & Pick<TimesRow, 'durationN' | 'durationMs' | 'durationSketch'>;

/** The steps of a job that took the most time in all, most first. */
export async function longestSteps(
  database: Database,
  { from, to }: Pick<Scope, 'from' | 'to'>,
  job: Pick<JobSums, 'repositoryId' | 'workflowPath' | 'jobName'>,
  limit: number,
): Promise<StepSums[]> {
  const { rows } = await sql<StepRow>`
    select step_name as "stepName", ${sum('steps')} as steps, ${sum('red')} as red, ${timesColumns('duration')}
    from step_rollups
    where repository_id = ${job.repositoryId} and workflow_path = ${job.workflowPath} and job_name = ${job.jobName}
      and bucket >= ${from} and bucket < ${to}
    group by 1 having sum(duration_ms) > 0 order by "durationMs" desc, 1 limit ${limit}`.execute(database);
  return rows.map(({ stepName, steps, red, durationN, durationMs, durationSketch }) => ({
    stepName,
    steps,
    red,
    durations: { n: durationN, sumMs: durationMs, sketch: durationSketch },
  }));
}

function within({ from, to, repositoryId, workflowPath }: JobScope) {
  return sql`bucket >= ${from} and bucket < ${to}
    ${repositoryId === undefined ? sql`` : sql`and repository_id = ${repositoryId}`}
    ${workflowPath === undefined ? sql`` : sql`and workflow_path = ${workflowPath}`}`;
}
