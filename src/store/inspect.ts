import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { RegreenError } from '../errors.ts';
import { type ConnectionSettings, createDatabase, type Database } from './database.ts';
import { startEmbeddedDatabase } from './embedded/index.ts';
import { migrationProvider } from './migrations/index.ts';
import { explainTlsError } from './tls-errors.ts';

/** A database as somebody finds it who changes nothing. */
export interface Inspection {
  database: Database;
  /** PostgreSQL's, as `180004`. */
  serverVersion: number;
  encoding: string;
  /** What this program would apply. */
  pending: string[];
  /** What was applied by a program that is newer. */
  unknown: string[];
  close(): Promise<void>;
}

/** Why there is none: `in-use` by a running server, `not-yet` before the first start. */
export type Unreachable = 'refused' | 'missing' | 'untrusted' | 'unreachable' | 'unusable' | 'in-use' | 'not-yet';

export interface Unopened {
  fault: Unreachable;
  reason: string;
}

const PATIENCE_MS = 5_000;

/** Opens the database of the configuration to look at it. The embedded one is started, unless a running server has it. */
export async function openForReading(store: { databaseUrl: string | null; dataFolder: string }): Promise<Inspection | Unopened> {
  if (store.databaseUrl !== null) return inspectDatabase({ connectionString: store.databaseUrl });
  const folder = resolve(store.dataFolder);
  const hasData = await access(join(folder, 'postgresql.password')).then(
    () => true,
    () => false,
  );
  return hasData ? openEmbedded(folder) : { fault: 'not-yet', reason: `There is no database in ${folder} yet.` };
}

async function openEmbedded(folder: string): Promise<Inspection | Unopened> {
  try {
    const embedded = await startEmbeddedDatabase({ folder, onLog: () => undefined });
    const inspection = await inspectDatabase(embedded.connection);
    if ('fault' in inspection) {
      await embedded.stop();
      return inspection;
    }
    const close = async () => {
      await inspection.close();
      await embedded.stop();
    };
    return { ...inspection, close };
  } catch (error) {
    const isHeld = error instanceof RegreenError && error.code === 'DATA_FOLDER_IN_USE';
    return { fault: isHeld ? 'in-use' : 'unusable', reason: reasonOf(error) };
  }
}

async function inspectDatabase(connection: ConnectionSettings): Promise<Inspection | Unopened> {
  const pool = new pg.Pool({
    ...connection,
    max: 2,
    application_name: 'regreen doctor',
    connectionTimeoutMillis: PATIENCE_MS,
    statement_timeout: PATIENCE_MS,
  });
  pool.on('error', () => undefined);
  const close = () => pool.end();
  try {
    const { rows } = await pool.query<{ version: number; encoding: string }>(
      `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding`,
    );
    const { version = 0, encoding = '' } = rows[0] ?? {};
    return { database: createDatabase(pool), serverVersion: version, encoding, ...(await migrationsOf(pool)), close };
  } catch (error) {
    await close();
    return { fault: faultOf(error), reason: reasonOf(error) };
  }
}

/** https://www.postgresql.org/docs/18/errcodes-appendix.html: class 28 is authorization, 3D000 a database that is not there. */
function faultOf(error: unknown): Unreachable {
  if (explainTlsError(error)) return 'untrusted';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('28')) return 'refused';
  return code === '3D000' ? 'missing' : 'unreachable';
}

/** An error of several addresses has no message of its own. The full stop is set where the reason is told. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}

async function migrationsOf(pool: pg.Pool): Promise<{ pending: string[]; unknown: string[] }> {
  const known = Object.keys(await migrationProvider.getMigrations());
  const exists = await pool.query<{ found: boolean }>("select to_regclass('kysely_migration') is not null as found");
  if (!exists.rows[0]?.found) return { pending: known, unknown: [] };
  const { rows } = await pool.query<{ name: string }>('select name from kysely_migration');
  const applied = new Set(rows.map(({ name }) => name));
  return {
    pending: known.filter((name) => !applied.has(name)),
    unknown: [...applied].filter((name) => !known.includes(name)),
  };
}
