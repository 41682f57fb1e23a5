import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTls } from '../../../src/config/database-tls.ts';
import { Queue } from '../../../src/queue/queue.ts';
import { openForReading } from '../../../src/store/inspect.ts';
import { listen } from '../../../src/store/live/listener.ts';
import { openStore } from '../../../src/store/open.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { addressOf } from '../../support/apart.ts';
import { type Certificates, createCertificates } from '../../support/certificates.ts';
import { createTestDatabase } from '../../support/database.ts';
import { createTcpPostgres, type TcpPostgres } from '../../support/tcp-postgres.ts';
import { until } from '../../support/until.ts';

const log = createLog({ level: 'silent' });

let server: TcpPostgres;
let ours: Certificates;
let others: Certificates;

beforeAll(async () => {
  [server, ours, others] = await Promise.all([createTcpPostgres(), createCertificates(), createCertificates()]);
  await server.write('server.crt', ours.certificate);
  await server.write('server.key', ours.key);
  await server.start({ ssl: 'on' });
});

afterAll(async () => {
  await server.remove();
  await Promise.all([ours.remove(), others.remove()]);
});

function open(address: string) {
  return openStore({ environment: { store: { databaseUrl: address, dataFolder: '' } }, log, connections: 2 });
}

const address = (parameters: string, host = 'localhost') => `${server.url(host)}?${parameters}`;

// Protects what lies between Regreen and its database: nobody in between reads or changes it, and whoever sets it up is told what is wrong.
describe('a database over TLS', () => {
  it('is spoken to over TLS by every connection that there is: the store, the queue and both that listen', async () => {
    const databaseUrl = withTls(address('sslmode=verify-full'), ours.authority);
    const store = await open(databaseUrl);
    const queue = new Queue({ connection: store.connection, log, jobsAtOnce: 1, soleOwner: false });
    await queue.start();
    await queue.work('notifications', async () => {});
    const heard: string[] = [];
    const listener = listen(store.connection, log, (channel) => void heard.push(channel));
    try {
      const sessions = async () => {
        const { rows } = await store.pool.query<{ name: string; ssl: boolean }>(
          'select application_name as name, ssl from pg_stat_ssl join pg_stat_activity using (pid) where client_addr is not null',
        );
        return rows;
      };
      await until(async () => (await sessions()).some(({ name }) => name === 'regreen live'), 'live updates are listened to');
      const all = await sessions();
      expect(new Set(all.map(({ name }) => name))).toEqual(new Set(['regreen', 'regreen-queue', 'regreen live']));
      expect(all.filter(({ ssl }) => !ssl)).toEqual([]);
    } finally {
      await listener.close();
      await queue.stop(1_000);
      await store.close();
    }
  });

  it.each([
    ['require, which looks at nothing', 'sslmode=require', '127.0.0.1', null],
    ['verify-ca, which does not look at the name', 'sslmode=verify-ca', '127.0.0.1', 'ours'],
    ['a root certificate alone', '', 'localhost', 'ours'],
  ] as const)('is trusted with %s', async (_what, parameters, host, root) => {
    const client = new pg.Client({
      connectionString: withTls(address(parameters, host), root === null ? undefined : ours.authority),
    });
    await client.connect();
    const { rows } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
    await client.end();
    expect(rows).toEqual([{ ssl: true }]);
  });

  it.each([
    ['another authority has signed its certificate', 'sslmode=verify-full', 'localhost', 'others', /is not trusted/],
    ['another authority has, and require has a root certificate', 'sslmode=require', 'localhost', 'others', /is not trusted/],
    ['nobody that Node knows has', 'sslmode=verify-full', 'localhost', 'nobody', /is not trusted/],
    ['its certificate is for another name', 'sslmode=verify-full', '127.0.0.1', 'ours', /another host name/],
  ] as const)('is refused when %s, with what can be done', async (_what, parameters, host, root, message) => {
    const authority = { ours: ours.authority, others: others.authority, nobody: undefined }[root];
    const databaseUrl = withTls(address(parameters, host), authority);
    await expect(open(databaseUrl)).rejects.toMatchObject({
      code: 'DATABASE_UNTRUSTED',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/certificate|SSL_ROOT_CERT/),
    });
    // The doctor says the same.
    expect(await openForReading({ databaseUrl, dataFolder: '' })).toMatchObject({ fault: 'untrusted' });
  });

  it('that speaks no TLS is refused when TLS is wanted', async () => {
    const plain = await createTestDatabase();
    const databaseUrl = new URL(addressOf(plain.connection));
    databaseUrl.searchParams.set('sslmode', 'require');
    await expect(open(withTls(databaseUrl.href, undefined))).rejects.toMatchObject({
      code: 'DATABASE_WITHOUT_TLS',
      hint: expect.stringContaining('sslmode=disable'),
    });
    await plain.drop();
  });
});
