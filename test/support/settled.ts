import type { Regreen } from '../../src/compose.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';

const LOOK_EVERY_MS = 25;

/**
 * Resolves when nothing waits and nothing runs, seen twice in a row with GitHub idle between: what one did may wake the other.
 * @throws Error with `about` when that takes longer than `timeoutMs`
 */
export async function settled(
  { sandbox, regreen }: { sandbox: Pick<Sandbox, 'idle'>; regreen: Pick<Regreen, 'queue' | 'services'> },
  { timeoutMs = 100_000, about = () => '' }: { timeoutMs?: number; about?: () => string } = {},
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (let quiet = 0; quiet < 2; ) {
    await sandbox.idle();
    quiet = (await isQuiet(regreen)) ? quiet + 1 : 0;
    if (Date.now() > deadline) throw new Error(`jobs still wait or run after ${timeoutMs} ms; ${about()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function isQuiet({ queue, services }: Pick<Regreen, 'queue' | 'services'>): Promise<boolean> {
  const counts = await queue.counts();
  const open = await services.database
    .selectFrom('deliveries')
    .select('guid')
    .where('state', 'in', ['received', 'processing'])
    .executeTakeFirst();
  return open === undefined && counts.every((one) => one.queue === 'dead-letters' || one.waiting + one.active === 0);
}
