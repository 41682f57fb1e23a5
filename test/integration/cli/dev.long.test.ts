import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { assignment } from '../../../src/setup/env-file.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type SmeeServer, startSmeeServer } from '../../support/smee-server.ts';
import { until } from '../../support/until.ts';
import { addressOf } from '../doctor/patient.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Protects the work on Regreen itself: what is changed runs, and no webhook is lost meanwhile. */
describe('npm run dev', () => {
  let folder: string;
  let sandbox: Sandbox;
  let smee: SmeeServer;
  let database: TestDatabase;
  let child: ChildProcess;
  let starts = 0;
  const lines: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regreen-dev-'));
    for (const part of ['src', 'bin', 'schema', 'package.json', 'app.yml']) {
      await cp(join(ROOT, part), join(folder, part), { recursive: true });
    }
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    [sandbox, smee, database] = await Promise.all([startSandbox(), startSmeeServer(), createTestDatabase()]);
    const channel = await smee.newChannel();
    sandbox.deliverTo(channel);
    await writeEnv({ WEBHOOK_PROXY_URL: channel });
    child = await startDev();
    await until(() => starts === 1, 'the server is ready');
  });

  afterAll(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    await smee.close();
    await sandbox.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  let variables: Record<string, string> = {};

  async function writeEnv(more: Record<string, string>): Promise<void> {
    variables = {
      APP_ID: String(sandbox.app.id),
      PRIVATE_KEY: sandbox.app.privateKey,
      WEBHOOK_SECRET: sandbox.app.webhookSecret,
      GITHUB_API_URL: sandbox.apiUrl,
      DATABASE_URL: addressOf(database),
      PORT: '0',
      ...variables,
      ...more,
    };
    const text = Object.entries(variables).map(([name, value]) => assignment(name, value));
    await writeFile(join(folder, '.env'), `${text.join('\n')}\n`);
  }

  /** The very command of package.json, without npm around it. */
  async function startDev(): Promise<ChildProcess> {
    const { scripts } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { scripts: { dev: string } };
    const [, ...args] = scripts.dev.split(' ');
    const started = spawn(process.execPath, args, {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [started.stdout, started.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (line.includes('Regreen is ready')) starts += 1;
      });
    }
    return started;
  }

  const states = async () =>
    (await database.pool.query<{ guid: string; state: string }>('select guid, state from deliveries')).rows;

  it('receives through the relay', async () => {
    sandbox.people.installApp({ account: sandbox.people.createAccount('first') });
    await until(async () => (await states()).some(({ state }) => state === 'done'), 'the webhook is worked');
  });

  it('starts again when a file of the program changes, and fetches what was sent meanwhile', async () => {
    await appendFile(join(folder, 'src', 'serve.ts'), '// changed\n');
    await until(() => smee.listeners() === 0, 'the relay is closed');
    sandbox.people.installApp({ account: sandbox.people.createAccount('second') });
    await sandbox.idle();
    const guid = sandbox.state.deliveries.at(-1)?.guid;
    await until(() => starts === 2, 'the server is ready again');
    await until(
      async () => (await states()).some((one) => one.guid === guid && one.state === 'done'),
      'the missed webhook is worked',
    );
    expect(lines.join('\n')).toContain('stopping: running jobs end first');
  });

  it('starts again when .env changes, with what it says now', async () => {
    await writeEnv({ LOG_LEVEL: 'debug' });
    await until(() => starts === 3, 'the server is ready again');
    expect(lines.some((line) => line.includes('"level":20'))).toBe(true);
  });
});
