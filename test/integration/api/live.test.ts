import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createAuthenticator } from '../../../src/api/authentication.ts';
import { createRequestListener } from '../../../src/api/listener.ts';
import { type Live, serveLive } from '../../../src/api/live/serve-live.ts';
import { createRouter } from '../../../src/api/router.ts';
import { createApiKey } from '../../../src/config/secret-keys.ts';
import { createKeyStore } from '../../../src/store/access/api-keys.ts';
import { createReachDatabase } from '../../../src/store/access/reach.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { insertIncident, insertRepository } from './rows.ts';
import { apiServicesOn } from './running-api.ts';

let test: TestDatabase;
let running: { server: Server; live: Live; origin: string };
let key: string;
let keyId: string;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  for (const id of [1, 2]) {
    await insertRepository(test.database, id, `octo/shop-${id}`);
    await test.pool.query(`update repositories set installation_id = ${id} where id = ${id}`);
  }
});

afterAll(() => test.drop());

beforeEach(async () => {
  const fresh = createApiKey();
  key = fresh.key;
  const rights = { name: 'live', role: 'viewer' as const, scopes: null, installations: [1], expiresAt: null, createdBy: 'test' };
  const { prefix, hash } = fresh;
  keyId = (await createKeyStore(test.database).create({ prefix, hash, ...rights }, new Date(), null)).id;
  running = await start();
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await stop();
});

