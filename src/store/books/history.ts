import { sql } from 'kysely';
import type { Database } from '../database.ts';

/** The job that is asked about. */
export interface JobOnRun {
  repositoryId: number;
  workflowPath: string;
  runId: number;
  headSha: string;
  jobId: number | null;
  jobName: string;
}

/** What the same job said last on a branch, before a run. */
export async function jobOnBranchBefore(
  database: Database,
  job: JobOnRun,
  branch: { name: string; repository: string },
): Promise<{ runId: number; state: 'green' | 'red' | 'unknown' } | null> {
  const run = await database
    .selectFrom('runs')
    .select(['id', 'attempt', 'conclusion'])
    .where('repository_id', '=', job.repositoryId)
    .where('workflow_path', '=', job.workflowPath)
    .where('head_branch', '=', branch.name)
    .where('head_repository', '=', branch.repository)
    .where('head_sha', '<>', job.headSha)
    .where('id', '<', job.runId)
    .where('conclusion', 'in', ['success', 'failure', 'timed_out', 'startup_failure'])
    .orderBy('id', 'desc')
    .orderBy('attempt', 'desc')
    .executeTakeFirst();
  if (!run) return null;
  if (run.conclusion === 'success') return { runId: run.id, state: 'green' };
  const found = await database
    .selectFrom('jobs')
    .select('conclusion')
    .where('run_id', '=', run.id)
    .where('run_attempt', '=', run.attempt)
    .where('name', '=', job.jobName)
    .executeTakeFirst();
  if (found?.conclusion === 'success') return { runId: run.id, state: 'green' };
  return { runId: run.id, state: found?.conclusion === 'failure' || found?.conclusion === 'timed_out' ? 'red' : 'unknown' };
}

/** Whether a run failed with this fingerprint. */
export async function hasFingerprint(database: Database, runId: number, fingerprint: string): Promise<boolean> {
  const row = await database
    .selectFrom('diagnoses')
    .select('id')
    .where('run_id', '=', runId)
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst();
  return row !== undefined;
}

/** Outcomes of the same job on the same commit, in other attempts and other runs. */
export async function outcomesOnCommit(database: Database, job: JobOnRun): Promise<{ green: number; red: number }> {
  const rows = await database
    .selectFrom('jobs')
    .innerJoin('runs', (join) => join.onRef('runs.id', '=', 'jobs.run_id').onRef('runs.attempt', '=', 'jobs.run_attempt'))
    .select('jobs.conclusion')
    .where('runs.repository_id', '=', job.repositoryId)
    .where('runs.head_sha', '=', job.headSha)
    .where('runs.workflow_path', '=', job.workflowPath)
    .where('jobs.name', '=', job.jobName)
    .where('jobs.id', '<>', job.jobId ?? -1)
    .execute();
  return {
    green: rows.filter((row) => row.conclusion === 'success').length,
    red: rows.filter((row) => row.conclusion === 'failure' || row.conclusion === 'timed_out').length,
  };
}

/** The jobs of a commit in every attempt of every run. */
export async function jobsEverOfCommit(
  database: Database,
  repositoryId: number,
  headSha: string,
): Promise<{ workflowPath: string; name: string; conclusion: string | null }[]> {
  return database
    .selectFrom('jobs')
    .innerJoin('runs', (join) => join.onRef('runs.id', '=', 'jobs.run_id').onRef('runs.attempt', '=', 'jobs.run_attempt'))
    .select(['runs.workflow_path as workflowPath', 'jobs.name', 'jobs.conclusion'])
    .where('runs.repository_id', '=', repositoryId)
    .where('runs.head_sha', '=', headSha)
    .execute();
}

/** Jobs of one run that are asked about in others: those of the same commit, and the one before it on the base. */
export interface JobWithoutWord {
  repositoryId: number;
  workflowPath: string;
  headSha: string;
  runId: number;
  attempt: number;
  jobNames: readonly string[];
  base: { name: string; repository: string };
}

/** Conclusions of runs that say something of their jobs. */
const SAYING = sql`('success', 'failure', 'timed_out')`;

/** Attempts that have ended since then and of which the books lack the end of one of these jobs. */
export async function lateJobs(
  database: Database,
  { repositoryId, workflowPath, headSha, runId, attempt, jobNames, base }: JobWithoutWord,
  { since, limit }: { since: Date; limit: number },
): Promise<{ runId: number; attempt: number }[]> {
  const { rows } = await sql<{ runId: number; attempt: number }>`
    with before as (
      select id, runs.attempt, completed_at from runs
      where repository_id = ${repositoryId} and workflow_path = ${workflowPath} and head_branch = ${base.name}
        and head_repository = ${base.repository} and head_sha <> ${headSha} and id < ${runId} and conclusion in ${SAYING}
      order by id desc, runs.attempt desc limit 1),
    ended as (
      select * from before
      union all
      select id, runs.attempt, completed_at from runs
      where repository_id = ${repositoryId} and head_sha = ${headSha} and workflow_path = ${workflowPath}
        and (id, runs.attempt) <> (${runId}::bigint, ${attempt}::integer) and conclusion in ${SAYING})
    select id as "runId", ended.attempt from ended
    where completed_at > ${since} and exists (
        select from unnest(${jobNames}::text[]) as wanted (name)
        where not exists (
          select from jobs where jobs.run_id = ended.id and jobs.run_attempt = ended.attempt and jobs.name = wanted.name
            and jobs.status = 'completed'))
    order by id desc, ended.attempt desc limit ${limit}`.execute(database);
  return rows;
}
