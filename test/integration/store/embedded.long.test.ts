import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { access, chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mayEnter } from '../../../src/store/embedded/account.ts';
import { findBinaries } from '../../../src/store/embedded/binaries.ts';
import { openStoreBesideServer } from '../../../src/store/open.ts';
import { startOwnDatabase } from '../../../src/store/own-database.ts';
import { createLog } from '../../../src/telemetry/log.ts';

const CHILD = fileURLToPath(new URL('./embedded-child.ts', import.meta.url));
const ROOT = process.getuid?.() === 0;
const NOBODY = 65_534;
const OPEN = await mayEnter({ uid: NOBODY, gid: NOBODY }, fileURLToPath(new URL('../../..', import.meta.url)));

interface Owner {
  process: ChildProcess;
  /** What it said when it was ready, or refused. */
  said: {
    starts?: number;
    fsync?: string;
    data?: string;
    pid?: number;
    host?: string;
    code?: string;
    message?: string;
    hint?: string;
  };
  /** Ends it as SIGTERM would. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

let folder: string;
const owners: Owner[] = [];
const removals: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regreen-store-'));
  await chmod(folder, 0o755);
});
afterEach(async () => {
  await Promise.all(owners.splice(0).map((owner) => owner.kill()));
  await Promise.all([folder, ...removals.splice(0)].map((path) => rm(path, { recursive: true, force: true })));
});

async function own(data = join(folder, 'data'), account: { uid?: number; gid?: number } = {}): Promise<Owner> {
  const child = spawn(process.execPath, [CHILD, data], {
    ...account,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { TMPDIR: tmpdir() },
  });
  const exited = once(child, 'exit');
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout ?? process.stdin }), 'line'),
    exited.then(() => ['{}']),
  ]);
  const owner = {
    process: child,
    said: JSON.parse(String(line)) as Owner['said'],
    stop: async () => {
      child.stdin?.end();
      await exited;
    },
    kill: async () => {
      const pid = owner.said.pid;
      child.kill('SIGKILL');
      await exited;
      if (pid) await endServer(pid);
    },
  };
  owners.push(owner);
  return owner;
}

/** The server outlives a killed owner; the test does not leave it behind. */
async function endServer(pid: number): Promise<void> {
  while (isRunning(pid)) {
    process.kill(pid, 'SIGQUIT');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A server whose parent was killed may stay as a zombie where nobody reaps; it runs no more. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

describe.runIf(process.platform === 'linux')('the embedded database', () => {
  it('is made at the first start, keeps its rows, is durable, and leaves nothing open', async () => {
    const first = await own();
    expect(first.said).toMatchObject({ starts: 1, fsync: 'on' });
    expect((await stat(first.said.host ?? '')).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'data', 'postgresql.password'))).mode & 0o777).toBe(0o600);
    await first.stop();
    expect(await exists(first.said.host ?? '')).toBe(false);
    expect(await readdir(join(folder, 'data'))).not.toContain('owner.json');
    const second = await own();
    expect(second.said.starts).toBe(2);
  });

  it('is under way before it is open, so that whoever reads a program meanwhile keeps nothing from starting', async () => {
    const own = startOwnDatabase(
      { store: { databaseUrl: null, dataFolder: join(folder, 'data') } },
      createLog({ level: 'silent' }),
    );
    const order: string[] = [];
    const seen = own?.underWay.then(() => order.push('under way'));
    const database = await own?.opened.finally(() => order.push('open'));
    await Promise.all([seen, database?.stop()]);
    expect(order).toEqual(['under way', 'open']);
  });

  it('keeps nobody waiting for that where it can not be started, and tells whoever wants it', async () => {
    const dataFolder = join(folder, 'a file');
    await writeFile(dataFolder, '');
    const own = startOwnDatabase({ store: { databaseUrl: null, dataFolder } }, createLog({ level: 'silent' }));
    await own?.underWay;
    await expect(own?.opened).rejects.toMatchObject({
      code: 'DATA_FOLDER_UNUSABLE',
      message: expect.stringContaining(`${dataFolder}: EEXIST`),
      hint: expect.stringContaining('REGREEN_DATA_DIR'),
    });
  });

  it('has one owner, and says to a second process who it is', async () => {
    const first = await own();
    const second = await own();
    expect(second.said).toEqual({
      code: 'DATA_FOLDER_IN_USE',
      message: `The database in ${join(folder, 'data')} belongs to process ${first.process.pid}, which is running.`,
      hint: expect.stringContaining('REGREEN_DATA_DIR'),
    });
    await first.stop();
    expect((await own()).said.starts).toBe(2);
  });

  it('is opened beside its owner by a command, which leaves it as it is; where the owner has no server, it says so', async () => {
    const first = await own();
    const environment = { store: { databaseUrl: null, dataFolder: join(folder, 'data') } };
    const beside = await openStoreBesideServer({ environment, log: createLog({ level: 'silent' }), connections: 1 });
    const { rows } = await beside.pool.query<{ count: number }>('select count(*)::int as count from witness');
    expect(rows).toEqual([{ count: 1 }]);
    await beside.close();
    expect(isRunning(first.said.pid ?? 0)).toBe(true);
    await first.stop();
    await writeFile(join(folder, 'data', 'owner.json'), JSON.stringify({ pid: process.pid, startedAt: null }));
    const refused = openStoreBesideServer({ environment, log: createLog({ level: 'silent' }), connections: 1 });
    await expect(refused).rejects.toMatchObject({ code: 'DATA_FOLDER_IN_USE' });
  });

  it('is taken over from a process that was killed, with the server that it left behind', async () => {
    const first = await own();
    first.process.kill('SIGKILL');
    await once(first.process, 'exit');
    expect(isRunning(first.said.pid ?? 0)).toBe(true);
    const second = await own();
    expect(second.said.starts).toBe(2);
    expect(isRunning(first.said.pid ?? 0)).toBe(false);
    expect(await exists(first.said.host ?? '')).toBe(false);
  });

  it('does not touch a process that has come by the number of a dead server', async () => {
    const first = await own();
    await first.stop();
    const bystander = spawn('sleep', ['60']);
    const pidFile = join(folder, 'data', 'postgresql', 'postmaster.pid');
    await writeFile(pidFile, `${bystander.pid}\n${join(folder, 'data', 'postgresql')}\n1\n5432\n/tmp/nowhere\n`);
    if (ROOT) await chown(pidFile, (await stat(join(folder, 'data', 'postgresql'))).uid, 0);
    expect((await own()).said.starts).toBe(2);
    expect(isRunning(bystander.pid ?? 0)).toBe(true);
    bystander.kill();
  });

  it('goes to one of several processes that claim a dead owner’s folder at once', async () => {
    await mkdir(join(folder, 'data'));
    await writeFile(join(folder, 'data', 'owner.json'), JSON.stringify({ pid: 999_999_999, startedAt: '1' }));
    const all = await Promise.all([own(), own(), own()]);
    expect(all.filter((owner) => owner.said.starts === 1)).toHaveLength(1);
    for (const { said } of all.filter((owner) => owner.said.starts === undefined)) expect(said.code).toMatch(/^DATA_FOLDER_/);
  });

  it.runIf(ROOT)('works for root in a folder that only root may enter', async () => {
    await chmod(folder, 0o700);
    const first = await own();
    expect(first.said.starts).toBe(1);
    const home = /^(\/var\/lib\/regreen\/[0-9a-f]{16})\/postgresql$/.exec(first.said.data ?? '')?.[1];
    if (home === undefined) throw new Error(`the data is not where it should be: ${first.said.data}`);
    removals.push(home);
    await first.stop();
    expect((await own()).said.starts).toBe(2);
  });

  // Where root's checkout is closed to others, no ordinary user could run it at all.
  it.runIf(ROOT && OPEN)('works for an ordinary user', async () => {
    const home = join(folder, 'home');
    await mkdir(home, { mode: 0o700 });
    await chown(home, NOBODY, NOBODY);
    const first = await own(join(home, 'data'), { uid: NOBODY, gid: NOBODY });
    expect(first.said).toMatchObject({ starts: 1 });
    await first.stop();
    expect((await own(join(home, 'data'), { uid: NOBODY, gid: NOBODY })).said.starts).toBe(2);
  });
});

it('the programs are complete, also where npm has run no install script', async () => {
  const { initdb } = await findBinaries(null, folder);
  const root = join(initdb, '..', '..', '..');
  const list = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as { target: string }[];
  const [first] = list;
  await rm(join(root, first?.target ?? ''));
  await findBinaries(null, folder);
  for (const { target } of list) expect(await exists(join(root, target))).toBe(true);
});
