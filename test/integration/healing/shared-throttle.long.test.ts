import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOctokitClass } from '../../../src/github/octokit.ts';
import { type SharedThrottle, shareThrottle } from '../../../src/github/shared-throttle.ts';
import { freePort } from '../../support/free-port.ts';
import { memoryLog } from '../../support/log-lines.ts';
import { until } from '../../support/until.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const REDIS = programAt('redis-server');
/** GitHub asks for a second between writes; timers may come a little early. */
const SPACING_MS = 990;

function programAt(name: string): string | null {
  try {
    return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || null;
  } catch {
    return null;
  }
}

// Protects the App's standing with GitHub: however many processes there are, an installation writes as one. Debian has a real Redis
// (`apt-get install redis-server`); where there is none this is reported as not run.
describe.runIf(REDIS !== null)('turns at GitHub that are shared over Redis', () => {
  let folder: string;
  let port: number;
  let stopRedis: () => Promise<void>;
  let apiUrl: string;
  const writtenAt: { path: string; at: number }[] = [];
  const github = createServer((request, response) => {
    if (request.method === 'POST') writtenAt.push({ path: request.url ?? '', at: performance.now() });
    request.resume().on('end', () => response.writeHead(201, { 'content-type': 'application/json' }).end('{}'));
  });
  const { log, lines } = memoryLog('info');
  const open: SharedThrottle[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regreen-redis-'));
    port = await freePort();
    await startRedis();
    github.listen(0, '127.0.0.1');
    await once(github, 'listening');
    apiUrl = `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
  });
  beforeEach(() => void writtenAt.splice(0));
  afterAll(async () => {
    await Promise.all(open.map((shared) => shared.close()));
    await stopRedis();
    github.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function startRedis(): Promise<void> {
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
    const server = spawn(REDIS ?? '', settings, { stdio: 'ignore' });
    const ended = once(server, 'exit');
    stopRedis = async () => {
      server.kill('SIGTERM');
      await ended;
    };
  }

  /** A client as a process of its own would have it: its own connection, its own turns. */
  async function clientOf(prefix: string) {
    const shared = await shareThrottle(`redis://127.0.0.1:${port}/0`, { prefix, log });
    open.push(shared);
    await until(() => shared.isUp(), 'Redis answers');
    const Client = createOctokitClass(() => {}, undefined, shared);
    const client = new Client({
      baseUrl: apiUrl,
      auth: { token: 'of-a-test' },
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    });
    return { shared, write: (name: string) => client.request('POST /{name}', { name }) };
  }

  /** From before the first was asked for to the last one's arrival: shorter than all turns together by no delay of this machine. */
  const lastAfter = (startedAt: number) => Math.max(...writtenAt.map(({ at }) => at)) - startedAt;

  it('two processes write one a second together', async () => {
    const [one, other] = await Promise.all([clientOf('a-'), clientOf('a-')]);
    const startedAt = performance.now();
    await Promise.all([one.write('1'), other.write('2'), one.write('3'), other.write('4')]);
    expect(writtenAt).toHaveLength(4);
    expect(lastAfter(startedAt)).toBeGreaterThanOrEqual(3 * SPACING_MS);
  });

  it('another App on the same Redis has turns of its own', async () => {
    const [one, other] = await Promise.all([clientOf('b-'), clientOf('c-')]);
    await Promise.all([one.write('1'), other.write('1')]);
    const redis = new Redis(port, '127.0.0.1');
    const keys = await redis.keys('*octokit-write*settings');
    redis.disconnect();
    expect(keys.toSorted()).toEqual(['a-app', 'b-app', 'c-app'].map((id) => `b_octokit-write-${id}_settings`));
  });

  it('a Redis that goes away stops nobody: each keeps its own turns until it is back, and one line says so', async () => {
    const [one, other] = await Promise.all([clientOf('d-'), clientOf('d-')]);
    const said = lines().length;
    await stopRedis();
    await until(() => !one.shared.isUp() && !other.shared.isUp(), 'both know');
    await Promise.all([one.write('1'), one.write('2'), other.write('1')]);
    expect(writtenAt.map(({ path }) => path).toSorted()).toEqual(['/1', '/1', '/2']);
    await startRedis();
    await until(() => one.shared.isUp() && other.shared.isUp(), 'it is back');
    writtenAt.splice(0);
    const startedAt = performance.now();
    await Promise.all([one.write('3'), other.write('4')]);
    expect(lastAfter(startedAt)).toBeGreaterThanOrEqual(SPACING_MS);
    const told = lines().slice(said);
    const clients = open.length;
    expect(told.filter(({ level }) => level === 40)).toHaveLength(clients);
    expect(told.filter(({ msg }) => msg === 'turns at GitHub are shared over Redis')).toHaveLength(clients);
  });
});
