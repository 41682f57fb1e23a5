import { AsyncLocalStorage } from 'node:async_hooks';
import { CompiledQuery, type DatabaseConnection, type Driver, Kysely, PostgresDialect, PostgresDriver } from 'kysely';
import type { Database } from '../database.ts';
import type { ReadPool } from '../read-pool.ts';
import type { Tables } from '../tables/schema.ts';
import { VISIBLE_SCHEMA } from './visible-schema.ts';

/** Which repositories' rows somebody may see: all, those of some installations of the app, or some. */
export type Reach = 'everything' | { installations: readonly number[] } | { repositories: readonly number[] };

const current = new AsyncLocalStorage<Reach>();

/** Runs `work` so that every query of a `createReachDatabase` in it, however deep, sees the rows of `reach` only. */
export function withReach<T>(reach: Reach, work: () => T): T {
  return current.run(reach, work);
}

/** The reach of whoever is being answered. @throws Error where nobody has said: then nothing may be seen */
export function currentReach(): Reach {
  const reach = current.getStore();
  if (reach === undefined) throw new Error('nobody has said who is asking; see withReach');
  return reach;
}

/**
 * The database as callers of the API see it. A query outside of `withReach` is refused. One of a narrow reach runs in a
 * transaction that may only read and whose search path has nothing but the views of `visible-schema.ts`, so that no
 * condition can be forgotten in a query, and a table without such a view is not there.
 */
export function createReachDatabase(pool: ReadPool): Database {
  return new Kysely<Tables>({ dialect: new ReachDialect({ pool }) });
}

class ReachDialect extends PostgresDialect {
  readonly #pool: ReadPool;

  constructor(config: { pool: ReadPool }) {
    super(config);
    this.#pool = config.pool;
  }

  override createDriver(): Driver {
    return new ReachDriver({ pool: this.#pool });
  }
}

/** Kysely does not export the type of its connections to PostgreSQL. */
type Connection = Parameters<PostgresDriver['releaseConnection']>[0];

class ReachDriver extends PostgresDriver {
  readonly #narrowed = new WeakSet<DatabaseConnection>();

  override async acquireConnection(): Promise<DatabaseConnection> {
    const reach = currentReach();
    const connection = (await super.acquireConnection()) as Connection;
    if (reach === 'everything') return connection;
    this.#narrowed.add(connection);
    try {
      await connection.executeQuery(CompiledQuery.raw(narrowing(reach)));
    } catch (error) {
      await this.releaseConnection(connection);
      throw error;
    }
    return connection;
  }

  /** The connection is others' next: what was set for this caller ends with the transaction. */
  override async releaseConnection(connection: Connection): Promise<void> {
    try {
      if (this.#narrowed.delete(connection)) await connection.executeQuery(CompiledQuery.raw('rollback'));
    } finally {
      await super.releaseConnection(connection);
    }
  }
}

/** Set for the transaction only, so that a connection pooler in front of PostgreSQL can't hand it to somebody else. */
function narrowing(reach: Exclude<Reach, 'everything'>): string {
  const ids =
    'repositories' in reach
      ? `'${arrayOf(reach.repositories)}'`
      : `(select coalesce(array_agg(id), '{}') from repositories where installation_id = any('${arrayOf(reach.installations)}'::bigint[]))::text`;
  return `begin read only; select set_config('regreen.repositories', ${ids}, true); set local search_path = ${VISIBLE_SCHEMA}`;
}

/** Ids are numbers; anything else here would be an injection. */
function arrayOf(ids: readonly number[]): string {
  if (!ids.every(Number.isSafeInteger)) throw new RangeError('an id is a whole number');
  return `{${ids.join(',')}}`;
}
