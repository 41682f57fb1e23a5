import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 120_000;

/** Asks again and again until it holds. @throws when it never does, with what was waited for */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await delay(20);
  }
}
