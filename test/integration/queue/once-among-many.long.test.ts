import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Queue } from '../../../src/queue/queue.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { memoryLog } from '../../support/log-lines.ts';

// It waits for the clock to begin two minutes.
vi.setConfig({ testTimeout: 300_000 });
const PATIENCE = { timeout: 240_000, interval: 500 };

let database: TestDatabase;
const queues: Queue[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await Promise.all(queues.map((queue) => queue.stop(2_000)));
  await database.drop();
});

/** How often each minute was sent. A job may come some seconds into the next one, so pg-boss's note of its minute counts. */
async function perMinute(): Promise<{ minute: string; jobs: number }[]> {
  const { rows } = await database.pool.query<{ minute: string; jobs: number }>(
    `select data->>'slot' as minute, count(*)::int as jobs from pgboss.job
     where name = '__pgboss__send-it' group by 1 order by 1`,
  );
  return rows;
}

// Protects the books and GitHub's limits from work that is there to be done once: sweeps, schedules and sums.
it('of four processes that keep time, each minute one sends the housekeeping and one does it; others go on when some end', async () => {
  const done: string[] = [];
  for (let index = 0; index < 4; index++) {
    const settings = { connection: database.connection, log: memoryLog().log, jobsAtOnce: 2, soleOwner: false, connections: 2 };
    const queue = new Queue(settings);
    queues.push(queue);
    await queue.start();
    await queue.work('maintenance', async ({ task }) => void done.push(task));
    await queue.schedule('maintenance', 'sweep-fixes', '* * * * *', { task: 'sweep-fixes' });
  }
  await vi.waitFor(async () => expect(await perMinute()).not.toEqual([]), PATIENCE);
  // Whoever of them it was: any three may go.
  await Promise.all(queues.splice(0, 3).map((queue) => queue.stop(5_000)));
  await vi.waitFor(async () => expect((await perMinute()).length).toBeGreaterThanOrEqual(2), PATIENCE);
  await vi.waitFor(async () => expect(done.length).toBe((await perMinute()).length), PATIENCE);
  expect((await perMinute()).map(({ jobs }) => jobs)).toEqual((await perMinute()).map(() => 1));
});
