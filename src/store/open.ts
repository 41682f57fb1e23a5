import type pg from 'pg';
import type { Environment } from '../config/environment.ts';
import type { Logger } from '../telemetry/log.ts';
import { type ConnectionSettings, createDatabase, createPool, type Database, migrate } from './database.ts';
import { EmbeddedDatabaseError } from './embedded/errors.ts';
import { findRunningDatabase } from './embedded/index.ts';
import { type OwnDatabase, startOwnDatabase } from './own-database.ts';
import { explainTlsError } from './tls-errors.ts';
import { createTracedDatabase } from './traced-database.ts';

/** The database, wherever it is, with an up-to-date schema. */
export interface Store {
  database: Database;
  /** The connections of `database`, for what speaks SQL by itself. */
  pool: pg.Pool;
  connection: ConnectionSettings;
  /** Ours alone: no other process can be working on it. */
  embedded: boolean;
  close(): Promise<void>;
}

/** Opens the database that the environment names, or starts the embedded one, and brings the schema up to date. */
export async function openStore(options: {
  environment: Pick<Environment, 'store'>;
  log: Logger;
  connections: number;
  onLost?: (part: string) => void;
  /** A database that is open already, in place of the environment's. */
  connection?: ConnectionSettings;
  /** The embedded one, where it is being started already. */
  own?: OwnDatabase | null;
  /** Whether what is written is to know its trace. */
  traced?: boolean;
}): Promise<Store> {
  const { environment, log, onLost } = options;
  const given =
    options.connection ?? (environment.store.databaseUrl === null ? null : { connectionString: environment.store.databaseUrl });
  const own = given === null ? (options.own ?? startOwnDatabase(environment, log, onLost)) : null;
  const embedded = (await own?.opened) ?? null;
  const connection = given ?? embedded?.connection ?? {};
  const pool = createPool(connection, { max: options.connections, log });
  const database = options.traced ? createTracedDatabase(pool) : createDatabase(pool);
  const close = async () => {
    await database.destroy();
    await embedded?.stop();
  };
  try {
    await migrate(database, log);
  } catch (error) {
    await close();
    throw explainTlsError(error) ?? error;
  }
  return { database, pool, connection, embedded: embedded !== null, close };
}

/**
 * Opens the database for a command that may run beside the server: where that has the embedded one open, through it.
 * @throws EmbeddedDatabaseError when another process has it, and nothing answers there
 */
export async function openStoreBesideServer(options: {
  environment: Pick<Environment, 'store'>;
  log: Logger;
  connections: number;
}): Promise<Store> {
  try {
    return await openStore(options);
  } catch (error) {
    if (!(error instanceof EmbeddedDatabaseError) || error.code !== 'DATA_FOLDER_IN_USE') throw error;
    const connection = await findRunningDatabase(options.environment.store.dataFolder);
    if (connection === null) throw error;
    return openStore({ ...options, connection });
  }
}
