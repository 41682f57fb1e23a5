import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ConnectionSettings } from '../../src/store/database.ts';
import { stopChild } from '../support/child.ts';
import { WEBHOOK_SECRET } from '../support/payload.ts';
import { freePort } from '../support/port.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const API_KEY = 'a-key-for-the-bench-of-regreen';
const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 20;

export interface ApiServer {
  process: ChildProcess;
  /** Asks for a path of `/api/v1`. @throws when the answer is none that a person would want */
  get(path: string): Promise<unknown>;
  stop(): Promise<void>;
}

const { privateKey: PRIVATE_KEY } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

/** What any process of Regreen needs; nothing leaves the machine. */
export function bareEnvironment(connection: ConnectionSettings): Record<string, string> {
  return {
    APP_ID: '123456',
    PRIVATE_KEY,
    WEBHOOK_SECRET,
    DATABASE_URL: urlOf(connection),
    GITHUB_API_URL: 'http://127.0.0.1:9',
    API_KEYS: `admin:${API_KEY}`,
    // One caller asks for everything.
    API_REQUESTS_PER_MINUTE: '1000000',
    LOG_LEVEL: 'error',
  };
}

/** The whole server, `src/main.ts`, on a database that is there. */
export async function startApiServer(connection: ConnectionSettings): Promise<ApiServer> {
  const port = await freePort();
  const child = spawn(process.execPath, [...process.execArgv, MAIN], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env['PATH'], PORT: String(port), ...bareEnvironment(connection) },
  });
  const origin = `http://127.0.0.1:${port}`;
  await untilReady(origin, child);
  return {
    process: child,
    get: async (path) => {
      const response = await fetch(`${origin}/api/v1/${path}`, { headers: { authorization: `Bearer ${API_KEY}` } });
      const body: unknown = await response.json();
      if (response.status !== 200) throw new Error(`${path} was answered ${response.status}: ${JSON.stringify(body)}`);
      return body;
    },
    stop: () => stopChild(child),
  };
}

export async function untilReady(origin: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error('src/main.ts ended before it was ready');
    const ready = await fetch(`${origin}/health/ready`).then(
      async (response) => {
        await response.arrayBuffer();
        return response.ok;
      },
      () => false,
    );
    if (ready) return;
    await delay(POLL_MS);
  }
  throw new Error('src/main.ts was not ready in time');
}

/** A Unix socket's folder goes into the query. */
export function urlOf({ user = '', password = '', host = '', database = '', port = 5432 }: ConnectionSettings): string {
  const url = new URL(`postgresql://localhost:${port}/${database}`);
  url.username = user;
  url.password = password;
  url.searchParams.set('host', host);
  return url.href;
}
