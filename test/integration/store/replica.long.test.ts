import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createReachDatabase, withReach } from '../../../src/store/access/reach.ts';
import { createReads, type Reads } from '../../../src/store/read-pool.ts';
import { openDatabase } from '../../support/database.ts';
import { memoryLog } from '../../support/log-lines.ts';
import { createTcpPostgres, type TcpPostgres } from '../../support/tcp-postgres.ts';
import { until } from '../../support/until.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const PRIMARY = { wal_level: 'replica', max_wal_senders: '4', hot_standby: 'on' };
const LAG_SECONDS = 3;

let primary: TcpPostgres;
let standby: TcpPostgres;
let opened: Awaited<ReturnType<typeof openDatabase>>;
const { log, lines } = memoryLog('info');
const open: Reads[] = [];

beforeAll(async () => {
  primary = await createTcpPostgres();
  await primary.start(PRIMARY);
  opened = await openDatabase({ connectionString: primary.url() });
  await opened.pool.end();
  await primary.stop();
  // What pg_basebackup would have made, had the embedded package it.
  standby = await primary.copy();
  await standby.write('standby.signal', '');
  await primary.start(PRIMARY);
  await startStandby();
  opened = await openDatabase({ connectionString: primary.url() });
});

afterAll(async () => {
  await Promise.all(open.map((reads) => reads.close()));
  await opened.pool.end();
  await Promise.all([standby.remove(), primary.remove()]);
});

function startStandby(): Promise<void> {
  const { hostname: host, port, username: user, password } = new URL(primary.url());
  return standby.start({ ...PRIMARY, primary_conninfo: `host=${host} port=${port} user=${user} password=${password}` });
}

function readsAt(replicaUrl: string): Reads {
  const replica = { connectionString: replicaUrl };
  const reads = createReads({ primary: opened.pool, replica, connections: 2, lagSeconds: LAG_SECONDS, log });
  open.push(reads);
  return reads;
}

/** Which of the two servers answers. */
async function portRead(reads: Reads): Promise<number> {
  const client = await reads.pool.connect();
  try {
    const { rows } = await client.query<{ port: string }>("select current_setting('port') as port");
    return Number(rows[0]?.port);
  } finally {
    client.release();
  }
}

const isRead =
  (reads: Reads, { port }: TcpPostgres) =>
  async () =>
    (await portRead(reads)) === port;
const said = () =>
  lines()
    .filter(({ msg }) => String(msg).includes('replica'))
    .map(({ msg, reason }) => (reason === undefined ? msg : `${msg}: ${reason}`));

// Protects readers of the API: a replica takes their load, and when it is away or behind they get the truth and no error.
it('a streaming replica is read while it keeps up; else the primary is, and one line says so', async () => {
  const reads = readsAt(standby.url());
  await until(isRead(reads, standby), 'the replica is read');
  const visible = createReachDatabase(reads.pool);

  // 1 What is written at the primary is read at the replica, by callers of every reach.
  await opened.pool.query("insert into repositories (id, owner, name, default_branch) values (1, 'octo', 'shop', 'main')");
  const names = (reach: Parameters<typeof withReach>[0]) =>
    withReach(reach, () => visible.selectFrom('repositories').select('name').execute());
  await until(async () => (await names('everything')).length === 1, 'the row has come');
  expect(await names({ repositories: [1] })).toEqual([{ name: 'shop' }]);
  expect(await names({ repositories: [2] })).toEqual([]);

  // 2 It falls behind: replay stands still while the primary goes on.
  const behind = new pg.Client({ connectionString: standby.url() });
  await behind.connect();
  await behind.query('select pg_wal_replay_pause()');
  await opened.pool.query("update repositories set name = 'shop-2'");
  await until(isRead(reads, primary), 'the primary is read instead');
  expect(await names('everything')).toEqual([{ name: 'shop-2' }]);
  await behind.query('select pg_wal_replay_resume()');
  await behind.end();
  await until(isRead(reads, standby), 'the replica is read again');

  // 3 It goes away: the next question is answered.
  await standby.stop();
  // A connection that has just been ended may be handed out once.
  await until(async () => (await portRead(reads).catch(() => null)) === primary.port, 'the primary answers');
  await reads.look();
  await reads.look();
  await startStandby();
  await until(isRead(reads, standby), 'the replica is read again');

  expect(said()).toEqual([
    ...(said()[0] === 'analytics and lists are read at the replica' ? [] : [expect.stringContaining('has yet to reach')]),
    'analytics and lists are read at the replica',
    expect.stringMatching(/^the replica is not used; the primary is read: it is \d+ s behind$/),
    'analytics and lists are read at the replica',
    'the replica is not used; the primary is read: it does not answer',
    'analytics and lists are read at the replica',
  ]);
});

it('what is no replica of this primary is never read', async () => {
  const itself = readsAt(primary.url());
  await itself.look();
  expect(said().at(-1)).toBe('the replica is not used; the primary is read: it is no streaming replica');
  const nobody = readsAt('postgresql://regreen@127.0.0.1:1/postgres');
  await nobody.look();
  expect(await portRead(nobody)).toBe(primary.port);
});
