import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RegreenError } from '../../../src/errors.ts';
import { deliverTogether } from '../../../src/queue/deliver-together.ts';
import { Queue } from '../../../src/queue/queue.ts';
import { NotYet } from '../../../src/queue/run-job.ts';
import { createSendBuffer } from '../../../src/queue/send-buffer.ts';
import { startTracing } from '../../../src/telemetry/start-tracing.ts';
import { NO_TRACING, type Tracing } from '../../../src/telemetry/tracing.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { memoryLog } from '../../support/log-lines.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../support/otlp-receiver.ts';
import { theSpan, wayTo } from '../../support/span-tree.ts';
import { until } from '../../support/until.ts';

let database: TestDatabase;
let receiver: OtlpReceiver;

beforeAll(async () => {
  [database, receiver] = await Promise.all([createTestDatabase(), startOtlpReceiver()]);
});
afterAll(async () => {
  await receiver.close();
  await database.drop();
});
beforeEach(() => {
  receiver.spans.length = 0;
});

const log = memoryLog().log;

/** A queue of a process of its own, whose spans have arrived when the work is over. */
async function withQueue(tracing: Tracing, work: (queue: Queue) => Promise<void>): Promise<void> {
  const queue = new Queue({ connection: database.connection, log, jobsAtOnce: 8, soleOwner: false, tracing });
  await queue.start();
  try {
    await work(queue);
  } finally {
    await queue.stop(5_000);
    await tracing.stop();
  }
}

const start = (settings = receiver.settings()) => startTracing(settings, { version: '1', roles: new Set(['worker']), log });
const webhook = (name: string) => ({ name, kind: 'server', attributes: {}, parent: null }) as const;
const envelopes = async (queue: string) => {
  const { rows } = await database.pool.query<{ data: Record<string, unknown> }>(
    `select data from pgboss.job where name = $1 order by created_on, id`,
    [queue],
  );
  return rows.map(({ data }) => data);
};
const AWAY = new RegreenError('The channel is away.', { code: 'CHANNEL_AWAY', type: 'unavailable', status: 503 });

