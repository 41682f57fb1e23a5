import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FindingCode } from '../../../src/doctor/catalogue.ts';
import { type ExamineOptions, examine } from '../../../src/doctor/examine.ts';
import type { DoctorReport } from '../../../src/doctor/types.ts';
import { Queue } from '../../../src/queue/queue.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Account, Repository } from '../../../src/sandbox/state/model.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

/** Nobody listens there: the number is given to no service, and clients don't refuse it as they do port 1. */
const SILENT_PORT = 4;
export const NOWHERE = `http://127.0.0.1:${SILENT_PORT}`;
export const GIGABYTE = 1024 ** 3;

/** An HTTP server that answers everything with the same. */
export interface Answering {
  url: string;
  port: number;
  status: number;
  body: string;
  close(): void;
}

export async function startAnswering(status: number, body: string): Promise<Answering> {
  const answering = { url: '', port: 0, status, body, close: () => void server.close() };
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(answering.status, { 'content-type': 'application/json', connection: 'close' }).end(answering.body);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  answering.port = (server.address() as AddressInfo).port;
  answering.url = `http://127.0.0.1:${answering.port}`;
  return answering;
}

/** An installation that is well: an App on the sandbox, a receiver that takes its webhooks, a database, a queue. */
export interface Patient {
  sandbox: Sandbox;
  database: TestDatabase;
  queue: Queue;
  receiver: Answering;
  org: Account;
  repository: Repository;
  folder: string;
  variables: Record<string, string>;
  /** Makes an event that GitHub tells of. */
  happen(): Promise<void>;
  examine(changes?: Record<string, string | undefined>, options?: Partial<ExamineOptions>): Promise<DoctorReport>;
  close(): Promise<void>;
}

export async function createPatient(manifestPath?: string): Promise<Patient> {
  const sandbox = await startSandbox(manifestPath === undefined ? {} : { manifestPath });
  const database = await createTestDatabase();
  const receiver = await startAnswering(202, '{}');
  const folder = await mkdtemp(join(tmpdir(), 'regreen-doctor-'));
  const log = createLog({ level: 'silent' });
  const queue = new Queue({ connection: database.connection, log, jobsAtOnce: 1, soleOwner: true });
  await queue.start();
  sandbox.deliverTo(`${receiver.url}/api/github/webhooks`);
  const org = sandbox.people.createAccount('octo', { kind: 'Organization' });
  sandbox.people.installApp({ account: org });
  const repository = await sandbox.people.createRepository({ owner: org, name: 'shop', files: { 'README.md': '#' } });
  await sandbox.idle();
  const envFile = join(folder, '.env');
  await writeFile(envFile, 'PORT=1\n', { mode: 0o600 });
  const variables = {
    APP_ID: String(sandbox.app.id),
    PRIVATE_KEY: sandbox.app.privateKey,
    WEBHOOK_SECRET: sandbox.app.webhookSecret,
    GITHUB_API_URL: sandbox.apiUrl,
    DATABASE_URL: addressOf(database),
    REGREEN_DATA_DIR: folder,
    PORT: String(SILENT_PORT),
  };
  let pushes = 0;
  return {
    sandbox,
    database,
    queue,
    receiver,
    org,
    repository,
    folder,
    variables,
    happen: async () => {
      pushes += 1;
      await sandbox.people.push({ repository, branch: 'main', actor: org, files: { 'README.md': `# ${pushes}` } });
      await sandbox.idle();
    },
    examine: (changes = {}, options = {}) =>
      examine({ variables: { ...variables, ...changes }, envFile, disk: async () => roomy(), ...options }),
    close: async () => {
      await queue.stop(1_000);
      receiver.close();
      await sandbox.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const roomy = (freeBytes = 100 * GIGABYTE) => ({ freeBytes, totalBytes: 200 * GIGABYTE });

/** The test database as people write it into DATABASE_URL. */
export function addressOf(
  { connection }: TestDatabase,
  changes: { user?: string; password?: string; database?: string } = {},
): string {
  if (connection.connectionString !== undefined) {
    const url = new URL(connection.connectionString);
    if (changes.password) url.password = changes.password;
    if (changes.database) url.pathname = `/${changes.database}`;
    return url.href;
  }
  const { host = '', port = 5432, user = '', password = '', database = '' } = { ...connection, ...changes };
  return `postgresql://${user}:${encodeURIComponent(password)}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
}

export function codesOf({ findings }: DoctorReport): FindingCode[] {
  return [...new Set(findings.map(({ code }) => code))].sort();
}

export function otherKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
}
