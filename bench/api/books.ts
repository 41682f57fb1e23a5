import type pg from 'pg';
import { refreshFigures } from '../../src/insights/refresh.ts';
import { type ConnectionSettings, createDatabase, createPool, type Database, migrate } from '../../src/store/database.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { type HistoryPlan, type WrittenHistory, writeHistory } from './history/write-history.ts';

/** A database of the bench with a past in it, all sums made. */
export interface Books extends WrittenHistory {
  connection: ConnectionSettings;
  pool: pg.Pool;
  database: Database;
  plan: HistoryPlan;
  /** How many runs a second the program has summed up. */
  summedUpPerSecond: number;
  drop(): Promise<void>;
}

/** @param server a database on the server, from which others can be made */
export async function makeBooks(server: ConnectionSettings, plan: HistoryPlan, say: (text: string) => void): Promise<Books> {
  const log = createLog({ level: 'silent' });
  const name = `bench_${plan.runs}`;
  const admin = createPool(server, { max: 1, log });
  await admin.query(`drop database if exists ${name} with (force)`);
  await admin.query(`create database ${name}`);
  const connection = { ...server, database: name };
  const pool = createPool(connection, { max: 4, log });
  const database = createDatabase(pool);
  await migrate(database, log);
  // 1 The rows
  const written = await timed(say, 'written', () => writeHistory({ pool, database }, plan));
  // 2 What PostgreSQL's own housekeeping would have done by now
  await timed(say, 'vacuumed', () => vacuum(pool));
  // 3 The sums, by the program's own way
  await pool.query("insert into touched_runs (run_id) select distinct id from runs where status = 'completed' order by id");
  const startedAt = performance.now();
  const runs = await timed(say, 'summed up', () => refreshFigures(database));
  const summedUpPerSecond = runs / ((performance.now() - startedAt) / 1_000);
  await timed(say, 'vacuumed', () => vacuum(pool));
  const drop = async () => {
    await database.destroy();
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  };
  return { ...written, connection, pool, database, plan, summedUpPerSecond, drop };
}

/** May take longer than any statement of the server may. */
async function vacuum(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  await client.query('set statement_timeout = 0');
  await client.query('vacuum analyze');
  client.release(true);
}

async function timed<T>(say: (text: string) => void, what: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  say(`${what} in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
  return result;
}
