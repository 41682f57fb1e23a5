/**
 * A process that owns an embedded database: `embedded-child.ts FOLDER`. Says in one line of JSON what became of it, and
 * ends cleanly when its input does.
 */
import { createDatabase, createPool, migrate } from '../../../src/store/database.ts';
import { startEmbeddedDatabase } from '../../../src/store/embedded/index.ts';
import { createLog } from '../../../src/telemetry/log.ts';

const log = createLog({ level: 'silent' });

async function own(folder: string): Promise<void> {
  const server = await startEmbeddedDatabase({ folder, onLog: () => undefined });
  const pool = createPool(server.connection, { max: 2, log });
  const database = createDatabase(pool);
  await migrate(database, log);
  await pool.query('create table if not exists witness (at timestamptz default now())');
  await pool.query('insert into witness default values');
  const { rows } = await pool.query(`select count(*)::int as starts, current_setting('fsync') as fsync,
    current_setting('data_directory') as data, split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::int as pid from witness`);
  process.stdout.write(`${JSON.stringify({ ...rows[0], host: server.connection.host })}\n`);
  process.stdin.resume().once('end', async () => {
    await database.destroy();
    await server.stop();
    process.exit(0);
  });
}

await own(process.argv[2] ?? '').catch((error: { code?: string; message: string; hint?: string }) => {
  process.stdout.write(`${JSON.stringify({ code: error.code, message: error.message, hint: error.hint })}\n`);
  process.exit(1);
});
