import type { ColumnType, Generated, JSONColumnType } from 'kysely';
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

/** Somebody who has signed in with GitHub, in one browser. What the browser holds is nowhere. */
export interface SessionsTable {
  id: string;
  /** SHA-256 of what the browser holds. */
  hash: Buffer;
  /** GitHub's id: logins change. */
  user_id: number;
  login: string;
  created_at: Timestamp;
  /** To the minute. */
  seen_at: Timestamp;
  expires_at: Timestamp;
  /** GitHub's tokens for this person, and the key under which they lie. */
  sealed: Buffer;
  sealed_under: string;
  /** Null for one that has no end. */
  token_expires_at: Timestamp | null;
  /** What GitHub said last: roles by the id of the repository. */
  roles: JSONColumnType<Record<string, string>>;
  roles_read_at: Timestamp;
}