async function start() {
  const services = apiServicesOn(test.database, () => new Date(), { visible: createReachDatabase(test.pool) });
  const authenticate = createAuthenticator(services);
  const server = createServer(createRequestListener(createRouter(services, authenticate), services));
  const live = serveLive(server, { services, authenticate, database: test.database, connection: test.connection });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, live, origin: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function stop(): Promise<void> {
  await running.live.close();
  await new Promise((resolve) => running.server.close(resolve));
}

interface Message {
  type: string;
  position?: string;
  events?: { position: string; kind: string; repository: string; data: Record<string, unknown> }[];
}

/** A client that keeps what it hears. */
class Client {
  readonly socket: WebSocket;
  readonly heard: Message[] = [];
  closed: number | null = null;
  private wake: () => void = () => undefined;

  constructor(query = '', headers: Record<string, string> = { authorization: `Bearer ${key}` }) {
    this.socket = new WebSocket(`ws://${running.origin}/ws${query}`, { headers });
    sockets.push(this.socket);
    this.socket.on('message', (data) => {
      this.heard.push(JSON.parse(String(data)) as Message);
      this.wake();
    });
    this.socket.on('close', (code) => {
      this.closed = code;
      this.wake();
    });
    this.socket.on('error', () => undefined);
  }

  /** Resolves when `look` finds something in what was heard. */
  async until<T>(look: (client: Client) => T | undefined | null | false): Promise<T> {
    for (;;) {
      const found = look(this);
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  async subscribe(filter: object = {}): Promise<string> {
    await this.until(({ heard }) => heard.some(({ type }) => type === 'hello'));
    this.socket.send(JSON.stringify({ type: 'subscribe', ...filter }));
    const answer = await this.until(({ heard }) => heard.find(({ type }) => type === 'subscribed'));
    return answer.position ?? '';
  }

  events() {
    return this.heard.flatMap(({ events }) => events ?? []);
  }
}

/** The status with which an upgrade is refused. */
async function refusal(query: string, headers: Record<string, string>): Promise<number | undefined> {
  const socket = new WebSocket(`ws://${running.origin}/ws${query}`, { headers });
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
  socket.terminate();
  return response.statusCode;
}

const now = () => new Date().toISOString();
const incident = (repository_id: number, branch: string) =>
  insertIncident(test.database, { repository_id, branch, opened_at: now(), last_failure_at: now() });

/** Protects what a dashboard relies on: all that it may see and nothing else, in order, and nothing lost over a break. */
describe('live updates', () => {
  it('tell of what changes in the repositories of the caller, in order, and of nothing else', async () => {
    const client = new Client();
    await client.subscribe();
    await incident(2, 'hidden');
    const id = await incident(1, 'topic');
    await test.database.updateTable('incidents').set({ status: 'closed', closed_at: now() }).where('id', '=', id).execute();
    const events = await client.until((one) => one.events().length >= 2 && one.events());
    expect(events).toMatchObject([
      { kind: 'incident', repository: 'octo/shop-1', data: { id, status: 'open', branch: 'topic' } },
      { kind: 'incident', repository: 'octo/shop-1', data: { id, status: 'closed' } },
    ]);
  });

  it('send what is subscribed to only', async () => {
    const builds = new Client();
    const elsewhere = new Client();
    const incidents = new Client();
    await builds.subscribe({ kinds: ['build'] });
    await elsewhere.subscribe({ repositories: ['octo/other'] });
    await incidents.subscribe({ kinds: ['incident'], repositories: ['Octo/Shop-1'] });
    await incident(1, 'topic');
    await incidents.until((one) => one.events().length > 0);
    expect([builds.events(), elsewhere.events()]).toEqual([[], []]);
  });

  it('go on where they were broken off, over a restart of the server, each event once', async () => {
    const client = new Client();
    await client.subscribe();
    await incident(1, 'before');
    const [before] = await client.until((one) => one.events().length > 0 && one.events());
    await stop();
    expect(await client.until((one) => one.closed)).toBe(1001);
    for (const branch of ['a', 'b', 'c']) await incident(1, branch);
    running = await start();
    const again = new Client();
    await again.subscribe({ since: before?.position });
    await incident(1, 'after');
    const events = await again.until((one) => one.events().length >= 4 && one.events());
    expect(events.map(({ data }) => data['branch'])).toEqual(['a', 'b', 'c', 'after']);
  });

  it('miss nothing when many come again at once and speak before they are greeted', async () => {
    const client = new Client();
    const since = await client.subscribe();
    await stop();
    for (const branch of ['a', 'b', 'c']) await incident(1, branch);
    running = await start();
    const many = Array.from({ length: 20 }, () => new Client());
    for (const { socket } of many) socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', since })));
    for (const one of many) {
      const events = await one.until(() => one.events().length >= 3 && one.events());
      expect(events.map(({ data }) => data['branch'])).toEqual(['a', 'b', 'c']);
    }
  });

  it('miss no event of a transaction that began before others and ended after them', async () => {
    const client = new Client();
    await client.subscribe();
    const slow = await test.pool.connect();
    await slow.query('begin');
    const insert = `insert into incidents (repository_id, head_repository, branch, workflow_path, fingerprint, cause, status, opened_at,
      last_failure_at) values (1, 'octo/shop-1', $1, 'ci.yml', gen_random_uuid()::text, 'lint', 'open', now(), now())`;
    await slow.query(insert, ['slow']);
    await incident(1, 'fast');
    await slow.query('commit');
    slow.release();
    const events = await client.until((one) => one.events().length >= 2 && one.events());
    expect(events.map(({ data }) => data['branch'])).toEqual(['slow', 'fast']);
  });

  it('say that something is missing where the events are gone', async () => {
    const client = new Client();
    await client.subscribe({ since: '1.1' });
    await client.until(({ heard }) => heard.some(({ type }) => type === 'gap'));
  });

  it('end when the key is taken back', async () => {
    const client = new Client();
    await client.subscribe();
    await createKeyStore(test.database).revoke({ id: keyId, by: 'test', within: null }, new Date(), null);
    expect(await client.until((one) => one.closed)).toBe(4401);
  });

  it.each([
    ['no message', 'x', 4400],
    ['too large a one', `"${'x'.repeat(20_000)}"`, 1009],
    ['an unknown kind', JSON.stringify({ type: 'subscribe', kinds: ['secrets'] }), 4400],
  ])('end at %s', async (_what, text, code) => {
    const client = new Client();
    await client.until(({ heard }) => heard.length > 0);
    client.socket.send(text);
    expect(await client.until((one) => one.closed)).toBe(code);
  });

  it('end with a code where they read too slowly, and hold up nobody', async () => {
    const [slow, quick] = [new Client(), new Client()];
    await Promise.all([slow.subscribe(), quick.subscribe()]);
    slow.socket.pause();
    // What the kernel takes on both sides is some ten megabytes; whatever comes after that waits in this process.
    for (let round = 1; round <= 8; round += 1) {
      await test.pool.query(`insert into live_events (kind, repository_id, data, at)
        select 'incident', 1, jsonb_build_object('text', repeat('x', 100000)), now() from generate_series(1, 20)`);
      await quick.until((one) => one.events().length >= round * 20);
    }
    slow.socket.resume();
    expect(await slow.until((one) => one.closed)).toBe(4408);
    expect(slow.events().length).toBeLessThan(quick.events().length);
    expect(quick.closed).toBeNull();
  });

  it('are refused without a key, to pages of other origins, elsewhere than at /ws', async () => {
    expect(await refusal('', {})).toBe(401);
    expect(await refusal('', { authorization: 'Bearer guess' })).toBe(401);
    expect(await refusal('', { authorization: `Bearer ${key}`, origin: 'https://evil.example' })).toBe(403);
    expect(await refusal('/other', { authorization: `Bearer ${key}` })).toBe(403);
    expect(await refusal(`?ticket=${'x'.repeat(43)}`, {})).toBe(401);
  });

  it('open with a ticket, once', async () => {
    const headers = { authorization: `Bearer ${key}` };
    const response = await fetch(`http://${running.origin}/api/v1/live/tickets`, { method: 'POST', headers });
    const { ticket } = (await response.json()) as { ticket: string };
    await new Client(`?ticket=${ticket}`, {}).subscribe();
    expect(await refusal(`?ticket=${ticket}`, {})).toBe(401);
  });
});
