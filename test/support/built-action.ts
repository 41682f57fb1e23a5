import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ACTION_FOLDER, buildAction, staleActionFiles } from '../../scripts/build-action.ts';

const LOCK = join(dirname(ACTION_FOLDER), 'building');
const LOOK_EVERY_MS = 200;
/** On a busy machine, with others before. */
export const BUILD_TIMEOUT_MS = 300_000;

/** Makes `dist/action` where it is not what the sources make; test files that run at once wait for the one that does. */
export async function builtAction(): Promise<void> {
  await mkdir(dirname(LOCK), { recursive: true });
  while (!(await isOurs())) await setTimeout(LOOK_EVERY_MS);
  try {
    if ((await staleActionFiles()).length > 0) await buildAction();
  } finally {
    await rm(LOCK, { force: true });
  }
}

/** Takes the lock, also one of a process that is gone. */
async function isOurs(): Promise<boolean> {
  try {
    await writeFile(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const holder = Number(await readFile(LOCK, 'utf8').catch(() => ''));
    if (holder > 0 && !isAlive(holder)) await rm(LOCK, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
