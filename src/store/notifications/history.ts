import { sql } from 'kysely';
import type { NoticeKind } from '../../notify/rules/types.ts';
import type { Database } from '../database.ts';
import { whenReachable } from '../repositories/reachable.ts';
import type { NotificationPurpose, NotificationStatus } from '../tables/notification-tables.ts';

/** One message as people look back on it. */
export interface HistoryEntry {
  id: string;
  /** Null once the channel was removed. */
  channelId: string | null;
  channelName: string;
  ruleId: string | null;
  repository: string | null;
  purpose: NotificationPurpose;
  status: NotificationStatus;
  heldFor: 'quiet-hours' | 'paused' | null;
  title: string | null;
  /** Why it did not arrive, the last time that it was tried. */
  reason: string | null;
  errorCode: string | null;
  attempts: number;
  url: string | null;
  events: NoticeKind[];
  createdAt: Date;
  endedAt: Date | null;
}

/** A place in the list: ISO 8601 in UTC with microseconds. */
export interface HistoryPosition {
  at: string;
  id: string;
}

export interface HistoryQuery {
  status?: NotificationStatus | undefined;
  channelId?: string | undefined;
  purpose?: NotificationPurpose | undefined;
  repositoryId?: number | undefined;
  after?: HistoryPosition | undefined;
  limit: number;
}

/** Newest first. Every method throws `UnavailableError` when the database is away. */
export interface NotificationHistory {
  list(query: HistoryQuery): Promise<{ items: HistoryEntry[]; next: HistoryPosition | null }>;
  read(id: string): Promise<HistoryEntry | null>;
}

export function createNotificationHistory(database: Database): NotificationHistory {
  return {
    list: async (query) => {
      const rows = await whenReachable(entries(database, conditions(query), query.limit + 1));
      const items = rows.slice(0, query.limit);
      const last = items.at(-1);
      return {
        items: items.map(({ position: _position, ...item }) => item),
        next: last && rows.length > query.limit ? { at: last.position, id: last.id } : null,
      };
    },
    read: async (id) => {
      const [row] = await whenReachable(entries(database, sql`notifications.id = ${id}`, 1));
      if (!row) return null;
      const { position: _position, ...entry } = row;
      return entry;
    },
  };
}

function conditions({ status, channelId, purpose, repositoryId, after }: HistoryQuery) {
  const wanted = [
    ...(status === undefined ? [] : [sql`notifications.status = ${status}`]),
    ...(channelId === undefined ? [] : [sql`notifications.channel_id = ${channelId}`]),
    ...(purpose === undefined ? [] : [sql`notifications.purpose = ${purpose}`]),
    ...(repositoryId === undefined ? [] : [sql`notifications.repository_id = ${repositoryId}`]),
    ...(after === undefined
      ? []
      : [
          sql`(notifications.created_at < ${after.at}::timestamptz
            or (notifications.created_at = ${after.at}::timestamptz and notifications.id > ${after.id}))`,
        ]),
  ];
  return wanted.length === 0 ? sql`true` : sql.join(wanted, sql` and `);
}

async function entries(database: Database, condition: ReturnType<typeof sql>, limit: number) {
  // A message may tell thousands of changes; which kinds they are is enough.
  const { rows } = await sql<HistoryEntry & { position: string }>`
    select notifications.id, channel_id as "channelId", channel_name as "channelName", rule_id as "ruleId",
      repositories.owner || '/' || repositories.name as repository, purpose, status, held_for as "heldFor", title, reason,
      error_code as "errorCode", attempts, url, notifications.created_at as "createdAt", ended_at as "endedAt",
      array(select distinct kind from notification_items where notification_id = notifications.id order by kind) as events,
      to_char(notifications.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as position
    from notifications left join repositories on repositories.id = notifications.repository_id
    where ${condition} order by notifications.created_at desc, notifications.id limit ${limit}`.execute(database);
  return rows;
}
