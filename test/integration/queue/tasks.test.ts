import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Queue } from '../../../src/queue/queue.ts';
import { PermanentFailure } from '../../../src/queue/run-job.ts';
import type { Tasks } from '../../../src/queue/tasks.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { memoryLog } from '../../support/log-lines.ts';
import { until } from '../../support/until.ts';
import { insertRepository } from '../api/rows.ts';

let database: TestDatabase;
let queue: Queue;
let tasks: Tasks;

beforeAll(async () => {
  database = await createTestDatabase();
  await insertRepository(database.database, 7, 'octo/shop');
});
beforeEach(async () => {
  queue = new Queue({ connection: database.connection, log: memoryLog().log, jobsAtOnce: 4, soleOwner: false });
  await queue.start();
  tasks = queue.tasks();
  await database.pool.query('delete from pgboss.job');
});
afterEach(() => queue.stop(2_000));
afterAll(() => database.drop());

const analysis = (runId: number, repositoryId = 7) => ({
  data: { installationId: 1, repositoryId, runId, attempt: 1 },
  key: `run:${runId}`,
  repositoryId,
  correlationId: `request-${runId}`,
});

async function sent(runId: number): Promise<string> {
  const id = await queue.send('analysis', analysis(runId));
  if (id === null) throw new Error('an equal job waits');
  return id;
}

/** Works the analysis queue until the task has failed for good, with this reason; then no more. */
async function failForGood(id: string, reason = 'It is broken.'): Promise<void> {
  await queue.work('analysis', async () => {
    throw new PermanentFailure('BROKEN', reason);
  });
  await until(async () => (await tasks.read(id))?.state === 'failed', 'the task has failed');
}

/** Protects what operators see of the queue, and that their orders do what they say. */
describe('tasks', () => {
  it('are listed newest first with what they are about, by page, and filtered by each of the filters', async () => {
    const first = await sent(1);
    const other = await queue.send('remedies', {
      data: { kind: 'settle', installationId: 1, repositoryId: 8, branch: 'ghp_0123456789012345678901234567890123456789' },
      repositoryId: 8,
    });
    const page = await tasks.list({ limit: 1, offset: 0 });

    expect(page).toMatchObject({ total: 2, items: [{ id: other, type: 'settle', repository: null }] });
    expect(page.items[0]?.payload['branch']).toBe('[redacted]');
    expect(await tasks.list({ limit: 10, offset: 1 })).toMatchObject({
      total: 2,
      items: [
        {
          id: first,
          queue: 'analysis',
          type: 'analysis',
          state: 'waiting',
          repository: 'octo/shop',
          attempt: 1,
          correlationId: 'request-1',
          payload: { runId: 1 },
          error: null,
        },
      ],
    });
    for (const filter of [{ queue: 'analysis' }, { type: 'analysis' }, { repositoryId: 7 }]) {
      expect((await tasks.list({ ...filter, limit: 10, offset: 0 })).items.map(({ id }) => id)).toEqual([first]);
    }
    expect((await tasks.list({ state: 'active', limit: 10, offset: 0 })).total).toBe(0);
  });

  it('that wait can be cancelled and then done again, and nothing else can', async () => {
    const id = await sent(2);

    expect(await tasks.retry(id)).toEqual({ kind: 'refused', state: 'waiting' });
    expect(await tasks.cancel(id)).toEqual({ kind: 'done', taskId: id });
    expect(await tasks.cancel(id)).toEqual({ kind: 'refused', state: 'cancelled' });
    const again = await tasks.retry(id);
    expect(again.kind).toBe('done');
    const taskId = again.kind === 'done' ? again.taskId : '';
    expect(taskId).not.toBe(id);
    expect(await tasks.read(taskId)).toMatchObject({ state: 'waiting', payload: { runId: 2 }, repository: 'octo/shop' });
    // The same once more is the one that waits.
    expect(await tasks.retry(id)).toEqual({ kind: 'done', taskId });
  });

  it('that failed for good have a dead letter with the reason, which is sent back or goes with a retry', async () => {
    const id = await sent(3);
    await failForGood(id, 'It is broken: ghp_0123456789012345678901234567890123456789');
    const { items, total } = await tasks.deadLetters({ queue: 'analysis', limit: 10, offset: 0 });

    expect(total).toBe(1);
    expect(items[0]).toMatchObject({
      queue: 'analysis',
      taskId: id,
      repository: 'octo/shop',
      error: { code: 'BROKEN', message: 'It is broken: [redacted]' },
    });
    expect((await tasks.queues()).find((one) => one.queue === 'analysis')).toMatchObject({ failed: 1, dead: 1, waiting: 0 });
    const letter = items[0]?.id ?? '';
    expect(await tasks.redriveOne(id)).toEqual({ kind: 'unknown' });
    expect((await tasks.redriveOne(letter)).kind).toBe('done');
    expect(await tasks.redriveOne(letter)).toEqual({ kind: 'unknown' });
    await until(async () => (await tasks.deadLetters({ limit: 10, offset: 0 })).total === 1, 'it has failed again');
    expect(await tasks.redrive({ queue: 'remedies', limit: 10 })).toBe(0);
    expect(await tasks.redrive({ limit: 10 })).toBe(1);
    await until(async () => (await tasks.deadLetters({ limit: 10, offset: 0 })).total === 1, 'it has failed once more');
  });

  it('tell how far behind a queue is by what could have been worked on', async () => {
    await sent(4);
    await queue.send('analysis', { ...analysis(5), delaySeconds: 600 });
    await database.pool.query(`update pgboss.job set start_after = now() - interval '90 seconds', created_on = now() - interval '2 minutes'
      where start_after <= now()`);
    const now = (await tasks.queues()).find((one) => one.queue === 'analysis');

    expect(now).toMatchObject({ waiting: 2, delayed: 1, active: 0, dead: 0 });
    expect(now?.lagMs).toBeGreaterThanOrEqual(90_000);
    expect(now?.lagMs).toBeLessThan(110_000);
    expect((await tasks.queues()).filter((one) => one.queue !== 'analysis').every((one) => one.lagMs === 0)).toBe(true);
  });

  it('of an id that is none are not there', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';

    expect(await tasks.read(nobody)).toBeNull();
    expect([await tasks.retry(nobody), await tasks.cancel(nobody)]).toEqual([{ kind: 'unknown' }, { kind: 'unknown' }]);
  });
});
