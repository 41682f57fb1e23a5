import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedDatabaseError } from './errors.ts';

/** Says which process owns a data folder. The start time tells a process from a later one with the same id. */
interface Owner {
  pid: number;
  startedAt: string | null;
}

/** Kept from `claim` to `release`. */
export interface Ownership {
  release(): Promise<void>;
}

/**
 * Makes this process the one owner of `folder`. A claim of a process that has died is taken over.
 * @throws EmbeddedDatabaseError naming the process that holds it
 */
export async function claim(folder: string): Promise<Ownership> {
  const path = join(folder, 'owner.json');
  const mine: Owner = { pid: process.pid, startedAt: await startTimeOf(process.pid) };
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    for (let tries = 0; tries < 5; tries++) {
      // link() fails when the name exists, whole and at once: no two processes can both succeed.
      if (await linked(draft, path)) return { release: () => release(path, mine) };
      const holder = await readOwner(path);
      if (holder && (await isAlive(holder))) throw heldBy(holder, folder);
      await takeAway(path, holder);
    }
    throw new EmbeddedDatabaseError('DATA_FOLDER_CONTENDED', `Several processes are claiming ${folder} at once.`, {
      hint: 'Start one of them at a time, or give each its own REGREEN_DATA_DIR.',
    });
  } finally {
    await rm(draft, { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
}

/** Removes the claim of a dead process, unless another process has replaced it since it was read. */
async function takeAway(path: string, dead: Owner | null): Promise<void> {
  const aside = `${path}.${process.pid}.old`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  const found = await readOwner(aside);
  if (found && JSON.stringify(found) !== JSON.stringify(dead)) await linked(aside, path);
  await rm(aside, { force: true });
}

async function release(path: string, mine: Owner): Promise<void> {
  const holder = await readOwner(path);
  if (holder?.pid === mine.pid && holder.startedAt === mine.startedAt) await rm(path, { force: true });
}

async function readOwner(path: string): Promise<Owner | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Owner;
  } catch {
    return null;
  }
}

async function isAlive(owner: Owner): Promise<boolean> {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const startedAt = await startTimeOf(owner.pid);
  return startedAt === null || owner.startedAt === null || startedAt === owner.startedAt;
}

/** Field 22 of /proc/PID/stat, in clock ticks since boot (man 5 proc); null where there is no /proc. */
async function startTimeOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const afterName = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return afterName[19] ?? null;
}

function heldBy(holder: Owner, folder: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    'DATA_FOLDER_IN_USE',
    `The database in ${folder} belongs to process ${holder.pid}, which is running.`,
    {
      hint: `Stop process ${holder.pid}, or set REGREEN_DATA_DIR to another folder, or DATABASE_URL to a PostgreSQL that many processes can share.`,
      details: { pid: holder.pid },
    },
  );
}
