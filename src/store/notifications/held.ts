import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { storedJson } from '../stored-text.ts';
import type { NotificationPurpose } from '../tables/notification-tables.ts';

/** A channel was mended: what waited for that is due. */
export async function releaseHeldOf(database: Database, channelId: string, at: Date): Promise<void> {
  await database
    .updateTable('notifications')
    .set({ due_at: at })
    .where('channel_id', '=', channelId)
    .where('status', '=', 'held')
    .where('held_for', '=', 'paused')
    .execute();
}

/**
 * Messages whose hold is over become one for each channel, which sums them up; tickets stay by themselves.
 * @returns how many wait to be sent now
 */
export async function releaseHeld(database: Database, now: Date): Promise<number> {
  return database.transaction().execute(async (transaction) => {
    const { rows } = await sql<HeldRow>`
      select held.id, held.channel_id as "channelId", held.held_for as "heldFor", held.purpose,
        channels.kind in ('linear', 'github-issue') as "isTicket"
      from notifications held join notification_channels channels on channels.id = held.channel_id
      where held.status = 'held' and held.due_at <= ${now}
      order by held.channel_id, held.created_at, held.id for update of held skip locked`.execute(transaction);
    const single = rows.filter((row) => row.isTicket || (row.purpose !== 'notices' && row.purpose !== 'summary'));
    const summed = Map.groupBy(
      rows.filter((row) => !single.includes(row)),
      (row) => row.channelId,
    );
    for (const group of summed.values()) await sumUp(transaction, group, now);
    await setWaiting(
      transaction,
      single.map((row) => row.id),
      {},
    );
    return single.length + summed.size;
  });
}

interface HeldRow {
  id: string;
  channelId: string;
  heldFor: 'quiet-hours' | 'paused';
  purpose: NotificationPurpose;
  isTicket: boolean;
}

async function sumUp(transaction: Database, group: readonly HeldRow[], now: Date): Promise<void> {
  const [first, ...others] = group;
  if (!first) return;
  const ids = others.map((row) => row.id);
  if (ids.length > 0) {
    await transaction
      .updateTable('notification_items')
      .set({ notification_id: first.id })
      .where('notification_id', 'in', ids)
      .execute();
    await transaction
      .updateTable('notifications')
      .set({ status: 'merged', held_for: null, reason: `Told by ${first.id}.`, ended_at: now })
      .where('id', 'in', ids)
      .execute();
  }
  const text = group.some((row) => row.heldFor === 'paused') ? 'this channel was paused' : 'quiet hours were on';
  await setWaiting(transaction, [first.id], { purpose: 'summary', content: storedJson({ text }) });
}

async function setWaiting(
  transaction: Database,
  ids: readonly string[],
  change: { purpose?: NotificationPurpose; content?: string },
): Promise<void> {
  if (ids.length === 0) return;
  await transaction
    .updateTable('notifications')
    .set({ status: 'waiting', held_for: null, queued_at: null, ...change })
    .where('id', 'in', ids)
    .execute();
}
