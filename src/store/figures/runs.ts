import { type RawBuilder, sql } from 'kysely';
import type { StoredTimes } from '../../insights/sketch.ts';
import type { Database } from '../database.ts';
import { type Scope, slicesOf } from './scope.ts';

/** Counts of runs by how their last completed attempt ended, and the times of their attempts and jobs. */
export interface RunSums {
  runs: number;
  green: number;
  red: number;
  cancelled: number;
  other: number;
  attempts: number;
  greenAfterRed: number;
  jobs: number;
  /** Milliseconds that jobs ran. */
  jobMs: number;
  /** The same in minutes, each job rounded up. */
  jobMinutes: number;
  durations: StoredTimes;
  queues: StoredTimes;
}

/** What `timesColumns` gives. */
export interface TimesRow {
  durationN: number;
  durationMs: number;
  durationSketch: Buffer;
  queueN: number;
  queueMs: number;
  queueSketch: Buffer;
}

export type SumsRow = Omit<RunSums, 'durations' | 'queues'> & TimesRow;

export const SUMS = sql`
  ${sum('runs')} as runs, ${sum('green')} as green, ${sum('red')} as red, ${sum('cancelled')} as cancelled,
  ${sum('other')} as other, ${sum('attempts')} as attempts, ${sum('green_after_red')} as "greenAfterRed",
  ${sum('jobs')} as jobs, ${sum('job_ms')} as "jobMs", ${sum('job_minutes')} as "jobMinutes",
  ${timesColumns('duration')}, ${timesColumns('queue')}`;

/** A sum as `bigint`, which comes as a number; PostgreSQL's own of `bigint` is `numeric`. */
export function sum(column: string): RawBuilder<number> {
  return sql`coalesce(sum(${sql.ref(column)}), 0)::bigint`;
}

/** Sums of times as `durationN`, `durationMs`, `durationSketch`; sketches merge by standing one after another. */
export function timesColumns(name: 'duration' | 'queue'): RawBuilder<unknown> {
  return sql`${sum(`${name}_n`)} as ${sql.ref(`${name}N`)}, ${sum(`${name}_ms`)} as ${sql.ref(`${name}Ms`)},
    coalesce(string_agg(${sql.ref(`${name}_sketch`)}, ''), ''::bytea) as ${sql.ref(`${name}Sketch`)}`;
}

export function timesOf(row: TimesRow): { durations: StoredTimes; queues: StoredTimes } {
  return {
    durations: { n: row.durationN, sumMs: row.durationMs, sketch: row.durationSketch },
    queues: { n: row.queueN, sumMs: row.queueMs, sketch: row.queueSketch },
  };
}

/** All runs of the scope as one. */
export async function sumRuns(database: Database, scope: Scope, grain: 'hour' | 'day' = 'day'): Promise<RunSums> {
  const { rows } = await sql<SumsRow>`with ${slicesOf(scope, grain)} select ${SUMS} from slices`.execute(database);
  const [row] = rows;
  if (!row) throw new Error('an aggregate without groups has one row');
  return toSums(row);
}

/** Milliseconds that jobs ran, of all runs of the scope. */
export async function sumJobTime(database: Database, scope: Scope): Promise<number> {
  const { rows } = await sql<{
    jobMs: number;
  }>`with ${slicesOf(scope, 'day')} select ${sum('job_ms')} as "jobMs" from slices`.execute(database);
  return rows[0]?.jobMs ?? 0;
}

export interface WorkflowSums extends RunSums {
  repositoryId: number;
  owner: string;
  name: string;
  workflowPath: string;
}

type WorkflowRow = SumsRow & Pick<WorkflowSums, 'repositoryId' | 'owner' | 'name' | 'workflowPath'>;

/** The runs of the scope by workflow, those with the most first. */
export async function sumRunsByWorkflow(
  database: Database,
  { from, to, repositoryId, workflowPath, branchKind }: Omit<Scope, 'branch'>,
  limit: number,
): Promise<WorkflowSums[]> {
  const { rows } = await sql<WorkflowRow>`
    with slices as (
      select * from run_rollups where level = ${sql.lit(branchKind === undefined ? 'workflow' : 'workflow-kind')}
        and branch_kind = ${branchKind ?? ''} and bucket >= ${from} and bucket < ${to}
        ${repositoryId === undefined ? sql`` : sql`and repository_id = ${repositoryId}`}
        ${workflowPath === undefined ? sql`` : sql`and workflow_path = ${workflowPath}`}),
    -- The sketches of those that are shown only: all of them would be megabytes.
    largest as (
      select repository_id, workflow_path from slices group by 1, 2 order by sum(runs) desc, 1, 2 limit ${limit}),
    sums as (
      select repository_id as "repositoryId", workflow_path as "workflowPath", ${SUMS}
      from largest join slices using (repository_id, workflow_path) group by 1, 2)
    select sums.*, repositories.owner, repositories.name from sums
    join repositories on repositories.id = sums."repositoryId"
    order by sums.runs desc, 1, 2`.execute(database);
  return rows.map((row) => ({
    repositoryId: row.repositoryId,
    owner: row.owner,
    name: row.name,
    workflowPath: row.workflowPath,
    ...toSums(row),
  }));
}

export function toSums(row: SumsRow): RunSums {
  return {
    runs: row.runs,
    green: row.green,
    red: row.red,
    cancelled: row.cancelled,
    other: row.other,
    attempts: row.attempts,
    greenAfterRed: row.greenAfterRed,
    jobs: row.jobs,
    jobMs: row.jobMs,
    jobMinutes: row.jobMinutes,
    ...timesOf(row),
  };
}
