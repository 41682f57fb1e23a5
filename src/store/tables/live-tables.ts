import type { Generated, JSONColumnType } from 'kysely';
import type { Timestamp } from './timestamp.ts';

/** Something that has changed; written by triggers. */
export interface LiveEventsTable {
  /** PostgreSQL's `xid8`, as text. */
  transaction: Generated<string>;
  id: Generated<number>;
  kind: string;
  repository_id: number;
  data: JSONColumnType<Record<string, unknown>>;
  at: Timestamp;
}

/** Lets its bearer open one connection. */
export interface LiveTicketsTable {
  hash: Buffer;
  claims: JSONColumnType<Record<string, unknown>>;
  expires_at: Timestamp;
}
