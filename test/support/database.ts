import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { pino } from 'pino';
import { inject } from 'vitest';
import { type ConnectionSettings, createDatabase, createPool, type Database, migrate } from '../../src/store/database.ts';

export { type OwnServer, startOwnServer } from './postgres-server.ts';

/** A fresh, migrated database for one test file, or one test. */
export interface TestDatabase {
  connection: ConnectionSettings;
  pool: pg.Pool;
  database: Database;
  /** Closes the pool and drops the database, whoever is still connected. */
  drop(): Promise<void>;
}

/** Connections of one test database; test files run side by side and the server takes 60 in all. */
const POOL_SIZE = 8;

/** On the server of DATABASE_URL when that is set (its user must be allowed to create databases), else on an embedded one. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { server, template } = await sharedServer();
  const name = `regreen_test_${randomBytes(8).toString('hex')}`;
  await administer(server, `create database ${name}${template === null ? '' : ` template ${template}`}`);
  const connection = withDatabase(server, name);
  const opened = template === null ? await openDatabase(connection) : poolOn(connection);
  return {
    connection,
    pool: opened.pool,
    database: opened.database,
    drop: async () => {
      await opened.pool.end();
      await administer(server, `drop database ${name} with (force)`);
    },
  };
}

/** A database from which others are copied, which takes a tenth of what the migrations take. */
const TEMPLATE = 'regreen_template';

/** Makes the template; nobody may be connected to it while it is copied. */
export async function createTemplate(server: ConnectionSettings): Promise<void> {
  await administer(server, `create database ${TEMPLATE}`);
  const { pool } = await openDatabase(withDatabase(server, TEMPLATE));
  await pool.end();
}

/** A pool on a migrated database at `connection`; for tests that bring their own server. */
export async function openDatabase(connection: ConnectionSettings): Promise<{ pool: pg.Pool; database: Database }> {
  const opened = poolOn(connection);
  await migrate(opened.database, SILENT);
  return opened;
}

const SILENT = pino({ level: 'silent' });

function poolOn(connection: ConnectionSettings): { pool: pg.Pool; database: Database } {
  const pool = createPool(connection, { max: POOL_SIZE, log: SILENT });
  return { pool, database: createDatabase(pool) };
}

/** A server of others is left as it was found, without a template. */
async function sharedServer(): Promise<{ server: ConnectionSettings; template: string | null }> {
  const url = process.env['DATABASE_URL'];
  if (url) return { server: { connectionString: url }, template: null };
  return { server: await embeddedServer(inject('sharedPostgresSocket')), template: TEMPLATE };
}

async function embeddedServer(socketPath: string): Promise<ConnectionSettings> {
  const answer = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    request({ socketPath, path: '/' }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    })
      .on('error', reject)
      .end();
  });
  if (answer.status !== 200) throw new Error(`The PostgreSQL for tests did not start: ${answer.body}`);
  return JSON.parse(answer.body) as ConnectionSettings;
}

function withDatabase(server: ConnectionSettings, database: string): ConnectionSettings {
  if (server.connectionString === undefined) return { ...server, database };
  const url = new URL(server.connectionString);
  url.pathname = `/${database}`;
  return { connectionString: url.href };
}

async function administer(server: ConnectionSettings, statement: string): Promise<void> {
  const client = new pg.Client(server);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
