import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { accountForPostgres } from '../../src/store/embedded/account.ts';
import { findBinaries } from '../../src/store/embedded/binaries.ts';
import { initialiseCluster } from '../../src/store/embedded/cluster.ts';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const PASSWORD = 'of-a-test';

/** A real PostgreSQL on a port of 127.0.0.1 with settings of a test's own, which the embedded one does not have. */
export interface TcpPostgres {
  port: number;
  /** An address for `DATABASE_URL`. */
  url(host?: string): string;
  /** Puts a file beside its data, readable by it alone. */
  write(name: string, text: string): Promise<string>;
  start(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Ends sessions and the server. */
  stop(): Promise<void>;
  /** A second server on a copy of the data as it is; the first must be stopped. */
  copy(): Promise<TcpPostgres>;
  /** Stops it and deletes its data. */
  remove(): Promise<void>;
}

/** Makes the data of a server, and starts nothing. */
export async function createTcpPostgres(): Promise<TcpPostgres> {
  const folder = await newFolder();
  const data = join(folder, 'data');
  const account = await accountForPostgres();
  await mkdir(data, { mode: 0o700 });
  if (account) await chown(data, account.uid, account.gid);
  await initialiseCluster(await findBinaries(account, folder), data, PASSWORD, account);
  return serverOn(folder, data);
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'regreen-tcp-'));
  // As root the server runs under another account, which must be able to enter.
  await chmod(folder, 0o755);
  return folder;
}

async function serverOn(folder: string, data: string): Promise<TcpPostgres> {
  const account = await accountForPostgres();
  const { postgres } = await findBinaries(account, folder);
  const port = await freePort();
  let stop = async () => {};
  return {
    port,
    url: (host = '127.0.0.1') => `postgresql://regreen:${PASSWORD}@${host}:${port}/postgres`,
    write: async (name, text) => {
      const path = join(data, name);
      await writeFile(path, text, { mode: 0o600 });
      if (account) await chown(path, account.uid, account.gid);
      return path;
    },
    start: async (settings = {}) => {
      const all = { port: String(port), listen_addresses: '127.0.0.1,::1', unix_socket_directories: '', ...settings };
      const parameters = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      const server = spawn(postgres, ['-D', data, ...parameters], {
        ...account,
        env: { LC_ALL: 'C', TZ: 'UTC' },
        cwd: '/',
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const ended = once(server, 'exit');
      stop = async () => {
        server.kill('SIGINT');
        await ended;
        stop = async () => {};
      };
      await untilReady(server.stderr, ended);
    },
    stop: () => stop(),
    copy: async () => {
      const into = await newFolder();
      // With its owner, which only this program keeps.
      await run('cp', ['-a', data, into]);
      return serverOn(into, join(into, 'data'));
    },
    remove: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(output: NodeJS.ReadableStream, ended: Promise<unknown>): Promise<void> {
  let told = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  output.on('data', (chunk: Buffer) => {
    told = (told + chunk.toString()).slice(-4_000);
    if (/ready to accept (?:read-only )?connections/.test(told)) resolve();
  });
  void ended.then(() => reject(new Error(`PostgreSQL did not start: ${told}`)));
  await promise;
}
