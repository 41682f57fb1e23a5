import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Run } from '../../github/types.ts';
import type { Database } from '../database.ts';
import type { RunsTable } from '../tables/book-tables.ts';

/**
 * Records what is known of a run's attempt. Events come twice and out of order; the row is the same whatever came first:
 * a completed attempt never becomes uncompleted, of two words the later `updated_at` wins, and equal ones are told apart by
 * what they say. It ended when the first word said so, for GitHub touches runs long after their end.
 * @param receivedAt when the word reached us; now when left out
 */
export async function saveRun(
  database: Database,
  repositoryId: number,
  run: Run,
  pullRequestNumber: number | null,
  receivedAt: Date = new Date(),
): Promise<void> {
  const completedAt = run.status === 'completed' ? run.updatedAt : null;
  await sql`
    with saved as (
      insert into runs as known (id, attempt, repository_id, workflow_id, workflow_path, run_number, head_sha, url, created_at,
        workflow_name, event, status, conclusion, head_branch, head_repository, actor, started_at, updated_at,
        pull_request_number, completed_at, received_at)
      values (${run.id}, ${run.attempt}, ${repositoryId}, ${run.workflowId}, ${run.workflowPath}, ${run.runNumber},
        ${run.headSha}, ${run.url}, ${run.createdAt}, ${run.workflowName}, ${run.event}, ${run.status}, ${run.conclusion},
        ${run.headBranch}, ${run.headRepository}, ${run.actor}, ${run.startedAt}, ${run.updatedAt}, ${pullRequestNumber},
        ${completedAt}, ${receivedAt})
      on conflict (id, attempt) do update set
        (workflow_name, event, status, conclusion, head_branch, head_repository, actor, started_at, updated_at) = (
          select word.* from (values
            (known.workflow_name, known.event, known.status, known.conclusion, known.head_branch, known.head_repository,
              known.actor, known.started_at, known.updated_at),
            (excluded.workflow_name, excluded.event, excluded.status, excluded.conclusion, excluded.head_branch,
              excluded.head_repository, excluded.actor, excluded.started_at, excluded.updated_at)
          ) as word (workflow_name, event, status, conclusion, head_branch, head_repository, actor, started_at, updated_at)
          order by (word.status = 'completed') desc, word.updated_at desc, ${rankOf('word.status')} desc, word desc
          limit 1),
        pull_request_number = coalesce(known.pull_request_number, excluded.pull_request_number),
        completed_at = least(known.completed_at, excluded.completed_at),
        received_at = least(known.received_at, excluded.received_at)
      returning id, status)
    insert into touched_runs (run_id) select id from saved where status = 'completed'`.execute(database);
}

/** The order in which runs and jobs live; an event that is late must not take them back. */
const STATUSES = ['waiting', 'pending', 'requested', 'queued', 'in_progress', 'completed'];

/** How far a status is, as a number. */
export function rankOf(column: string): RawBuilder<number> {
  return sql<number>`coalesce(array_position(${sql.lit(`{${STATUSES.join(',')}}`)}::text[], ${sql.ref(column)}), 0)`;
}

export interface StoredRun {
  id: number;
  attempt: number;
  workflowPath: string;
  workflowName: string;
  event: string;
  status: string;
  conclusion: string | null;
  headSha: string;
  headBranch: string | null;
  headRepository: string | null;
  pullRequestNumber: number | null;
  url: string;
}

/** An attempt of a run that has ended, as events told of it; `null` when none did, or not of its end. */
export async function findEndedRun(database: Database, repositoryId: number, id: number, attempt: number): Promise<Run | null> {
  const row = await database
    .selectFrom('runs')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .where('status', '=', 'completed')
    .executeTakeFirst();
  if (!row) return null;
  return {
    id: row.id,
    attempt: row.attempt,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    workflowPath: row.workflow_path,
    runNumber: row.run_number,
    event: row.event,
    status: row.status,
    conclusion: row.conclusion,
    headSha: row.head_sha,
    headBranch: row.head_branch,
    headRepository: row.head_repository,
    pullRequests: row.pull_request_number === null ? [] : [row.pull_request_number],
    actor: row.actor,
    url: row.url,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    updatedAt: row.updated_at.toISOString(),
  };
}

/** The latest attempt of each run of a commit. */
export async function latestRunsOfCommit(database: Database, repositoryId: number, headSha: string): Promise<StoredRun[]> {
  const rows = await database
    .selectFrom('runs')
    .distinctOn('id')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('head_sha', '=', headSha)
    .orderBy('id')
    .orderBy('attempt', 'desc')
    .execute();
  return rows.map(toRun);
}

/** The newest attempt of a run that the books have, and the repository that it is of. */
export async function findNewestAttempt(
  database: Database,
  runId: number,
): Promise<{ run: StoredRun; repositoryId: number } | null> {
  const row = await database
    .selectFrom('runs')
    .selectAll()
    .where('id', '=', runId)
    .orderBy('attempt', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? { run: toRun(row), repositoryId: row.repository_id } : null;
}

function toRun(row: Selectable<RunsTable>): StoredRun {
  return {
    id: row.id,
    attempt: row.attempt,
    workflowPath: row.workflow_path,
    workflowName: row.workflow_name,
    event: row.event,
    status: row.status,
    conclusion: row.conclusion,
    headSha: row.head_sha,
    headBranch: row.head_branch,
    headRepository: row.head_repository,
    pullRequestNumber: row.pull_request_number,
    url: row.url,
  };
}

/** A job of a commit with the run and the workflow that it belongs to. */
export interface StoredJob {
  id: number;
  runId: number;
  workflowPath: string;
  name: string;
  conclusion: string | null;
}

/** The jobs of a commit's runs, of the latest attempt of each. */
export async function jobsOfCommit(database: Database, repositoryId: number, headSha: string): Promise<StoredJob[]> {
  const runs = await latestRunsOfCommit(database, repositoryId, headSha);
  if (runs.length === 0) return [];
  const rows = await database
    .selectFrom('jobs')
    .innerJoin('runs', (join) => join.onRef('runs.id', '=', 'jobs.run_id').onRef('runs.attempt', '=', 'jobs.run_attempt'))
    .select(['jobs.id', 'jobs.run_id as runId', 'runs.workflow_path as workflowPath', 'jobs.name', 'jobs.conclusion'])
    .where((eb) => eb.or(runs.map((run) => eb.and([eb('runs.id', '=', run.id), eb('runs.attempt', '=', run.attempt)]))))
    .execute();
  return rows;
}
