import { sql } from 'kysely';
import type { Job, Run } from '../github/types.ts';
import type { Database } from './database.ts';
import type { StoredStep } from './schema.ts';

/**
 * Records what is known of a run's attempt. Events come twice and out of order: a completed attempt never becomes
 * uncompleted, and the later update of two wins.
 */
export async function saveRun(
  database: Database,
  repositoryId: number,
  run: Run,
  pullRequestNumber: number | null,
): Promise<void> {
  const completed = run.status === 'completed';
  const changing = {
    workflow_name: run.workflowName,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: completed ? run.updatedAt : null,
  };
  await database
    .insertInto('runs')
    .values({
      id: run.id,
      attempt: run.attempt,
      repository_id: repositoryId,
      workflow_id: run.workflowId,
      workflow_path: run.workflowPath,
      run_number: run.runNumber,
      event: run.event,
      head_sha: run.headSha,
      head_branch: run.headBranch,
      head_repository: run.headRepository,
      pull_request_number: pullRequestNumber,
      actor: run.actor,
      url: run.url,
      created_at: run.createdAt,
      ...changing,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['id', 'attempt'])
        .doUpdateSet((eb) => ({
          ...changing,
          pull_request_number: eb.fn.coalesce('runs.pull_request_number', 'excluded.pull_request_number'),
        }))
        .where((eb) => eb.or([eb('runs.status', '<>', 'completed'), eb.val(completed)])),
    )
    .execute();
}

/** Records a job; `queuedAt` is the time of receipt of its `queued` event, for GitHub's own `started_at` lies. */
export async function saveJob(database: Database, repositoryId: number, job: Job, queuedAt: Date | null): Promise<void> {
  const steps = JSON.stringify(job.steps satisfies StoredStep[]);
  const changing = {
    status: job.status,
    conclusion: job.conclusion,
    started_at: job.startedAt,
    completed_at: job.completedAt,
    steps,
  };
  await database
    .insertInto('jobs')
    .values({
      id: job.id,
      run_id: job.runId,
      run_attempt: job.runAttempt,
      repository_id: repositoryId,
      name: job.name,
      runner_labels: job.labels,
      queued_at: queuedAt,
      ...changing,
    })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((eb) => ({ ...changing, queued_at: eb.fn.coalesce('jobs.queued_at', 'excluded.queued_at') }))
        .where(rank('jobs.status'), '<=', rankOf(job.status)),
    )
    .execute();
}

/** The order in which a job lives; an event that is late must not take it back. */
const JOB_STATUSES = ['waiting', 'pending', 'requested', 'queued', 'in_progress', 'completed'];

function rank(column: 'jobs.status') {
  return sql<number>`coalesce(array_position(${sql.lit(`{${JOB_STATUSES.join(',')}}`)}::text[], ${sql.ref(column)}), 0)`;
}

function rankOf(status: string): number {
  return JOB_STATUSES.indexOf(status) + 1;
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
  return rows.map((row) => ({
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
  }));
}

/** A job of a commit with the workflow that it belongs to. */
export interface StoredJob {
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
    .select(['runs.workflow_path as workflowPath', 'jobs.name', 'jobs.conclusion'])
    .where((eb) => eb.or(runs.map((run) => eb.and([eb('runs.id', '=', run.id), eb('runs.attempt', '=', run.attempt)]))))
    .execute();
  return rows;
}
