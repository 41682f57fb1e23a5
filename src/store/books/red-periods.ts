import { sql } from 'kysely';
import type { JudgedAttempt, RedPeriod } from '../../insights/red-periods.ts';
import type { Database } from '../database.ts';
import { RED, runsOf } from './sums.ts';

/** A workflow on the default branch of its repository. */
export interface FollowedWorkflow {
  repositoryId: number;
  workflowPath: string;
}

/** The workflows that these runs belong to, those on the default branch, with the end of the first of them. */
export async function followedWorkflows(
  database: Database,
  runIds: readonly number[],
): Promise<(FollowedWorkflow & { firstEnd: Date })[]> {
  const { rows } = await sql<FollowedWorkflow & { firstEnd: Date }>`
    select runs.repository_id as "repositoryId", runs.workflow_path as "workflowPath", min(runs.completed_at) as "firstEnd"
    from ${runsOf(runIds)} join repositories on repositories.id = runs.repository_id
    where ${ON_DEFAULT_BRANCH} group by 1, 2 order by 1, 2`.execute(database);
  return rows;
}

const ON_DEFAULT_BRANCH = sql`runs.status = 'completed' and runs.head_branch = repositories.default_branch
  and not starts_with(runs.event, 'pull_request') and (runs.conclusion = 'success' or runs.conclusion in ${RED})`;

/** PostgreSQL takes 65,535 values in a statement. */
const PERIODS_AT_ONCE = 1_000;

/** Puts what `judge` says in place of the periods that may have changed when an attempt that ended at `firstEnd` was told of. */
export async function replaceRedPeriods(
  database: Database,
  { repositoryId, workflowPath, firstEnd }: FollowedWorkflow & { firstEnd: Date },
  judge: (attempts: readonly JudgedAttempt[]) => RedPeriod[],
): Promise<void> {
  // The branch was green then, and nothing before can change.
  const anchor = await database
    .selectFrom('red_periods')
    .select(['ended_at', 'green_run_id', 'green_attempt'])
    .where('repository_id', '=', repositoryId)
    .where('workflow_path', '=', workflowPath)
    .where('ended_at', '<', firstEnd)
    .orderBy('ended_at', 'desc')
    .executeTakeFirst();
  const since = anchor?.ended_at ?? new Date(0);
  const { rows } = await sql<JudgedAttempt>`
    select runs.id as "runId", runs.attempt, runs.conclusion = 'success' as green, runs.completed_at as "completedAt"
    from runs join repositories on repositories.id = runs.repository_id
    where runs.repository_id = ${repositoryId} and runs.workflow_path = ${workflowPath} and ${ON_DEFAULT_BRANCH}
      and (runs.completed_at > ${since}
        or (runs.completed_at = ${since} and (runs.id, runs.attempt) = (${anchor?.green_run_id ?? 0}, ${anchor?.green_attempt ?? 0})))`.execute(
    database,
  );
  const periods = judge(rows);
  await database
    .deleteFrom('red_periods')
    .where('repository_id', '=', repositoryId)
    .where('workflow_path', '=', workflowPath)
    .where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>', since)]))
    .execute();
  for (let at = 0; at < periods.length; at += PERIODS_AT_ONCE) {
    const rows = periods.slice(at, at + PERIODS_AT_ONCE).map(({ red, redRuns, green }) => ({
      repository_id: repositoryId,
      workflow_path: workflowPath,
      red_run_id: red.runId,
      red_attempt: red.attempt,
      started_at: red.completedAt,
      red_runs: redRuns,
      green_run_id: green?.runId ?? null,
      green_attempt: green?.attempt ?? null,
      ended_at: green?.completedAt ?? null,
    }));
    await database.insertInto('red_periods').values(rows).execute();
  }
}
