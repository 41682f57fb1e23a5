import { type Selectable, sql } from 'kysely';
import type { Database } from '../database.ts';
import type { BackfillsTable } from '../tables/figure-tables.ts';

/** A repository whose past is read from GitHub, the newest first. */
export interface Backfill {
  repositoryId: number;
  state: BackfillsTable['state'];
  since: Date;
  /** Everything from here on has been read. */
  doneFrom: Date;
  runs: number;
  reason: string | null;
}

/** Asks for the past of repositories. One that is being read goes on where it is, further back if need be. */
export async function requestBackfills(
  database: Database,
  repositoryIds: readonly number[],
  { since, at }: { since: Date; at: Date },
): Promise<void> {
  if (repositoryIds.length === 0) return;
  await database
    .insertInto('backfills')
    .values(
      repositoryIds.map((id) => ({
        repository_id: id,
        state: 'waiting',
        since,
        done_from: at,
        requested_at: at,
        updated_at: at,
      })),
    )
    .onConflict((conflict) =>
      conflict.column('repository_id').doUpdateSet((eb) => ({
        since: eb.fn('least', ['backfills.since', 'excluded.since']),
        // What came since the last one was read by events, or is read again where these were lost.
        done_from: sql<Date>`case when backfills.state = 'waiting' then backfills.done_from else excluded.done_from end`,
        state: 'waiting',
        reason: null,
        updated_at: at,
      })),
    )
    .execute();
}

/** The one that has waited the longest for its turn. */
export async function nextBackfill(database: Database, except: readonly number[] = []): Promise<Backfill | null> {
  let query = database.selectFrom('backfills').selectAll().where('state', '=', 'waiting').orderBy('updated_at');
  if (except.length > 0) query = query.where('repository_id', 'not in', except);
  const row = await query.orderBy('repository_id').limit(1).executeTakeFirst();
  return row ? toBackfill(row) : null;
}

/**
 * Writes down how far it is; it is done when that is far enough. Nothing where somebody else has read the same slice
 * meanwhile, the command beside the server for one: it has counted it.
 * @param backfill as it was when the slice was begun
 */
export async function advanceBackfill(
  database: Database,
  { repositoryId, since, doneFrom }: Pick<Backfill, 'repositoryId' | 'since' | 'doneFrom'>,
  progress: { doneFrom: Date; runs: number; at: Date },
): Promise<void> {
  await database
    .updateTable('backfills')
    .set((eb) => ({
      done_from: progress.doneFrom,
      runs: eb('runs', '+', progress.runs),
      state: progress.doneFrom <= since ? 'done' : 'waiting',
      updated_at: progress.at,
    }))
    .where('repository_id', '=', repositoryId)
    .where('state', '=', 'waiting')
    .where('done_from', '=', doneFrom)
    .execute();
}

/** It can't be read: the app isn't there any more, or may not. */
export async function refuseBackfill(database: Database, repositoryId: number, reason: string, at: Date): Promise<void> {
  await database
    .updateTable('backfills')
    .set({ state: 'refused', reason, updated_at: at })
    .where('repository_id', '=', repositoryId)
    .execute();
}

export async function findBackfills(database: Database): Promise<Backfill[]> {
  return (await database.selectFrom('backfills').selectAll().orderBy('repository_id').execute()).map(toBackfill);
}

/** Which of these attempts the books have as GitHub has them, with all jobs ended. */
export async function readAlready(
  database: Database,
  runs: readonly { id: number; attempt: number }[],
): Promise<ReadonlySet<number>> {
  if (runs.length === 0) return new Set();
  const { rows } = await sql<{ id: number }>`
    select runs.id from runs
    join unnest(${runs.map((run) => run.id)}::bigint[], ${runs.map((run) => run.attempt)}::int[]) as wanted (id, attempt)
      on runs.id = wanted.id and runs.attempt = wanted.attempt
    where runs.status = 'completed'
      and (select count(distinct run_attempt) from jobs where jobs.run_id = runs.id) = runs.attempt
      and not exists (select from jobs where jobs.run_id = runs.id and jobs.status <> 'completed')`.execute(database);
  return new Set(rows.map(({ id }) => id));
}

function toBackfill(row: Selectable<BackfillsTable>): Backfill {
  return {
    repositoryId: row.repository_id,
    state: row.state,
    since: row.since,
    doneFrom: row.done_from,
    runs: row.runs,
    reason: row.reason,
  };
}
