import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { whenReachable } from '../repositories/reachable.ts';

/** Tickets that let their bearer open one connection. Every method throws `UnavailableError` when the database is away. */
export interface TicketStore {
  /** @param hash SHA-256 of the ticket */
  create(ticket: { hash: Buffer; claims: object; expiresAt: Date }): Promise<void>;
  /** What the ticket stands for; null for one that is not known, over, or was used before. */
  redeem(hash: Buffer, at: Date): Promise<Record<string, unknown> | null>;
}

export function createTicketStore(database: Database): TicketStore {
  return {
    create: async ({ hash, claims, expiresAt }) => {
      const values = { hash, claims: JSON.stringify(claims), expires_at: expiresAt };
      await whenReachable(database.insertInto('live_tickets').values(values).execute());
    },
    redeem: async (hash, at) => {
      const { rows } = await whenReachable(
        sql<{ claims: Record<string, unknown>; expires_at: Date }>`
          delete from live_tickets where hash = ${hash} returning claims, expires_at`.execute(database),
      );
      const [row] = rows;
      return row && row.expires_at > at ? row.claims : null;
    },
  };
}
