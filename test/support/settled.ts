import { sql } from 'kysely';
import type { Regreen } from '../../src/compose.ts';
import { QUEUE_NAMES } from '../../src/queue/queues.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Database } from '../../src/store/database.ts';

const LOOK_EVERY_MS = 25;
/** Shorter than a test may take, so that what is told is what it waited for. Busy machines take minutes over some courses. */
const PATIENCE_MS = 280_000;

/**
 * Resolves when nothing waits and nothing runs, seen twice in a row with GitHub idle between and nothing done in between: what one
 * did may wake the other. Deliveries count from their receipt on, whichever buffer they are in, and jobs that are to be tried again
 * later count, too; notifications, which are looked for by the clock, do not.
 * @throws Error with `about` when that takes longer than `timeoutMs`
 */
export async function settled(
  { sandbox, regreen }: { sandbox: Pick<Sandbox, 'idle'>; regreen: Pick<Regreen, 'services'> },
  { timeoutMs = PATIENCE_MS, about = () => '' }: { timeoutMs?: number; about?: () => string } = {},
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (let before: Look | null = null; ; ) {
    await sandbox.idle();
    const now = await look(regreen.services.database);
    if (before?.underWay === 0 && now.underWay === 0 && before.ever === now.ever) return;
    before = now;
    if (Date.now() > deadline)
      throw new Error(`${now.underWay} jobs and deliveries still wait or run after ${timeoutMs} ms; ${about()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** What is to be done at one moment, and how many jobs and deliveries there have ever been: whatever is done adds to that. */
interface Look {
  underWay: number;
  ever: number;
}

/** One statement, so that all is seen as it was at the same time: a delivery becomes a job, and a job may become others. */
async function look(database: Database): Promise<Look> {
  const { rows } = await sql<Look>`
    select (count(*) filter (where open))::int as "underWay", count(*)::int as ever
    from (
      select state <= 'active' as open from pgboss.job where name = any(${QUEUE_NAMES})
      union all
      select state in ('received', 'processing') from deliveries) as work`.execute(database);
  return rows[0] ?? { underWay: 0, ever: 0 };
}
