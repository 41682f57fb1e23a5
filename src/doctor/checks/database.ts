import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Environment } from '../../config/environment.ts';
import { inspectQueue } from '../../queue/inspect.ts';
import { failedSince } from '../../store/deliveries/delivery-views.ts';
import { type Inspection, openForReading, type Unopened } from '../../store/inspect.ts';
import { found } from '../catalogue.ts';
import type { CheckAnswer, Finding } from '../types.ts';

/** PostgreSQL's number for 14. */
const OLDEST_SERVER = 140_000;

export interface DatabaseCheck {
  answer: CheckAnswer;
  /** Open until it is closed; `null` where it can't be used, or belongs to a running server. */
  inspection: Inspection | null;
}

/** Opens the database that the configuration names, and changes nothing in it. */
export async function checkDatabase({ store }: Environment): Promise<DatabaseCheck> {
  const folder = resolve(store.dataFolder);
  if (store.databaseUrl === null && !(await isWritable(folder))) {
    const finding = found('DATA_FOLDER_UNUSABLE', `${folder} can not be written to.`);
    return { answer: { summary: finding.what, findings: [finding] }, inspection: null };
  }
  const opened = await openForReading(store);
  if ('fault' in opened) return { answer: unopened(opened), inspection: null };
  const { serverVersion, encoding, pending, unknown } = opened;
  const version = `${Math.floor(serverVersion / 10_000)}.${serverVersion % 10_000}`;
  const findings: Finding[] = [];
  if (serverVersion < OLDEST_SERVER) findings.push(found('DATABASE_TOO_OLD', `This is PostgreSQL ${version}.`));
  if (encoding !== 'UTF8') findings.push(found('DATABASE_NOT_UTF8', `The database has encoding ${encoding}.`));
  if (unknown.length > 0) findings.push(found('MIGRATIONS_UNKNOWN', `It has ${unknown.join(', ')}.`));
  if (pending.length > 0) findings.push(found('MIGRATIONS_PENDING', `It lacks ${pending.join(', ')}.`));
  return { answer: { summary: `PostgreSQL ${version} answers.`, findings }, inspection: opened };
}

const FAULTS = {
  refused: 'DATABASE_LOGIN_REFUSED',
  missing: 'DATABASE_MISSING',
  untrusted: 'DATABASE_UNTRUSTED',
  unreachable: 'DATABASE_UNREACHABLE',
  unusable: 'DATA_FOLDER_UNUSABLE',
} as const;

function unopened({ fault, reason }: Unopened): CheckAnswer {
  if (fault === 'in-use') return { summary: 'The embedded database belongs to the running server.', findings: [] };
  if (fault === 'not-yet') return { summary: 'There is no database yet; the first start makes the embedded one.', findings: [] };
  return { summary: reason, findings: [found(FAULTS[fault], `${reason}.`)] };
}

/** A job that waits longer, though it is due, is a sign that workers are missing. In seconds. */
const LONGEST_LAG_SECONDS = 30;
const DAY_MS = 24 * 3_600_000;

/** What waits in the queue, and what has failed for good. */
export async function checkQueue({ database, pending }: Inspection, now: Date): Promise<CheckAnswer> {
  const queue = await inspectQueue(database);
  if (queue === null || pending.length > 0) return { summary: 'There is no queue yet.', findings: [], skipped: true };
  const { waiting, lagSeconds, slowest, deadLetters } = queue;
  const findings: Finding[] = [];
  if (lagSeconds > LONGEST_LAG_SECONDS) {
    findings.push(found('QUEUE_LAG', `${waiting} jobs are due; the first, in "${slowest}", for ${lagSeconds} s.`));
  }
  if (deadLetters > 0) findings.push(found('DEAD_LETTERS', `There are ${deadLetters} dead letters.`));
  const failed = await failedSince(database, new Date(now.getTime() - DAY_MS));
  if (failed > 0) findings.push(found('DELIVERIES_FAILED', `${failed} deliveries of the last 24 hours have failed for good.`));
  return { summary: `${waiting} jobs are due.`, findings };
}

export interface DiskSpace {
  freeBytes: number;
  totalBytes: number;
}

const GIGABYTE = 1024 ** 3;
const LOW_BYTES = 2 * GIGABYTE;
const FULL_BYTES = GIGABYTE / 5;

export async function readDisk(folder: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(await nearestFolder(folder));
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** Room for the embedded database; a database elsewhere has its own disk. */
export async function checkDisk({ store }: Environment, read: (folder: string) => Promise<DiskSpace>): Promise<CheckAnswer> {
  const folder = resolve(store.databaseUrl === null ? store.dataFolder : '.');
  const { freeBytes } = await read(folder);
  const free = `${(freeBytes / GIGABYTE).toFixed(1)} GB are free below ${folder}.`;
  if (freeBytes < FULL_BYTES) return { summary: free, findings: [found('DISK_FULL', `Only ${free}`)] };
  return { summary: free, findings: freeBytes < LOW_BYTES ? [found('DISK_LOW', `Only ${free}`)] : [] };
}

async function nearestFolder(folder: string): Promise<string> {
  return (await exists(folder)) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

async function isWritable(folder: string): Promise<boolean> {
  const nearest = await nearestFolder(folder);
  return Promise.all([access(nearest, constants.W_OK), stat(nearest)]).then(
    ([, found]) => found.isDirectory(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
