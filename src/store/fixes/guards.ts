import type { Database } from '../database.ts';
import type { Outcome } from '../tables/healing-tables.ts';

/** A re-run of failed jobs that Regreen has asked for. */
export interface Rerun {
  runId: number;
  /** The attempt that was red. */
  attempt: number;
  reason: string;
  outcome: 'green' | 'red' | 'refused' | null;
}

/** Writes a re-run down before GitHub is asked. @returns false when it is written down already */
export async function planRerun(
  database: Database,
  repositoryId: number,
  rerun: Pick<Rerun, 'runId' | 'attempt' | 'reason'>,
  at: Date,
): Promise<boolean> {
  const result = await database
    .insertInto('reruns')
    .values({
      run_id: rerun.runId,
      attempt: rerun.attempt,
      repository_id: repositoryId,
      reason: rerun.reason,
      requested_at: at,
    })
    .onConflict((conflict) => conflict.columns(['run_id', 'attempt']).doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** What came of a re-run, once. */
export async function endRerun(
  database: Database,
  key: { runId: number; attempt: number },
  outcome: 'green' | 'red' | 'refused',
  at: Date,
): Promise<boolean> {
  const result = await database
    .updateTable('reruns')
    .set({ outcome, ended_at: at })
    .where('run_id', '=', key.runId)
    .where('attempt', '=', key.attempt)
    .where('outcome', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function rerunsOfRuns(database: Database, runIds: readonly number[]): Promise<Rerun[]> {
  if (runIds.length === 0) return [];
  const rows = await database.selectFrom('reruns').selectAll().where('run_id', 'in', runIds).orderBy('attempt').execute();
  return rows.map((row) => ({ runId: row.run_id, attempt: row.attempt, reason: row.reason, outcome: row.outcome }));
}

/** Fixes that were begun since then and came as far as a commit. */
export async function countFixesSince(database: Database, repositoryId: number, since: Date): Promise<number> {
  const row = await database
    .selectFrom('fixes')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('repository_id', '=', repositoryId)
    .where('created_at', '>', since)
    .where((eb) => eb.or([eb('commit_sha', 'is not', null), eb('delivery', '=', 'suggestion')]))
    .executeTakeFirstOrThrow();
  return row.count;
}

/** What CI has said of the newest fixes of a repository since then, newest first. */
export async function newestJudgements(database: Database, repositoryId: number, since: Date, limit: number): Promise<Outcome[]> {
  const rows = await database
    .selectFrom('fixes')
    .select('outcome')
    .where('repository_id', '=', repositoryId)
    .where('outcome', 'in', ['verified', 'refuted'])
    .where('ended_at', '>', since)
    .orderBy('ended_at', 'desc')
    .limit(limit)
    .$narrowType<{ outcome: Outcome }>()
    .execute();
  return rows.map((row) => row.outcome);
}

/** A repository in which fixes are, or were, stopped. */
export interface Breaker {
  openedAt: Date;
  reason: string;
  resumedAt: Date | null;
}

export async function findBreaker(database: Database, repositoryId: number): Promise<Breaker | null> {
  const row = await database.selectFrom('breakers').selectAll().where('repository_id', '=', repositoryId).executeTakeFirst();
  return row ? { openedAt: row.opened_at, reason: row.reason, resumedAt: row.resumed_at } : null;
}

/** Stops fixes in a repository. @returns false when they are stopped already */
export async function openBreaker(database: Database, repositoryId: number, reason: string, at: Date): Promise<boolean> {
  const values = { opened_at: at, reason, resumed_at: null, resumed_by: null };
  const result = await database
    .insertInto('breakers')
    .values({ repository_id: repositoryId, ...values })
    .onConflict((conflict) => conflict.column('repository_id').doUpdateSet(values).where('breakers.resumed_at', 'is not', null))
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Lets fixes go on. @returns false when they were not stopped */
export async function closeBreaker(database: Database, repositoryId: number, by: string, at: Date): Promise<boolean> {
  const result = await database
    .updateTable('breakers')
    .set({ resumed_at: at, resumed_by: by })
    .where('repository_id', '=', repositoryId)
    .where('resumed_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
