import { sql } from 'kysely';
import type { Database } from '../database.ts';

/** What can be watched. */
export const LIVE_KINDS = ['build', 'incident', 'fix', 'approval', 'deployment'] as const;
export type LiveKind = (typeof LIVE_KINDS)[number];

/** A place in the order of events, as people keep it: `TRANSACTION.ID`. */
export interface LivePosition {
  /** Both are below 2^63 and kept as text where they may be above 2^53. */
  transaction: bigint;
  id: number;
}

export interface LiveEvent {
  position: LivePosition;
  kind: LiveKind;
  repositoryId: number;
  repository: string;
  at: Date;
  data: Record<string, unknown>;
}

/** Events of an hour are kept, so that whoever was away so long misses nothing, */
const KEPT = sql`interval '1 hour'`;
/** and some minutes more, so that what was said to be kept still is when it is read. */
const FORGOTTEN_AFTER = sql`interval '65 minutes'`;

type Row = Omit<LiveEvent, 'position'> & { transaction: string; id: number };

/**
 * The events after a position, in the order in which everybody sees them: only below the oldest transaction that is still open,
 * for it may yet add some before those of later ones.
 */
export async function eventsAfter(database: Database, { transaction, id }: LivePosition, limit: number): Promise<LiveEvent[]> {
  const { rows } = await sql<Row>`
    select live_events.transaction::text as transaction, live_events.id, kind, repository_id as "repositoryId",
      repositories.owner || '/' || repositories.name as repository, at, data
    from live_events join repositories on repositories.id = live_events.repository_id
    where (transaction, live_events.id) > (${String(transaction)}::xid8, ${id}::bigint)
      and transaction < pg_snapshot_xmin(pg_current_snapshot())
    order by transaction, live_events.id limit ${limit}`.execute(database);
  return rows.map(({ transaction: number, id: place, ...event }) => ({
    ...event,
    position: { transaction: BigInt(number), id: place },
  }));
}

/** Where the events end now. */
export async function newestPosition(database: Database): Promise<LivePosition> {
  const { rows } = await sql<{ transaction: string; id: number }>`
    select transaction::text as transaction, id from live_events
    where transaction < pg_snapshot_xmin(pg_current_snapshot()) order by live_events.transaction desc, id desc limit 1`.execute(
    database,
  );
  const [row] = rows;
  return row ? { transaction: BigInt(row.transaction), id: row.id } : { transaction: 0n, id: 0 };
}

/** Whether the event of a position is still kept; if not, some after it may be gone, too. */
export async function isKept(database: Database, { transaction, id }: LivePosition): Promise<boolean> {
  const { rows } = await sql`
    select from live_events where transaction = ${String(transaction)}::xid8 and id = ${id}::bigint and at > now() - ${KEPT}`.execute(
    database,
  );
  return rows.length > 0;
}

/** Takes away what is too old, and tickets that nobody used. */
export async function forgetEvents(database: Database): Promise<void> {
  await sql`delete from live_events where at < now() - ${FORGOTTEN_AFTER}`.execute(database);
  await sql`delete from live_tickets where expires_at < now()`.execute(database);
}
