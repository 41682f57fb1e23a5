import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { EmbeddedDatabaseError } from './errors.ts';

const run = promisify(execFile);

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;
const LEFTOVER_POLL_MS = 20;
const SOCKET_PREFIX = 'regreen-';
/** In postmaster.pid, counted from 0 (src/include/utils/pidfile.h, LOCK_FILE_LINE_SOCKET_DIR and _PM_STATUS). */
const SOCKET_FOLDER_LINE = 4;
const STATUS_LINE = 7;

/** For one small server beside the app: little memory, full durability (fsync and synchronous commit stay on). */
const SETTINGS: Record<string, string> = {
  listen_addresses: '',
  // One process of Regreen takes up to thirty; a slot that nobody uses costs some kilobytes.
  max_connections: '120',
  // PostgreSQL's own default. Pages that nobody has asked for take no memory; with 32 MB the sums of a quarter did not fit.
  shared_buffers: '128MB',
  // Taken while a statement needs it. With the default of 4 MB the sums of a quarter were sorted on disk.
  work_mem: '16MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  jit: 'off',
  io_method: 'sync',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  timezone: 'UTC',
};

export interface Cluster {
  /** The folder of the Unix socket; only the owner may enter it. */
  socketFolder: string;
  /** Resolves when the server has ended, however it ended. */
  ended: Promise<void>;
  /** Ends sessions and the server (PostgreSQL's fast shutdown). */
  stop(): Promise<void>;
}

/** @param onProgram called when the program runs, and there is nothing to do but wait for it */
export async function initialiseCluster(
  binaries: Binaries,
  dataFolder: string,
  password: string,
  account: Account | null,
  onProgram?: () => void,
): Promise<void> {
  const passwordFile = `${dataFolder}.initdb-password`;
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) await chown(passwordFile, account.uid, account.gid);
  try {
    const program = run(
      binaries.initdb,
      [
        `--pgdata=${dataFolder}`,
        '--username=regreen',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--no-instructions',
      ],
      { ...account, env: childEnvironment(), timeout: START_TIMEOUT_MS, cwd: '/' },
    );
    onProgram?.();
    await program;
  } catch (cause) {
    throw new EmbeddedDatabaseError('EMBEDDED_DATABASE_INIT_FAILED', `PostgreSQL could not set up ${dataFolder}.`, {
      hint: 'Check that the folder is writable and the disk is not full, or set DATABASE_URL.',
      cause,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/**
 * Ends a server that outlived its app (a SIGKILL of the app does not reach it). Only a process that really is a
 * PostgreSQL on this very folder is touched: ids are given out again after a reboot.
 */
export async function stopLeftover(dataFolder: string): Promise<void> {
  const pidFile = join(dataFolder, 'postmaster.pid');
  const lines = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  if (await isPostgresOn(pid, dataFolder)) {
    process.kill(pid, 'SIGINT');
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    while ((await isPostgresOn(pid, dataFolder)) && Date.now() < deadline) await delay(LEFTOVER_POLL_MS);
  }
  if (await isPostgresOn(pid, dataFolder)) return;
  await rm(pidFile, { force: true });
  const socketFolder = lines[SOCKET_FOLDER_LINE];
  if (socketFolder && basename(socketFolder).startsWith(SOCKET_PREFIX)) await rm(socketFolder, { recursive: true, force: true });
}

/** Where a server that runs on this very folder listens; null where none does, or is not ready (any more). */
export async function runningSocketFolder(dataFolder: string): Promise<string | null> {
  const lines = (await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  const isReady = Number.isInteger(pid) && pid > 1 && lines[STATUS_LINE]?.trim() === 'ready';
  return isReady && (await isPostgresOn(pid, dataFolder)) ? (lines[SOCKET_FOLDER_LINE] ?? null) : null;
}

async function isPostgresOn(pid: number, dataFolder: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    // Gone, or another account's, under which no server could have opened our data.
    return false;
  }
  const [folder, program] = await Promise.all([
    readlink(`/proc/${pid}/cwd`).catch(() => null),
    readFile(`/proc/${pid}/comm`, 'utf8').catch(() => null),
  ]);
  if (folder === null || program === null) return process.platform !== 'linux';
  return program.trim() === 'postgres' && (await sameFolder(folder, dataFolder));
}

async function sameFolder(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one).catch(() => null), stat(other).catch(() => null)]);
  return a !== null && b !== null && a.ino === b.ino && a.dev === b.dev;
}

/** @param on what it writes to its log, and when it runs, so that there is nothing to do but wait until it is ready */
export async function startCluster(
  binaries: Binaries,
  dataFolder: string,
  account: Account | null,
  on: { log: (text: string) => void; program?: (() => void) | undefined },
): Promise<Cluster> {
  const socketFolder = await privateSocketFolder(account);
  const settings = { ...SETTINGS, unix_socket_directories: socketFolder, unix_socket_permissions: '0700' };
  const server = spawn(
    binaries.postgres,
    ['-D', dataFolder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // Its own process group: Ctrl-C in a terminal is for the app, which ends the server last.
    { ...account, env: childEnvironment(), cwd: '/', stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  const ended = Promise.withResolvers<void>();
  server.once('exit', () => ended.resolve());
  server.once('error', () => ended.resolve());
  try {
    on.program?.();
    await untilReady(server, on.log);
  } catch (error) {
    server.kill('SIGQUIT');
    await rm(socketFolder, { recursive: true, force: true });
    throw error;
  }
  return { socketFolder, ended: ended.promise, stop: () => stopServer(server, socketFolder) };
}

/** Unix socket addresses are at most 107 bytes long (man 7 unix), so the socket can't lie in the data folder. */
async function privateSocketFolder(account: Account | null): Promise<string> {
  const folder = await mkdtemp(join(tmpdir().length < 60 ? tmpdir() : '/tmp', SOCKET_PREFIX));
  await chmod(folder, 0o700);
  if (account) await chown(folder, account.uid, account.gid);
  return folder;
}

async function untilReady(server: ChildProcess, onLog: (text: string) => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let told = '';
  const failed = (code: string, what: string, cause?: unknown) =>
    reject(
      new EmbeddedDatabaseError(code, `${what} It said: ${told.trim().slice(-800) || 'nothing'}`, {
        hint: 'See the message above, or set DATABASE_URL to a PostgreSQL of your own.',
        cause,
      }),
    );
  const timer = setTimeout(() => failed('EMBEDDED_DATABASE_TIMEOUT', 'PostgreSQL did not start in time.'), START_TIMEOUT_MS);
  server.stderr?.setEncoding('utf8').on('data', (text: string) => {
    told = (told + text).slice(-4_000);
    onLog(text);
    if (text.includes('ready to accept connections')) resolve();
  });
  server.once('exit', (status) => failed('EMBEDDED_DATABASE_ENDED', `PostgreSQL ended with status ${status} while starting.`));
  server.once('error', (cause) => failed('EMBEDDED_DATABASE_FAILED', 'PostgreSQL could not be started.', cause));
  await promise.finally(() => clearTimeout(timer));
}

async function stopServer(server: ChildProcess, socketFolder: string): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const exited = once(server, 'exit');
    server.kill('SIGINT');
    const timer = setTimeout(() => server.kill('SIGQUIT'), STOP_TIMEOUT_MS);
    await exited.finally(() => clearTimeout(timer));
  }
  await rm(socketFolder, { recursive: true, force: true });
}

/** PostgreSQL sees none of the app's environment, which holds secrets. */
function childEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