/** Protects that a job is found in the trace of what it follows from, in whichever process it runs. */
describe('jobs', () => {
  it('follow from what sent them; every attempt is a span of the same trace that links to the one before', async () => {
    let attempts = 0;
    await withQueue(await start(), async (queue) => {
      await queue.work('notifications', async () => {
        attempts += 1;
        if (attempts === 1) throw new NotYet('BEHIND_ANOTHER', 'An earlier one goes first.', 0);
        if (attempts === 2) throw AWAY;
      });
      const sender = await start();
      await sender.span(
        () => webhook('receipt'),
        () => queue.send('notifications', { data: { notificationId: 'n' } }),
      );
      await sender.stop();
      // The second wait is of seconds; here it is over at once.
      await until(async () => (await envelopes('notifications')).length === 3, 'it failed twice');
      await database.pool.query(`update pgboss.job set start_after = now() where state < 'active'`);
      await until(() => attempts === 3, 'it was done');
    });
    const [first, second, third, ...more] = receiver.spans
      .filter(({ name }) => name === 'process notifications')
      .toSorted((a, b) => Number(a.start - b.start));
    expect(more).toEqual([]);
    for (const span of [first, second, third]) {
      expect(span && wayTo(receiver.spans, span)).toEqual(['receipt', 'send notifications', 'process notifications']);
    }
    const linkTo = (span: typeof first) => [{ traceId: span?.traceId, spanId: span?.spanId }];
    expect([first?.links, second?.links, third?.links]).toEqual([[], linkTo(first), linkTo(second)]);
    const outcomes = [first, second, third].map((span) => [span?.attributes['regreen.job.outcome'], span?.failed]);
    expect(outcomes).toEqual([
      ['waits', false],
      ['retried', true],
      ['completed', false],
    ]);
    expect(second).toMatchObject({
      attributes: {
        'error.type': 'CHANNEL_AWAY',
        'regreen.job.attempt': 2,
        'messaging.system': 'pg-boss',
        'messaging.destination.name': 'notifications',
        'regreen.notification.id': 'n',
      },
      events: [{ name: 'exception', attributes: { 'exception.message': 'The channel is away.' } }],
    });
  });

  it('that many deliveries share link to each, and what one of them needs alone is in its own trace', async () => {
    const tracing = await start();
    const done: string[] = [];
    await withQueue(tracing, async (queue) => {
      const deliveries = {
        readReceived: async (guids: readonly string[]) =>
          guids.map((guid) => ({ guid, event: 'workflow_job', body: Buffer.from('{}'), receivedAt: new Date() })),
        finishReceived: async () => undefined,
      };
      await queue.work('deliveries', async (job, context) => {
        if (job.guids === undefined) return void done.push(job.guid);
        await deliverTogether(
          { deliveries, queue, write: async (all) => all.slice(0, 1).map(({ guid }) => guid) },
          job.guids,
          context,
        );
      });
      const buffer = createSendBuffer(queue, log);
      for (const guid of ['a', 'b']) {
        await tracing.span(
          () => webhook(`receipt of ${guid}`),
          async (span) => buffer.add(guid, 'workflow_job', span?.traceparent),
        );
      }
      await until(() => done.includes('b'), 'the second was worked alone');
    });
    const receipts = ['a', 'b'].map((guid) => theSpan(receiver.spans, guid, ({ name }) => name === `receipt of ${guid}`));
    const together = theSpan(
      receiver.spans,
      'together',
      ({ attributes }) =>
        attributes['messaging.batch.message_count'] === 2 && attributes['messaging.operation.name'] === 'process',
    );
    expect(together.parentSpanId).toBe('');
    expect(together.links).toEqual(receipts.map(({ traceId, spanId }) => ({ traceId, spanId })));
    const alone = theSpan(receiver.spans, 'alone', ({ attributes }) => attributes['regreen.delivery.guid'] === 'b');
    expect(wayTo(receiver.spans, alone)).toEqual(['receipt of b', 'process deliveries']);
  });

  it('that wait already serve a second sender, whose trace says so', async () => {
    const tracing = await start();
    await withQueue(tracing, async (queue) => {
      for (const name of ['first', 'second']) {
        await tracing.span(
          () => webhook(name),
          () => queue.send('maintenance', { data: { task: 'forget' }, key: 'forget' }),
        );
      }
    });
    const sends = receiver.spans.filter(({ name }) => name === 'send maintenance').toSorted((a, b) => Number(a.start - b.start));
    expect(sends.map((span) => wayTo(receiver.spans, span)[0])).toEqual(['first', 'second']);
    expect(sends.map(({ attributes }) => attributes['regreen.job.waits_already'])).toEqual([undefined, true]);
    await database.pool.query('delete from pgboss.job');
  });

  it('of deliveries that somebody else gives to the queue begin a trace, and say who that was', async () => {
    await withQueue(await start(), async (queue) => {
      await queue.work('maintenance', async () => queue.sendMany('deliveries', [{ data: { guid: 'lost' }, key: 'lost' }]));
      const worked = Promise.withResolvers<void>();
      await queue.work('deliveries', async () => worked.resolve());
      await queue.send('maintenance', { data: { task: 'sweep-deliveries' }, key: 'sweep' });
      await worked.promise;
    });
    const found = theSpan(receiver.spans, 'lost', ({ attributes }) => attributes['regreen.delivery.guid'] === 'lost');
    const send = theSpan(receiver.spans, 'its sender', ({ name }) => name === 'send deliveries');
    expect(found).toMatchObject({ parentSpanId: '', links: [{ traceId: send.traceId, spanId: send.spanId }] });
    expect(wayTo(receiver.spans, send)).toEqual(['process maintenance', 'send deliveries']);
  });
});

/** Protects what it costs where nobody wants traces: nothing. */
describe('where traces are off', () => {
  it('jobs carry nothing of them, and nobody is asked', async () => {
    const before = receiver.requests.length;
    await database.pool.query('delete from pgboss.job');
    await withQueue(NO_TRACING, async (queue) => {
      const worked = Promise.withResolvers<void>();
      await queue.work('notifications', async () => worked.resolve());
      await queue.send('notifications', { data: { notificationId: 'n' } });
      await worked.promise;
      expect(Object.keys((await envelopes('notifications'))[0] ?? {}).toSorted()).toEqual([
        'attempt',
        'correlationId',
        'payload',
      ]);
    });
    expect([receiver.spans, receiver.requests.length]).toEqual([[], before]);
  });

  it('nothing of OpenTelemetry is loaded by a whole server', async () => {
    const program = fileURLToPath(new URL('loaded-modules.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program]);
    expect(JSON.parse(stdout)).toEqual({
      off: [],
      on: expect.arrayContaining([expect.stringContaining('@opentelemetry/sdk-trace')]),
    });
  });
});
