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

/** A person's sign-in with GitHub. */
export interface SessionsTable {
  id: Generated<string>;
  /** SHA-256 of what the cookie holds. */
  hash: Buffer;
  user_id: number;
  login: string;
  /** The person's token of GitHub, sealed. */
  sealed_token: Buffer;
  created_at: Timestamp;
  expires_at: Timestamp;
  /** When GitHub was last asked what the person may see. */
  refreshed_at: Timestamp;
}

export type RepositoryRole = 'viewer' | 'developer' | 'approver' | 'admin';

/** What GitHub lets a signed-in person see, and as whom. */
export interface SessionRepositoriesTable {
  session_id: string;
  repository_id: number;
  role: RepositoryRole;
}

/** A sign-in that was begun, until GitHub sends the person back. */
export interface SignInsTable {
  /** SHA-256 of the state. */
  hash: Buffer;
  verifier: string;
  return_to: string;
  expires_at: Timestamp;
}
