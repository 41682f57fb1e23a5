import type { Selectable, Updateable } from 'kysely';
import type { Role } from '../../config/api-keys.ts';
import { record } from '../audit.ts';
import type { Database } from '../database.ts';
import { whenReachable } from '../repositories/reachable.ts';
import type { SessionsTable } from '../tables/access-tables.ts';

/** Somebody who has signed in, in one browser, as it is kept. */
export interface StoredSession {
  id: string;
  /** GitHub's id of the person. */
  userId: number;
  login: string;
  createdAt: Date;
  /** To the minute. */
  seenAt: Date;
  /** When it ends whatever is done with it. */
  expiresAt: Date;
  tokens: SealedTokens;
  roles: RolesRead;
}

/** GitHub's tokens for the person, under the key that is named. */
export interface SealedTokens {
  sealed: Buffer;
  keyId: string;
  /** Null for an access token that has no end. */
  expiresAt: Date | null;
}

/** What GitHub has said of the person, and when. */
export interface RolesRead {
  /** By the id of the repository. */
  byRepository: ReadonlyMap<number, Role>;
  readAt: Date;
}

export type NewSession = Pick<StoredSession, 'id' | 'userId' | 'login' | 'expiresAt' | 'tokens' | 'roles'> & {
  /** SHA-256 of what the browser holds. */
  hash: Buffer;
};

/** Why a session is over; stands in the audit log. */
export type SessionEnd = 'signed-out' | 'expired' | 'idle' | 'refused-by-github' | 'revoked-at-github' | 'secret-unreadable';

/** The sessions. Every method throws `UnavailableError` when the database is away. */
export interface SessionStore {
  create(session: NewSession, at: Date, correlationId: string | null): Promise<void>;
  byHash(hash: Buffer): Promise<StoredSession | null>;
  byId(id: string): Promise<StoredSession | null>;
  noteUse(session: StoredSession, at: Date): Promise<void>;
  noteRoles(id: string, roles: RolesRead): Promise<void>;
  /**
   * Replaces the tokens by what `work` makes of them, one process at a time: a refresh token is good once.
   * @param work is given the session as it is then; null leaves it
   * @returns the session afterwards; null where it is gone
   */
  renewTokens(id: string, work: (session: StoredSession) => Promise<SealedTokens | null>): Promise<StoredSession | null>;
  /** @returns the session as it was; null where it was over before */
  end(id: string, why: SessionEnd, correlationId: string | null): Promise<StoredSession | null>;
  /** Forgets those that are over by time. @param idleSince those that were not used since are, too */
  forgetEnded(at: Date, idleSince: Date): Promise<void>;
}

const MINUTE_MS = 60_000;

export function createSessionStore(database: Database): SessionStore {
  return {
    create: (session, at, correlationId) => whenReachable(create(database, session, at, correlationId)),
    byHash: (hash) =>
      whenReachable(database.selectFrom('sessions').selectAll().where('hash', '=', hash).executeTakeFirst().then(orNull)),
    byId: (id) => whenReachable(database.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst().then(orNull)),
    noteUse: async (session, at) => {
      if (at.getTime() - session.seenAt.getTime() < MINUTE_MS) return;
      await whenReachable(database.updateTable('sessions').set({ seen_at: at }).where('id', '=', session.id).execute());
    },
    noteRoles: async (id, roles) => {
      await whenReachable(database.updateTable('sessions').set(rolesColumns(roles)).where('id', '=', id).execute());
    },
    renewTokens: (id, work) => whenReachable(renewTokens(database, id, work)),
    end: (id, why, correlationId) => whenReachable(end(database, id, why, correlationId)),
    forgetEnded: async (at, idleSince) => {
      await whenReachable(forgetEndedSessions(database, at, idleSince));
    },
  };
}

/**
 * Ends all sessions of a person who has taken back, at GitHub, what the app may do for them.
 * @param userId GitHub's id of the person
 */
export async function endSessionsOf(database: Database, userId: number): Promise<number> {
  const gone = await database.deleteFrom('sessions').where('user_id', '=', userId).executeTakeFirst();
  return Number(gone.numDeletedRows);
}

