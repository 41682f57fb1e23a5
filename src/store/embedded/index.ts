import { createHash, randomBytes } from 'node:crypto';
import { access, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ConnectionSettings } from '../database.ts';
import { type Account, accountForPostgres, mayEnter } from './account.ts';
import { findBinaries } from './binaries.ts';
import { initialiseCluster, runningSocketFolder, startCluster, stopLeftover } from './cluster.ts';
import { EmbeddedDatabaseError } from './errors.ts';
import { claim, type Ownership } from './owner.ts';

/** Where an unprivileged account may enter when the checkout is closed to it. */
const SHARED_STATE = '/var/lib/regreen';

export interface EmbeddedDatabase {
  connection: ConnectionSettings;
  /** Resolves when the server has ended, also when nobody asked it to. */
  ended: Promise<void>;
  /** Ends the server and gives the data folder free. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL of our own on the data in `folder`, making it at the first start.
 * One process owns the data at a time; a server left over by a killed process is ended first.
 * @throws EmbeddedDatabaseError with what is wrong and what to do
 */
export async function startEmbeddedDatabase(options: {
  folder: string;
  onLog: (text: string) => void;
  /** Called whenever one of PostgreSQL's programs runs, and there is nothing to do but wait for it. */
  onProgram?: () => void;
}): Promise<EmbeddedDatabase> {
  const { onLog, onProgram } = options;
  const folder = resolve(options.folder);
  // 1 One owner at a time
  const ownership = await takeFolder(folder);
  try {
    // 2 Programs and data where the server's account may enter
    const account = await accountForPostgres();
    const home = await homeOf(folder, account);
    await mkdir(home, { recursive: true, mode: 0o755 });
    const binaries = await findBinaries(account, home === folder ? folder : SHARED_STATE);
    // 3 The data folder, once
    const data = join(home, 'postgresql');
    const password = await passwordIn(folder);
    if (!(await exists(join(data, 'PG_VERSION')))) {
      await mkdir(data, { recursive: true, mode: 0o700 });
      if (account) await chown(data, account.uid, account.gid);
      await initialiseCluster(binaries, data, password, account, onProgram);
    }
    // 4 The server
    await stopLeftover(data);
    const cluster = await startCluster(binaries, data, account, { log: onLog, program: onProgram });
    return {
      connection: connectionTo(cluster.socketFolder, password),
      ended: cluster.ended,
      stop: once(async () => {
        await cluster.stop();
        await ownership.release();
      }),
    };
  } catch (error) {
    await ownership.release();
    throw error;
  }
}

/**
 * The way to the server on the data in `folder` that another process has started and still owns.
 * @returns null where none answers there, or not to this account
 */
export async function findRunningDatabase(folder: string): Promise<ConnectionSettings | null> {
  const path = resolve(folder);
  const home = await homeOf(path, await accountForPostgres());
  const [socketFolder, password] = await Promise.all([runningSocketFolder(join(home, 'postgresql')), knownPassword(path)]);
  return socketFolder === null || password === null ? null : connectionTo(socketFolder, password);
}

async function takeFolder(folder: string): Promise<Ownership> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    return await claim(folder);
  } catch (error) {
    if (error instanceof EmbeddedDatabaseError) throw error;
    throw new EmbeddedDatabaseError('DATA_FOLDER_UNUSABLE', `Nothing can be kept in ${folder}: ${(error as Error).message}.`, {
      hint: 'Set REGREEN_DATA_DIR to a folder that this account may write to, or DATABASE_URL to a PostgreSQL of your own.',
      cause: error,
    });
  }
}

async function homeOf(folder: string, account: Account | null): Promise<string> {
  return (await mayEnter(account, folder)) ? folder : join(SHARED_STATE, nameFor(folder));
}

function connectionTo(socketFolder: string, password: string): ConnectionSettings {
  return { host: socketFolder, port: 5432, user: 'regreen', password, database: 'postgres' };
}

function nameFor(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 16);
}

const PASSWORD_FILE = 'postgresql.password';

async function passwordIn(folder: string): Promise<string> {
  const known = await knownPassword(folder);
  if (known !== null) return known;
  const password = randomBytes(24).toString('base64url');
  await writeFile(join(folder, PASSWORD_FILE), password, { mode: 0o600 });
  return password;
}

async function knownPassword(folder: string): Promise<string | null> {
  const text = await readFile(join(folder, PASSWORD_FILE), 'utf8').catch(() => '');
  return text.trim() || null;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
