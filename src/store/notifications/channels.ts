import type { Selectable } from 'kysely';
import type { ChannelKind } from '../../notify/rules/types.ts';
import type { Sealed } from '../../notify/sealing.ts';
import type { Database } from '../database.ts';
import { storedJson, storedText } from '../stored-text.ts';
import type { NotificationChannelsTable } from '../tables/notification-tables.ts';

/** Where messages go. Its secret is sealed; nothing but a send opens it. */
export interface Channel {
  id: string;
  name: string;
  kind: ChannelKind;
  settings: Record<string, unknown>;
  secret: Sealed | null;
  /** What people know the secret by, such as its last characters. */
  secretHint: string | null;
  enabled: boolean;
  pausedAt: Date | null;
  pausedReason: string | null;
  failuresInARow: number;
  lastSentAt: Date | null;
  lastFailedAt: Date | null;
  lastFailure: string | null;
  createdAt: Date;
  updatedAt: Date;
}

export type NewChannel = Pick<Channel, 'id' | 'name' | 'kind' | 'settings' | 'secret' | 'secretHint' | 'enabled'>;
export type ChannelChange = Partial<Pick<Channel, 'name' | 'settings' | 'secret' | 'secretHint' | 'enabled'>>;

export async function listChannels(database: Database): Promise<Channel[]> {
  const rows = await database.selectFrom('notification_channels').selectAll().orderBy('name').execute();
  return rows.map(toChannel);
}

export async function findChannel(database: Database, id: string): Promise<Channel | null> {
  const row = await database.selectFrom('notification_channels').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toChannel(row) : null;
}

/** @returns false when the name is taken */
export async function addChannel(database: Database, channel: NewChannel, at: Date): Promise<boolean> {
  const result = await database
    .insertInto('notification_channels')
    .values({
      id: channel.id,
      name: storedText(channel.name),
      kind: channel.kind,
      settings: storedJson(channel.settings),
      ...secretColumns(channel),
      enabled: channel.enabled,
      created_at: at,
      updated_at: at,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Changes what is given. A new secret lets a paused channel begin anew. @returns false when there is no such channel */
export async function changeChannel(database: Database, id: string, change: ChannelChange, at: Date): Promise<boolean> {
  const { secret, secretHint } = change;
  const result = await database
    .updateTable('notification_channels')
    .set({
      updated_at: at,
      ...(change.name === undefined ? {} : { name: storedText(change.name) }),
      ...(change.settings === undefined ? {} : { settings: storedJson(change.settings) }),
      ...(change.enabled === undefined ? {} : { enabled: change.enabled }),
      ...(secret === undefined ? {} : { ...secretColumns({ secret, secretHint: secretHint ?? null }), ...UNPAUSED }),
    })
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function removeChannel(database: Database, id: string): Promise<boolean> {
  const result = await database.deleteFrom('notification_channels').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

const UNPAUSED = { paused_at: null, paused_reason: null, failures_in_a_row: 0 };

/** @returns false when it was not paused */
export async function resumeChannel(database: Database, id: string, at: Date): Promise<boolean> {
  const result = await database
    .updateTable('notification_channels')
    .set({ ...UNPAUSED, updated_at: at })
    .where('id', '=', id)
    .where('paused_at', 'is not', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** A message arrived. */
export async function noteSent(database: Database, id: string, at: Date): Promise<void> {
  await database
    .updateTable('notification_channels')
    .set({ last_sent_at: at, failures_in_a_row: 0 })
    .where('id', '=', id)
    .execute();
}

/**
 * A message did not arrive. The channel is paused when it is to blame, or has failed too often in a row; what pauses it also
 * writes the notice, so that it is told elsewhere.
 * @returns true when this failure has paused it
 */
export async function noteFailed(
  database: Database,
  channel: Pick<Channel, 'id' | 'name'>,
  failure: { reason: string; pauses: boolean; mostInARow: number; at: Date },
): Promise<boolean> {
  const { reason, at } = failure;
  return database.transaction().execute(async (transaction) => {
    const row = await transaction
      .updateTable('notification_channels')
      .set((eb) => ({
        failures_in_a_row: eb('failures_in_a_row', '+', 1),
        last_failed_at: at,
        last_failure: storedText(reason),
      }))
      .where('id', '=', channel.id)
      .returning(['failures_in_a_row', 'paused_at'])
      .executeTakeFirst();
    if (!row || row.paused_at !== null || !(failure.pauses || row.failures_in_a_row >= failure.mostInARow)) return false;
    await transaction
      .updateTable('notification_channels')
      .set({ paused_at: at, paused_reason: storedText(reason) })
      .where('id', '=', channel.id)
      .execute();
    await transaction
      .insertInto('notices')
      .values({
        key: `channel-paused:${channel.id}:${at.toISOString()}`,
        kind: 'channel-paused',
        repository_id: null,
        details: storedJson({ reason, channel: channel.name, channelId: channel.id }),
        at,
      })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute();
    return true;
  });
}

/** Channels whose secrets lie under another key than this one. */
export async function channelsSealedOtherwise(
  database: Database,
  keyId: string,
  after: string | null,
  limit: number,
): Promise<Channel[]> {
  const rows = await database
    .selectFrom('notification_channels')
    .selectAll()
    .where('secret_key', 'is not', null)
    .where('secret_key', '<>', keyId)
    .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toChannel);
}

/** Puts the same secret under another key, unless it was changed meanwhile. */
export async function resealChannel(
  database: Database,
  channel: Pick<Channel, 'id' | 'secret'>,
  sealed: Sealed,
): Promise<boolean> {
  const result = await database
    .updateTable('notification_channels')
    .set({ secret: sealed.sealed, secret_key: sealed.keyId })
    .where('id', '=', channel.id)
    .where('secret', '=', channel.secret?.sealed ?? null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

function secretColumns({ secret, secretHint }: Pick<Channel, 'secret' | 'secretHint'>) {
  return { secret: secret?.sealed ?? null, secret_key: secret?.keyId ?? null, secret_hint: secretHint };
}

function toChannel(row: Selectable<NotificationChannelsTable>): Channel {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    settings: row.settings,
    secret: row.secret && row.secret_key !== null ? { sealed: row.secret, keyId: row.secret_key } : null,
    secretHint: row.secret_hint,
    enabled: row.enabled,
    pausedAt: row.paused_at,
    pausedReason: row.paused_reason,
    failuresInARow: row.failures_in_a_row,
    lastSentAt: row.last_sent_at,
    lastFailedAt: row.last_failed_at,
    lastFailure: row.last_failure,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
