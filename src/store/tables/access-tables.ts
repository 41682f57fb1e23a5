import type { ColumnType, Generated } from 'kysely';
import type { Timestamp } from './timestamp.ts';

/** A key of the API. The key itself is nowhere. */
export interface ApiKeysTable {
  id: Generated<string>;
  name: string;
  /** The start of the key, by which people know it. */
  prefix: string;
  /** SHA-256 of the whole key. */
  hash: Buffer;
  role: string;
  /** Null for all that the role may do. */
  scopes: string[] | null;
  /** GitHub's ids; null for all. */
  installations: number[] | null;
  created_at: Timestamp;
  created_by: string;
  expires_at: Timestamp | null;
  /** To the hour. */
  last_used_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  revoked_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  revoked_by: ColumnType<string | null, string | null | undefined, string | null>;
}

/** A token that was taken back before its end. */
export interface RevokedTokensTable {
  id: string;
  expires_at: Timestamp;
  revoked_at: Timestamp;
  revoked_by: string;
}