/** Forgets sessions that are over by time. @param idleSince those that were not used since are, too @returns how many */
export async function forgetEndedSessions(database: Database, at: Date, idleSince: Date): Promise<number> {
  const gone = await database
    .deleteFrom('sessions')
    .where((row) => row.or([row('expires_at', '<=', at), row('seen_at', '<=', idleSince)]))
    .executeTakeFirst();
  return Number(gone.numDeletedRows);
}

/** Sessions whose tokens lie under another key than this one, by their ids. */
export async function sessionsSealedOtherwise(
  database: Database,
  keyId: string,
  after: string | null,
  limit: number,
): Promise<Pick<StoredSession, 'id' | 'tokens'>[]> {
  const rows = await database
    .selectFrom('sessions')
    .selectAll()
    .where('sealed_under', '<>', keyId)
    .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toSession);
}

/** Puts the same tokens under another key, unless they were renewed meanwhile. @returns whether it did */
export async function resealSession(
  database: Database,
  { id, tokens }: Pick<StoredSession, 'id' | 'tokens'>,
  sealed: SealedTokens,
): Promise<boolean> {
  const changed = await database
    .updateTable('sessions')
    .set(tokenColumns(sealed))
    .where('id', '=', id)
    .where('sealed', '=', tokens.sealed)
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}

async function create(database: Database, session: NewSession, at: Date, correlationId: string | null): Promise<void> {
  const { id, hash, login, userId, expiresAt, tokens, roles } = session;
  await database.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('sessions')
      .values({
        id,
        hash,
        login,
        user_id: userId,
        created_at: at,
        seen_at: at,
        expires_at: expiresAt,
        ...tokenColumns(tokens),
        ...rolesColumns(roles),
      })
      .execute();
    const details = { expiresAt: expiresAt.toISOString(), repositories: roles.byRepository.size };
    await note(transaction, { id, login }, 'session.started', details, correlationId);
  });
}

async function renewTokens(
  database: Database,
  id: string,
  work: (session: StoredSession) => Promise<SealedTokens | null>,
): Promise<StoredSession | null> {
  return database.transaction().execute(async (transaction) => {
    const row = await transaction.selectFrom('sessions').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
    if (!row) return null;
    const session = toSession(row);
    const tokens = await work(session);
    if (tokens === null) return session;
    await transaction.updateTable('sessions').set(tokenColumns(tokens)).where('id', '=', id).execute();
    return { ...session, tokens };
  });
}

async function end(database: Database, id: string, why: SessionEnd, correlationId: string | null): Promise<StoredSession | null> {
  return database.transaction().execute(async (transaction) => {
    const row = await transaction.deleteFrom('sessions').where('id', '=', id).returningAll().executeTakeFirst();
    if (!row) return null;
    await note(transaction, row, 'session.ended', { why }, correlationId);
    return toSession(row);
  });
}

function note(
  database: Database,
  { id, login }: { id: string; login: string },
  action: string,
  details: Record<string, unknown>,
  correlationId: string | null,
): Promise<void> {
  return record(database, { actor: login, action, subject: `session:${id}`, repositoryId: null, correlationId, details });
}

function tokenColumns({ sealed, keyId, expiresAt }: SealedTokens) {
  return { sealed, sealed_under: keyId, token_expires_at: expiresAt } satisfies Updateable<SessionsTable>;
}

function rolesColumns({ byRepository, readAt }: RolesRead) {
  return { roles: JSON.stringify(Object.fromEntries(byRepository)), roles_read_at: readAt };
}

function orNull(row: Selectable<SessionsTable> | undefined): StoredSession | null {
  return row ? toSession(row) : null;
}

function toSession(row: Selectable<SessionsTable>): StoredSession {
  return {
    id: row.id,
    userId: row.user_id,
    login: row.login,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    expiresAt: row.expires_at,
    tokens: { sealed: row.sealed, keyId: row.sealed_under, expiresAt: row.token_expires_at },
    roles: {
      // Written by `rolesColumns` only.
      byRepository: new Map(Object.entries(row.roles).map(([repository, role]) => [Number(repository), role as Role])),
      readAt: row.roles_read_at,
    },
  };
}
