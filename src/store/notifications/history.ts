import { type RawBuilder, sql } from 'kysely';
import type { NoticeKind } from '../../notify/rules/types.ts';
import type { Database } from '../database.ts';
import { cutPage, keysetOf, type Order, type Position } from '../keyset.ts';
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

export const HISTORY_SORTS = ['createdAt'] as const;
type HistorySort = (typeof HISTORY_SORTS)[number];

export interface HistoryQuery {
  status?: NotificationStatus | undefined;
  channelId?: string | undefined;
  purpose?: NotificationPurpose | undefined;
  repositoryId?: number | undefined;
  sort: HistorySort;
  order: Order;
  after?: Position<HistorySort> | undefined;
  limit: number;
}

/** Every method throws `UnavailableError` when the database is away. */
export interface NotificationHistory {
  list(query: HistoryQuery): Promise<{ items: HistoryEntry[]; next: Position<HistorySort> | null }>;
  read(id: string): Promise<HistoryEntry | null>;
}

export function createNotificationHistory(database: Database): NotificationHistory {
  return {
    list: (query) => whenReachable(list(database, query)),
    read: async (id) => {
      const [entry] = await whenReachable(select(database, sql`where notifications.id = ${id}`));
      if (!entry) return null;
      const { position: _position, ...shown } = entry;
      return shown;
    },
  };
}

const NEWEST = { column: sql`notifications.created_at`, kind: 'moment' } as const;

async function list(database: Database, query: HistoryQuery) {
  const { orderBy, beyond } = keysetOf(NEWEST, { id: sql`notifications.id`, idType: 'uuid' }, query);
  const wanted = [...conditions(query), ...(beyond ? [beyond] : [])];
  const where = wanted.length === 0 ? sql`` : sql`where ${sql.join(wanted, sql` and `)}`;
  return cutPage(await select(database, sql`${where} order by ${orderBy} limit ${query.limit + 1}`), query);
}

function* conditions({ status, channelId, purpose, repositoryId }: HistoryQuery) {
  if (status !== undefined) yield sql`notifications.status = ${status}`;
  if (channelId !== undefined) yield sql`notifications.channel_id = ${channelId}`;
  if (purpose !== undefined) yield sql`notifications.purpose = ${purpose}`;
  if (repositoryId !== undefined) yield sql`notifications.repository_id = ${repositoryId}`;
}

async function select(database: Database, rest: RawBuilder<unknown>) {
  // A message may tell thousands of changes; which kinds they are is enough.
  const { rows } = await sql<HistoryEntry & { position: number }>`
    select notifications.id, channel_id as "channelId", channel_name as "channelName", rule_id as "ruleId",
      repositories.owner || '/' || repositories.name as repository, purpose, status, held_for as "heldFor", title, reason,
      error_code as "errorCode", attempts, url, notifications.created_at as "createdAt", ended_at as "endedAt",
      array(select distinct kind from notification_items where notification_id = notifications.id order by kind) as events,
      (extract(epoch from notifications.created_at) * 1000000)::bigint as position
    from notifications left join repositories on repositories.id = notifications.repository_id ${rest}`.execute(database);
  return rows;
}
