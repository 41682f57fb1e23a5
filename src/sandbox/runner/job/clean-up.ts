import { chmod, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { JobSession } from './session.ts';

export interface Orphan {
  pid: number;
  name: string;
}

/**
 * Ends every process that a job has left behind: first the groups of its steps, then whatever left its group but has the
 * job's tracking id in its environment, which is how GitHub's runner finds them. Without /proc (not Linux) the groups are all.
 */
export async function endOrphans({ groups, trackingId }: JobSession): Promise<Orphan[]> {
  const orphans = await findByTrackingId(trackingId);
  groups.endAll();
  for (const { pid } of orphans) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended with its group.
    }
  }
  await Promise.all(orphans.map(({ pid }) => gone(pid, trackingId)));
  return orphans;
}

/** A killed process is there until the kernel has had time for it. */
const MAX_DYING_MS = 5_000;
const LOOK_EVERY_MS = 10;

/** Resolves when a killed process is no more, at most `MAX_DYING_MS` later. */
async function gone(pid: number, trackingId: string): Promise<void> {
  for (let waited = 0; waited < MAX_DYING_MS; waited += LOOK_EVERY_MS) {
    if ((await orphanOf(pid, trackingId)) === null) return;
    await setTimeout(LOOK_EVERY_MS);
  }
}

async function findByTrackingId(trackingId: string): Promise<Orphan[]> {
  const entries = await readdir('/proc').catch(() => []);
  const pids = entries.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(pids.map((pid) => orphanOf(Number(pid), trackingId)));
  return found.filter((orphan) => orphan !== null);
}

async function orphanOf(pid: number, trackingId: string): Promise<Orphan | null> {
  try {
    // Not readable for processes of other users, which can't be ours.
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
    if (!environment.split('\0').includes(`RUNNER_TRACKING_ID=${trackingId}`)) return null;
    const name = await readFile(`/proc/${pid}/comm`, 'utf8');
    return { pid, name: name.trim() };
  } catch {
    return null;
  }
}

/** Gives the owner all rights on a folder's folders again, so that they can be removed. Doesn't follow links. */
export async function makeRemovable(folder: string): Promise<void> {
  await chmod(folder, 0o700).catch(() => {});
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await makeRemovable(path.join(folder, entry.name));
}
