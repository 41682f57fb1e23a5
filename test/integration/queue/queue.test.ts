import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Queue, type QueueOptions } from '../../../src/queue/queue.ts';
import { DEAD_LETTERS, QUEUE_NAMES, QUEUES } from '../../../src/queue/queues.ts';
import { type JobContext, PermanentFailure } from '../../../src/queue/run-job.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { memoryLog } from '../../support/log-lines.ts';
import { until } from '../../support/until.ts';

let database: TestDatabase;
const queues: Queue[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query(`delete from pgboss.job`).catch(() => undefined);
});
afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.stop(2_000)));
});

async function startQueue(options: Partial<QueueOptions> = {}): Promise<Queue> {
  const queue = new Queue({ connection: database.connection, log: memoryLog().log, jobsAtOnce: 8, soleOwner: false, ...options });
  queues.push(queue);
  await queue.start();
  return queue;
}

/** What lies in the database, as it is. */
async function jobs(
  name: string,
): Promise<{ state: string; data: { attempt: number; payload: unknown; correlationId: string }; output: unknown }[]> {
  const { rows } = await database.pool.query(
    `select state::text, data, output from pgboss.job where name = $1 order by created_on, id`,
    [name],
  );
  return rows;
}

/** Jobs that are sent one after the other, and the time between two looks at the queue, in milliseconds. */
const ANNOUNCED = 9;
const LOOK_MS = 2_000;

const notification = (notificationId: string, more = {}) => ({ data: { notificationId }, ...more });
const report = (headSha: string, repositoryId: number, key = headSha) => ({
  data: { kind: 'report', installationId: 1, repositoryId, headSha } as const,
  key,
  repositoryId,
});

describe('a job', () => {
  it('reaches its handler soon, with its correlation id, and is done once', async () => {
    const queue = await startQueue();
    const seen: [string, JobContext][] = [];
    await queue.work('notifications', async ({ notificationId }, context) => void seen.push([notificationId, context]));
    await queue.send('notifications', notification('warm-up'));
    await until(() => seen.length === 1, 'the first job ran');
    const sentAt = performance.now();
    for (let count = 2; count <= ANNOUNCED; count += 1) {
      await queue.send('notifications', notification(`number ${count}`, { correlationId: `guid-${count}` }));
      await until(() => seen.length === count, `job ${count} ran`);
    }
    // Each waits for the next look where nobody announces it.
    expect(performance.now() - sentAt).toBeLessThan((ANNOUNCED - 1) * LOOK_MS * 0.75);
    expect(seen[1]?.[0]).toBe('number 2');
    expect(seen[1]?.[1]).toMatchObject({ attempt: 1, again: false, lastAttempt: false, correlationId: 'guid-2' });
    await until(async () => (await jobs('notifications')).every((job) => job.state === 'completed'), 'both are completed');
  });

  it('of higher priority goes first', async () => {
    const queue = await startQueue({ jobsAtOnce: 1 });
    const order: string[] = [];
    const busy = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    await queue.work('notifications', async ({ notificationId }) => {
      if (notificationId !== 'first') return void order.push(notificationId);
      busy.resolve();
      await mayEnd.promise;
    });
    // Two fetch at once, and each takes what the other leaves: one is kept busy.
    await queue.send('notifications', notification('first'));
    await busy.promise;
    await queue.sendMany('notifications', [
      notification('low', { priority: -1 }),
      notification('normal'),
      notification('high', { priority: 5 }),
    ]);
    await until(async () => (await jobs('notifications')).every((job) => job.state === 'active'), 'all are fetched');
    mayEnd.resolve();
    await until(() => order.length === 3, 'all ran');
    expect(order).toEqual(['high', 'normal', 'low']);
  });

  it('that waits already is not sent twice under one key, but again once it runs', async () => {
    const queue = await startQueue();
    expect(await queue.send('remedies', report('a', 1))).not.toBeNull();
    expect(await queue.send('remedies', report('a', 1))).toBeNull();
    expect(await queue.send('remedies', report('b', 1))).not.toBeNull();
    const running = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const ran: string[] = [];
    await queue.work('remedies', async (job) => {
      if (job.kind !== 'report') return;
      ran.push(job.headSha);
      running.resolve();
      await mayEnd.promise;
    });
    await running.promise;
    const first = ran[0] ?? '';
    expect(await queue.send('remedies', report(first, 1))).not.toBeNull();
    mayEnd.resolve();
    await until(() => ran.length === 3, 'the one that was sent again ran too');
    expect(ran.filter((sha) => sha === first)).toHaveLength(2);
  });

  it('runs one at a time for each repository, and many repositories at once', async () => {
    const queue = await startQueue();
    const second = await startQueue();
    const running = new Map<number, number>();
    let [most, mostOfOne, done] = [0, 0, 0];
    const work = async ({ repositoryId }: { repositoryId: number }) => {
      running.set(repositoryId, (running.get(repositoryId) ?? 0) + 1);
      mostOfOne = Math.max(mostOfOne, running.get(repositoryId) ?? 0);
      most = Math.max(
        most,
        [...running.values()].reduce((sum, one) => sum + one, 0),
      );
      await delay(15);
      running.set(repositoryId, (running.get(repositoryId) ?? 0) - 1);
      done += 1;
    };
    await queue.sendMany(
      'remedies',
      Array.from({ length: 24 }, (_, at) => report(`sha-${at}`, at % 3)),
    );
    await Promise.all([queue.work('remedies', work), second.work('remedies', work)]);
    await until(() => done === 24, 'all ran');
    expect(mostOfOne).toBe(QUEUES.remedies.perRepository);
    expect(most).toBeGreaterThan(1);
  });
});

