import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Regreen, startRegreen } from '../../../src/compose.ts';
import type { ProcessRole } from '../../../src/config/process-roles.ts';
import { environmentFor } from '../../../src/demo/environment.ts';
import { WEBHOOK_PATH } from '../../../src/intake/receiver.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const KEY = 'a-key-for-tests-of-roles';

let sandbox: Sandbox;
let database: TestDatabase;
let intake: Regreen;
let worker: Regreen;
let api: Regreen;

beforeAll(async () => {
  [sandbox, database] = await Promise.all([startSandbox(), createTestDatabase()]);
  intake = await start('intake');
  [worker, api] = await Promise.all([start('worker'), start('api')]);
});

afterAll(async () => {
  await Promise.all([intake.stop(), worker.stop(), api.stop()]);
  await sandbox.close();
  await database.drop();
});

function start(role: ProcessRole): Promise<Regreen> {
  return startRegreen({
    environment: environmentFor(sandbox, { databaseUrl: null, dataFolder: '' }, { apiKeys: [KEY], roles: [role] }),
    log: createLog({ level: 'silent' }),
    connection: database.connection,
    fetchesMissed: false,
  });
}

async function statusOf({ url }: Regreen, path: string, init: RequestInit = {}): Promise<number> {
  const response = await fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${KEY}` } });
  await response.arrayBuffer();
  return response.status;
}

// Protects that a process does what it is there for and nothing else, so that each kind can be reached by those alone who need it.
it('every process says how it is, and only that of the API answers the API', async () => {
  for (const process of [intake, worker, api]) {
    expect(await statusOf(process, '/health/ready')).toBe(200);
    expect(await statusOf(process, '/metrics')).toBe(200);
  }
  for (const process of [intake, worker]) {
    expect(await statusOf(process, '/api/v1/incidents')).toBe(404);
    expect(await statusOf(process, '/docs')).toBe(404);
  }
  // A database that is busy with others may be a while in answering: until then it is 503.
  await vi.waitFor(async () => expect(await statusOf(api, '/api/v1/incidents')).toBe(200), { timeout: 120_000, interval: 50 });
});

it('only that of the intake takes webhooks', async () => {
  for (const process of [worker, api]) expect(await statusOf(process, WEBHOOK_PATH, { method: 'POST', body: '{}' })).toBe(404);
  // The receiver's own refusal: the body does not say that it is JSON.
  expect(await statusOf(intake, WEBHOOK_PATH, { method: 'POST', body: '{}' })).toBe(415);
});

it('what the intake has taken is worked by a worker, and shown by the API', async () => {
  sandbox.deliverTo(`${intake.url}${WEBHOOK_PATH}`);
  const org = sandbox.people.createAccount('octo', { kind: 'Organization', plan: 'team' });
  await sandbox.people.createRepository({ owner: org, name: 'shop', files: { 'README.md': '# shop\n' } });
  sandbox.people.installApp({ account: org });
  await vi.waitFor(
    async () => {
      const response = await fetch(`${api.url}/api/v1/repositories`, { headers: { authorization: `Bearer ${KEY}` } });
      expect(await response.text()).toContain('octo/shop');
    },
    { timeout: 120_000, interval: 50 },
  );
});
