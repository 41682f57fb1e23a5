import type { Database } from '../database.ts';

/** The ticket that stands for an incident in a channel. */
export interface StoredTicket {
  externalId: string | null;
  url: string | null;
  state: 'planned' | 'open' | 'closed';
  contentHash: string | null;
}

/** Plans the ticket of an incident before the other side is asked, or finds the one that was. */
export async function planTicket(
  database: Database,
  key: { channelId: string; incidentId: string },
  externalId: string | null,
  at: Date,
): Promise<StoredTicket> {
  await database
    .insertInto('notification_tickets')
    .values({
      channel_id: key.channelId,
      incident_id: key.incidentId,
      external_id: externalId,
      url: null,
      state: 'planned',
      content_hash: null,
      updated_at: at,
    })
    .onConflict((conflict) => conflict.columns(['channel_id', 'incident_id']).doNothing())
    .execute();
  const row = await database
    .selectFrom('notification_tickets')
    .selectAll()
    .where('channel_id', '=', key.channelId)
    .where('incident_id', '=', key.incidentId)
    .executeTakeFirstOrThrow();
  return { externalId: row.external_id, url: row.url, state: row.state, contentHash: row.content_hash };
}

/** What the ticket says by now. */
export async function saveTicket(
  database: Database,
  key: { channelId: string; incidentId: string },
  ticket: StoredTicket,
  at: Date,
): Promise<void> {
  await database
    .updateTable('notification_tickets')
    .set({
      external_id: ticket.externalId,
      url: ticket.url,
      state: ticket.state,
      content_hash: ticket.contentHash,
      updated_at: at,
    })
    .where('channel_id', '=', key.channelId)
    .where('incident_id', '=', key.incidentId)
    .execute();
}