describe('a job that fails', () => {
  it('is tried again as a new job, later, and its neighbours are not', async () => {
    const queue = await startQueue();
    const seen: { guid: string; attempt: number; again: boolean }[] = [];
    await queue.work('deliveries', async ({ guid = '' }, { attempt, again }) => {
      seen.push({ guid, attempt, again });
      if (guid === 'fails' && attempt === 1) throw new Error('away');
    });
    await queue.sendMany('deliveries', [{ data: { guid: 'fails' } }, { data: { guid: 'neighbour' } }]);
    await until(() => seen.length === 3, 'the second attempt ran');
    expect(seen.toSorted((a, b) => a.attempt - b.attempt || a.guid.localeCompare(b.guid))).toEqual([
      { guid: 'fails', attempt: 1, again: false },
      { guid: 'neighbour', attempt: 1, again: false },
      { guid: 'fails', attempt: 2, again: true },
    ]);
    await until(async () => (await jobs('deliveries')).every((job) => job.state === 'completed'), 'all are completed');
  });

  it('for good is a dead letter with its reason, and can be sent back', async () => {
    const queue = await startQueue();
    let broken = true;
    let runs = 0;
    await queue.work('notifications', async () => {
      runs += 1;
      if (broken) throw new PermanentFailure('CHANNEL_GONE', 'The channel is gone.');
    });
    await queue.send('notifications', notification('n', { correlationId: 'guid-9' }));
    await until(async () => (await jobs(DEAD_LETTERS)).length === 1, 'it is a dead letter');
    expect(runs).toBe(1);
    const [letter] = await jobs(DEAD_LETTERS);
    expect(letter?.data).toMatchObject({ payload: { notificationId: 'n' }, correlationId: 'guid-9' });
    expect(JSON.stringify([letter?.output, await jobs('notifications')])).toContain('CHANNEL_GONE');
    expect((await queue.counts()).find((one) => one.queue === DEAD_LETTERS)).toMatchObject({ waiting: 1 });
    broken = false;
    expect(await queue.redrive()).toBe(1);
    await until(() => runs === 2, 'it ran again');
    await until(async () => (await queue.counts()).every((one) => one.waiting + one.active === 0), 'nothing waits');
  });
});

describe('a process that dies', () => {
  it('leaves its jobs to the next owner, whose handler knows that a part may be done', async () => {
    const first = await startQueue();
    await first.send('notifications', notification('orphan'));
    // What a worker has done to the row when its process is killed.
    await database.pool.query(
      `update pgboss.job set state = 'active', started_on = now(), heartbeat_on = now() where name = 'notifications'`,
    );
    const { log, lines } = memoryLog();
    const next = await startQueue({ soleOwner: true, log });
    expect(lines()).toContainEqual(expect.objectContaining({ msg: 'jobs of a dead process given out again', jobs: 1 }));
    const again: boolean[] = [];
    await next.work('notifications', async (_data, context) => void again.push(context.again));
    await until(() => again.length === 1, 'the orphan ran');
    expect(again).toEqual([true]);
  });

  it('is not assumed where other processes may be at work', async () => {
    const first = await startQueue();
    await first.send('notifications', notification('busy'));
    await database.pool.query(
      `update pgboss.job set state = 'active', started_on = now(), heartbeat_on = now() where name = 'notifications'`,
    );
    await startQueue({ soleOwner: false });
    expect(await jobs('notifications')).toEqual([expect.objectContaining({ state: 'active' })]);
  });
});

it('a stop waits for what runs, and takes nothing new', async () => {
  const queue = await startQueue();
  const running = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  const ended: string[] = [];
  await queue.work('notifications', async ({ notificationId }) => {
    running.resolve();
    await mayEnd.promise;
    ended.push(notificationId);
  });
  await queue.send('notifications', notification('first'));
  await running.promise;
  const stopped = queue.stop(5_000).then(() => ended.push('stopped'));
  expect(queue.started).toBe(false);
  mayEnd.resolve();
  await stopped;
  expect(ended).toEqual(['first', 'stopped']);
  expect(await jobs('notifications')).toEqual([expect.objectContaining({ state: 'completed' })]);
});

it('two processes may start at once, and a schedule is one among them', async () => {
  const [one, other] = await Promise.all([startQueue(), startQueue()]);
  await Promise.all(
    [one, other].map((queue) => queue.schedule('maintenance', 'sweep-fixes', '* * * * *', { task: 'sweep-fixes' })),
  );
  const { rows } = await database.pool.query(`select name, key, cron from pgboss.schedule`);
  expect(rows).toEqual([{ name: 'maintenance', key: 'sweep-fixes', cron: '* * * * *' }]);
});

it('the counts name every queue, at once', async () => {
  const queue = await startQueue();
  await queue.sendMany('notifications', [notification('a'), notification('b')]);
  const counts = await queue.counts();
  expect(counts.map((one) => one.queue)).toEqual([...QUEUE_NAMES, DEAD_LETTERS]);
  expect(counts.find((one) => one.queue === 'notifications')).toEqual({
    queue: 'notifications',
    waiting: 2,
    active: 0,
    failed: 0,
  });
});
