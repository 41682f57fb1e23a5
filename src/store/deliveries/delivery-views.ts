import type { Database } from '../database.ts';
import { unpackBody } from './delivery-body.ts';

/** Those of the GUIDs that were never stored. */
export async function unknownGuids(database: Database, guids: readonly string[]): Promise<string[]> {
  if (guids.length === 0) return [];
  const rows = await database.selectFrom('deliveries').select('guid').where('guid', 'in', guids).execute();
  const known = new Set(rows.map(({ guid }) => guid));
  return guids.filter((guid) => !known.has(guid));
}

/** How many deliveries that came in since then have failed for good. */
export async function failedSince(database: Database, since: Date): Promise<number> {
  const { failed } = await database
    .selectFrom('deliveries')
    .select((eb) => eb.fn.countAll<number>().as('failed'))
    .where('state', '=', 'failed')
    .where('received_at', '>', since)
    .executeTakeFirstOrThrow();
  return Number(failed);
}

/** A delivery as it came in, byte for byte; `null` where it was never stored, or is forgotten. */
export async function readStoredDelivery(
  database: Database,
  guid: string,
): Promise<{ guid: string; event: string; body: Buffer } | null> {
  const row = await database
    .selectFrom('deliveries')
    .select(['guid', 'event', 'body'])
    .where('guid', '=', guid)
    .executeTakeFirst();
  return row ? { guid: row.guid, event: row.event, body: await unpackBody(row.body) } : null;
}
