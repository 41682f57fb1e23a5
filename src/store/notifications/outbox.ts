import { type Selectable, sql } from 'kysely';
import type { NoticeKind, WeighedNotice } from '../../notify/rules/types.ts';
import type { Told } from '../../notify/rules/weigh.ts';
import type { Database } from '../database.ts';
import { storedJson, storedText } from '../stored-text.ts';
import type {
  NotificationContent,
  NotificationPurpose,
  NotificationStatus,
  NotificationsTable,
} from '../tables/notification-tables.ts';

/** One message to one channel, with what became of it. */
export interface Notification {
  id: string;
  channelId: string | null;
  repositoryId: number | null;
  purpose: NotificationPurpose;
  groupKey: string;
  status: NotificationStatus;
  heldFor: 'quiet-hours' | 'paused' | null;
  content: NotificationContent | null;
  attempts: number;
  createdAt: Date;
}

export interface NewNotification {
  channel: { id: string; name: string };
  ruleId: string | null;
  repositoryId: number | null;
  purpose: NotificationPurpose;
  groupKey: string;
  heldFor: 'quiet-hours' | null;
  content?: NotificationContent;
  dueAt: Date;
  at: Date;
}

/** @returns its id */
export async function addNotification(database: Database, one: NewNotification): Promise<string> {
  const { id } = await database
    .insertInto('notifications')
    .values({
      channel_id: one.channel.id,
      channel_name: one.channel.name,
      rule_id: one.ruleId,
      repository_id: one.repositoryId,
      purpose: one.purpose,
      group_key: one.groupKey,
      status: one.heldFor === null ? 'waiting' : 'held',
      held_for: one.heldFor,
      content: one.content === undefined ? null : storedJson(one.content),
      due_at: one.dueAt,
      created_at: one.at,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/**
 * Puts a notice into the message of its group that was not sent yet, or into a new one. Messages of other rules that tell the
 * same notice to the same channel count: nobody is told twice.
 */
export async function addToGroup(
  transaction: Database,
  notice: WeighedNotice,
  subject: string,
  one: NewNotification,
): Promise<void> {
  // Two notices of one group that are weighed at once must not make two messages.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${one.channel.id}:${one.groupKey}`}, 0))`.execute(transaction);
  const told = await transaction
    .selectFrom('notification_items')
    .select('notification_id')
    .where('notice_id', '=', notice.id)
    .where('channel_id', '=', one.channel.id)
    .executeTakeFirst();
  if (told) return;
  const waiting = await transaction
    .selectFrom('notifications')
    .select('id')
    .where('channel_id', '=', one.channel.id)
    .where('group_key', '=', one.groupKey)
    .where('status', 'in', ['waiting', 'held'])
    .orderBy('created_at')
    .forUpdate()
    .executeTakeFirst();
  const id = waiting?.id ?? (await addNotification(transaction, one));
  await transaction
    .insertInto('notification_items')
    .values({ notification_id: id, notice_id: notice.id, channel_id: one.channel.id, subject, kind: notice.kind, at: notice.at })
    .execute();
}

/** What was told last of a subject in a channel, or is about to be. */
export async function lastTold(database: Database, channelId: string, subject: string): Promise<Told | null> {
  const row = await database
    .selectFrom('notification_items')
    .select(['kind', 'at'])
    .where('channel_id', '=', channelId)
    .where('subject', '=', subject)
    .orderBy('at', 'desc')
    .orderBy('notice_id', 'desc')
    .$narrowType<{ kind: NoticeKind }>()
    .executeTakeFirst();
  return row ?? null;
}

export interface DueNotification {
  id: string;
  repositoryId: number | null;
  /** W3C's, of the spans in which what it tells came about; null where traces were off. */
  traceparents: string[] | null;
}

/** Messages whose time has come and for which no job was asked. A job that was lost is asked for again after an hour and more. */
export async function dueNotifications(database: Database, now: Date, limit: number): Promise<DueNotification[]> {
  const lost = new Date(now.getTime() - LOST_JOB_MS);
  return database
    .selectFrom('notifications')
    .select(['id', 'repository_id as repositoryId'])
    .select((eb) =>
      eb
        .selectFrom('notification_items')
        .innerJoin('notices', 'notices.id', 'notification_items.notice_id')
        .select(
          sql<string[] | null>`(array_agg(distinct notices.traceparent) filter (where notices.traceparent is not null))[:64]`.as(
            'all',
          ),
        )
        .whereRef('notification_items.notification_id', '=', 'notifications.id')
        .as('traceparents'),
    )
    .where('status', '=', 'waiting')
    .where('due_at', '<=', now)
    .where((eb) => eb.or([eb('queued_at', 'is', null), eb('queued_at', '<', lost)]))
    .orderBy('due_at')
    .limit(limit)
    .execute();
}

/** Longer than the longest wait between two attempts. */
const LOST_JOB_MS = 70 * 60_000;

/**
 * A job was asked for each of them. One that has run meanwhile and was put off is due later than at `at`, and needs another one.
 * @param at when they were found to be due
 */
export async function markQueued(database: Database, ids: readonly string[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  await database.updateTable('notifications').set({ queued_at: at }).where('id', 'in', ids).where('due_at', '<=', at).execute();
}

/**
 * Takes a message to send it. Of all jobs at once one gets it; a job that stands in for one that died takes over what that one
 * had taken. What was told to the same channel of the same group before and is not sent yet goes first.
 * @returns null when there is nothing (more) to do, `wait` while an earlier one is under way
 */
export async function claimNotification(database: Database, id: string, again: boolean): Promise<Notification | 'wait' | null> {
  const row = await database
    .updateTable('notifications')
    .set((eb) => ({ status: 'sending', attempts: eb('attempts', '+', 1) }))
    .where('id', '=', id)
    .where('status', 'in', again ? ['waiting', 'sending'] : ['waiting'])
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('notifications as earlier')
            .select('earlier.id')
            .whereRef('earlier.channel_id', '=', 'notifications.channel_id')
            .whereRef('earlier.group_key', '=', 'notifications.group_key')
            .whereRef('earlier.created_at', '<', 'notifications.created_at')
            .where('earlier.status', 'in', ['waiting', 'sending']),
        ),
      ),
    )
    .returningAll()
    .executeTakeFirst();
  if (row) return toNotification(row);
  const left = await database
    .selectFrom('notifications')
    .select('id')
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .executeTakeFirst();
  return left ? 'wait' : null;
}

export interface NotificationEnd {
  status: 'sent' | 'failed' | 'dropped';
  title: string | null;
  reason: string | null;
  errorCode: string | null;
  url: string | null;
  at: Date;
}

export async function endNotification(database: Database, id: string, end: NotificationEnd): Promise<void> {
  await database
    .updateTable('notifications')
    .set({
      status: end.status,
      ...(end.title === null ? {} : { title: storedText(end.title) }),
      reason: end.reason === null ? null : storedText(end.reason),
      error_code: end.errorCode,
      url: end.url,
      ended_at: end.at,
    })
    .where('id', '=', id)
    .where('status', '=', 'sending')
    .execute();
}

/** It did not arrive and is tried again; the reason is in the history meanwhile. */
export async function returnNotification(
  database: Database,
  id: string,
  why: { reason: string; errorCode: string; heldFor: 'paused' | null; title: string | null },
): Promise<void> {
  await database
    .updateTable('notifications')
    .set({
      status: why.heldFor === null ? 'waiting' : 'held',
      held_for: why.heldFor,
      reason: storedText(why.reason),
      error_code: why.errorCode,
      ...(why.title === null ? {} : { title: storedText(why.title) }),
      // A held one is due when its channel is mended.
      ...(why.heldFor === null ? {} : { due_at: sql`'infinity'::timestamptz`, queued_at: null }),
    })
    .where('id', '=', id)
    .where('status', '=', 'sending')
    .execute();
}

function toNotification(row: Selectable<NotificationsTable>): Notification {
  return {
    id: row.id,
    channelId: row.channel_id,
    repositoryId: row.repository_id,
    purpose: row.purpose,
    groupKey: row.group_key,
    status: row.status,
    heldFor: row.held_for,
    content: row.content,
    attempts: row.attempts,
    createdAt: row.created_at,
  };
}

/** Asks for it again a little later, without counting an attempt. */
export async function postponeNotification(database: Database, id: string, dueAt: Date): Promise<void> {
  await database
    .updateTable('notifications')
    .set({ due_at: dueAt, queued_at: null })
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .execute();
}

/** Adds a message of a group unless the group has one already, whatever became of that. @returns false then */
export async function addOnce(database: Database, one: NewNotification): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`${one.channel.id}:${one.groupKey}`}, 0))`.execute(transaction);
    const known = await transaction
      .selectFrom('notifications')
      .select('id')
      .where('channel_id', '=', one.channel.id)
      .where('group_key', '=', one.groupKey)
      .executeTakeFirst();
    if (known) return false;
    await addNotification(transaction, one);
    return true;
  });
}

/** Writes down a test that was sent or not. */
export async function addRecord(
  database: Database,
  test: {
    id: string;
    channel: { id: string; name: string };
    title: string;
    reason: string | null;
    errorCode: string | null;
    at: Date;
  },
): Promise<void> {
  await database
    .insertInto('notifications')
    .values({
      id: test.id,
      channel_id: test.channel.id,
      channel_name: test.channel.name,
      rule_id: null,
      repository_id: null,
      purpose: 'test',
      group_key: `test:${test.id}`,
      status: test.errorCode === null ? 'sent' : 'failed',
      title: test.title,
      reason: test.reason === null ? null : storedText(test.reason),
      error_code: test.errorCode,
      attempts: 1,
      due_at: test.at,
      created_at: test.at,
      ended_at: test.at,
    })
    .execute();
}

/** Tries a message again that had failed for good. @returns false when it has not */
export async function reviveNotification(database: Database, id: string, at: Date): Promise<boolean> {
  const result = await database
    .updateTable('notifications')
    .set({ status: 'waiting', due_at: at, queued_at: null, ended_at: null })
    .where('id', '=', id)
    .where('status', '=', 'failed')
    .where('purpose', '<>', 'test')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
