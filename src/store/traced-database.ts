import { CompiledQuery, type DatabaseConnection, type Driver, Kysely, PostgresDialect, PostgresDriver } from 'kysely';
import type pg from 'pg';
import { currentSpan } from '../telemetry/tracing.ts';
import type { Database } from './database.ts';
import type { Tables } from './tables/schema.ts';

/**
 * The database where traces are on: its sessions know in which span they are used, so that what triggers write (notices) says which
 * trace it follows from. A session is told anew only when another span uses it; without a span it is told that there is none.
 */
export function createTracedDatabase(pool: pg.Pool): Database {
  return new Kysely<Tables>({ dialect: new TracedDialect({ pool }) });
}

class TracedDialect extends PostgresDialect {
  readonly #pool: pg.Pool;

  constructor(config: { pool: pg.Pool }) {
    super(config);
    this.#pool = config.pool;
  }

  override createDriver(): Driver {
    return new TracedDriver({ pool: this.#pool });
  }
}

type Connection = Parameters<PostgresDriver['releaseConnection']>[0];

class TracedDriver extends PostgresDriver {
  /** What each session was told last. */
  readonly #told = new WeakMap<DatabaseConnection, string>();

  override async acquireConnection(): Promise<DatabaseConnection> {
    const traceparent = currentSpan()?.traceparent ?? '';
    const connection = (await super.acquireConnection()) as Connection;
    if ((this.#told.get(connection) ?? '') === traceparent) return connection;
    try {
      await connection.executeQuery(CompiledQuery.raw(`select set_config('regreen.traceparent', $1, false)`, [traceparent]));
      this.#told.set(connection, traceparent);
    } catch (error) {
      await this.releaseConnection(connection);
      throw error;
    }
    return connection;
  }
}
