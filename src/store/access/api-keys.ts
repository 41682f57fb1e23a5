import { type ExpressionBuilder, type Insertable, type Selectable, sql } from 'kysely';
import type { Role } from '../../config/api-keys.ts';
import { record } from '../audit.ts';
import type { Database } from '../database.ts';
import { whenReachable } from '../repositories/reachable.ts';
import type { ApiKeysTable } from '../tables/access-tables.ts';
import type { Tables } from '../tables/schema.ts';

/** A key of the API as it is kept: the key itself is not. */
export interface StoredKey {
  id: string;
  name: string;
  /** The start of the key, by which people know it. */
  prefix: string;
  role: Role;
  /** Null for all that the role may do. */
  scopes: readonly string[] | null;
  /** GitHub's ids of the installations whose repositories it may see; null for all. */
  installations: readonly number[] | null;
  createdAt: Date;
  createdBy: string;
  /** Null where it does not expire. */
  expiresAt: Date | null;
  /** To the hour. */
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  revokedBy: string | null;
}

export type NewKey = Pick<StoredKey, 'name' | 'prefix' | 'role' | 'scopes' | 'installations' | 'expiresAt'> & {
  /** SHA-256 of the key. */
  hash: Buffer;
  createdBy: string;
};

/** The keys and who has taken which back. Every method throws `UnavailableError` when the database is away. */
export interface KeyStore {
  /** By the SHA-256 of the key; null where there is no such key. Revoked and expired ones are found, too. */
  byHash(hash: Buffer): Promise<StoredKey | null>;
  byId(id: string): Promise<StoredKey | null>;
  /** Newest first. @param within only keys that see nothing but these installations; null for all */
  list(within: readonly number[] | null): Promise<StoredKey[]>;
  create(key: NewKey, at: Date, correlationId: string | null): Promise<StoredKey>;
  /** Null where there is no such key within these installations. A key that was revoked before stays as it is. */
  revoke(
    request: { id: string; by: string; within: readonly number[] | null },
    at: Date,
    correlationId: string | null,
  ): Promise<StoredKey | null>;
  /** Remembers the hour in which the key was used. */
  noteUse(key: StoredKey, at: Date): Promise<void>;
}

const HOUR_MS = 3_600_000;

export function createKeyStore(database: Database): KeyStore {
  return {
    byHash: (hash) => whenReachable(find(database, (where) => where('hash', '=', hash))),
    byId: (id) => whenReachable(find(database, (where) => where('id', '=', id))),
    list: (within) => whenReachable(list(database, within)),
    create: (key, at, correlationId) => whenReachable(create(database, key, at, correlationId)),
    revoke: (request, at, correlationId) => whenReachable(revoke(database, request, at, correlationId)),
    noteUse: async (key, at) => {
      const hour = new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS);
      if (key.lastUsedAt !== null && key.lastUsedAt >= hour) return;
      await whenReachable(database.updateTable('api_keys').set({ last_used_at: hour }).where('id', '=', key.id).execute());
    },
  };
}

type Where = ExpressionBuilder<Tables, 'api_keys'>;

async function find(database: Database, condition: (where: Where) => ReturnType<Where>): Promise<StoredKey | null> {
  const row = await database.selectFrom('api_keys').selectAll().where(condition).executeTakeFirst();
  return row ? toKey(row) : null;
}

async function list(database: Database, within: readonly number[] | null): Promise<StoredKey[]> {
  const rows = await database
    .selectFrom('api_keys')
    .selectAll()
    .where(inside(within))
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(toKey);
}

/** A key that sees more than the caller is none of the caller's business. */
function inside(within: readonly number[] | null) {
  return within === null ? sql<boolean>`true` : sql<boolean>`installations <@ ${[...within]}::bigint[]`;
}

async function create(database: Database, key: NewKey, at: Date, correlationId: string | null): Promise<StoredKey> {
  const { prefix, expiresAt, createdBy, scopes, installations, ...rest } = key;
  const values: Insertable<ApiKeysTable> = {
    ...rest,
    prefix,
    scopes: scopes && [...scopes],
    installations: installations && [...installations],
    created_at: at,
    created_by: createdBy,
    expires_at: expiresAt,
  };
  return database.transaction().execute(async (transaction) => {
    const row = await transaction.insertInto('api_keys').values(values).returningAll().executeTakeFirstOrThrow();
    await record(transaction, {
      actor: createdBy,
      action: 'key.created',
      subject: `key:${prefix}`,
      repositoryId: null,
      correlationId,
      details: { id: row.id, name: key.name, role: key.role, scopes, installations, expiresAt: expiresAt?.toISOString() ?? null },
    });
    return toKey(row);
  });
}

async function revoke(
  database: Database,
  { id, by, within }: { id: string; by: string; within: readonly number[] | null },
  at: Date,
  correlationId: string | null,
): Promise<StoredKey | null> {
  return database.transaction().execute(async (transaction) => {
    const revoked = await transaction
      .updateTable('api_keys')
      .set({ revoked_at: at, revoked_by: by })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .where(inside(within))
      .returningAll()
      .executeTakeFirst();
    if (revoked) {
      const subject = `key:${revoked.prefix}`;
      await record(transaction, {
        actor: by,
        action: 'key.revoked',
        subject,
        repositoryId: null,
        correlationId,
        details: { id },
      });
      return toKey(revoked);
    }
    const row = await transaction
      .selectFrom('api_keys')
      .selectAll()
      .where('id', '=', id)
      .where(inside(within))
      .executeTakeFirst();
    return row ? toKey(row) : null;
  });
}

function toKey(row: Selectable<ApiKeysTable>): StoredKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    // The column's check says so.
    role: row.role as Role,
    scopes: row.scopes,
    // `pg` hands the elements of a `bigint[]` out as text.
    installations: row.installations?.map(Number) ?? null,
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
    revokedBy: row.revoked_by,
  };
}
