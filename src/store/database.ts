import { Kysely, Migrator, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import { UnavailableError } from '../errors.ts';
import { hideTables, showTables } from './access/visible-schema.ts';
import { migrationProvider } from './migrations/index.ts';
import type { Tables } from './tables/schema.ts';

export type Database = Kysely<Tables>;

/** How to reach PostgreSQL; a subset of what `pg` and pg-boss both take. */
export interface ConnectionSettings {
  connectionString?: string;
  /** Host name, or the folder of a Unix socket. */
  host?: string;
  port?: number;
  user?: string;
  password?: string;
  database?: string;
}

const BIGINT_OID = 20;

/**
 * `bigint` columns hold GitHub's ids and counts, all below 2^53; `pg` would hand them out as strings.
 * A value above that would lose digits silently, so it is an error.
 */
function parseBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} is above 2^53`);
  return value;
}

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === BIGINT_OID && format !== 'binary'
      ? parseBigint
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

/** A session of PostgreSQL holds 2 to 9 MB, and another is opened in 5 ms: one that nobody wants is closed soon. */
export const IDLE_CONNECTION_MS = 2_000;

/** A pool that never takes the process down: errors of idle connections are logged, not thrown. */
export function createPool(settings: ConnectionSettings, options: { max: number; log: Logger }): pg.Pool {
  const pool = new pg.Pool({
    ...settings,
    types,
    max: options.max,
    application_name: 'regreen',
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
  });
  // The error carries the whole client; only what says why is logged.
  pool.on('error', (error) => options.log.warn({ reason: error.message }, 'idle database connection lost'));
  // A connection that is lost while it is lent out and between two queries tells nobody but its own listeners; without
  // one it would end the process. Whoever holds it learns of it at the next query.
  pool.on('connect', (client) =>
    client.on('error', (error) => options.log.debug({ reason: error.message }, 'database connection lost')),
  );
  return pool;
}

export function createDatabase(pool: pg.Pool): Database {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/**
 * Brings the schema up to date. Kysely's migrator holds a lock meanwhile, so any number of processes may start at once.
 * @throws the migration's own error; nothing of the failed migration stays (they run in a transaction).
 */
export async function migrate(database: Database, log: Logger): Promise<void> {
  const migrator = new Migrator({ db: database, provider: migrationProvider });
  const known = await migrator.getMigrations();
  const untyped = database as unknown as Kysely<never>;
  if (known.some(({ executedAt }) => executedAt === undefined)) await hideTables(untyped);
  const { error, results } = await migrator.migrateToLatest();
  for (const result of results ?? []) {
    if (result.status === 'Success') log.info({ migration: result.migrationName }, 'migration applied');
  }
  if (error) throw error;
  await showTables(untyped);
}

/** Throws `UnavailableError` when the database does not answer within `timeoutMs`. */
export async function pingDatabase(database: Database, timeoutMs: number): Promise<void> {
  const timer = Promise.withResolvers<never>();
  const handle = setTimeout(() => timer.reject(unreachable(new Error(`no answer within ${timeoutMs} ms`))), timeoutMs);
  try {
    await Promise.race([sql`select 1`.execute(database), timer.promise]);
  } catch (error) {
    throw error instanceof UnavailableError ? error : unreachable(error);
  } finally {
    clearTimeout(handle);
  }
}

function unreachable(cause: unknown): UnavailableError {
  return new UnavailableError('DATABASE_UNAVAILABLE', 'The database does not answer.', { cause });
}
