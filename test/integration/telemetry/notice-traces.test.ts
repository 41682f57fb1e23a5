import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { DEFAULT_REPOSITORY_CONFIG } from '../../../src/config/repository-config.ts';
import type { Analytics } from '../../../src/insights/views.ts';
import { createDispatcher } from '../../../src/notify/dispatch.ts';
import type { NotifyServices } from '../../../src/notify/services.ts';
import type { Database } from '../../../src/store/database.ts';
import { createTracedDatabase } from '../../../src/store/traced-database.ts';
import type { JobTrace } from '../../../src/telemetry/spans.ts';
import { startTracing } from '../../../src/telemetry/start-tracing.ts';
import type { Tracing } from '../../../src/telemetry/tracing.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { memoryLog } from '../../support/log-lines.ts';
import { givenChannel, givenRule } from '../../support/notify/channels.ts';
import { startOtlpReceiver } from '../../support/otlp-receiver.ts';

let test: TestDatabase;
let database: Database;
let tracing: Tracing;
let sent: (JobTrace | undefined)[];

beforeAll(async () => {
  test = await createTestDatabase();
  database = createTracedDatabase(test.pool);
  const receiver = await startOtlpReceiver();
  tracing = await startTracing(receiver.settings(), { version: '1', roles: new Set(), log: memoryLog().log });
  await receiver.close();
  await test.pool.query("insert into repositories (id, owner, name, default_branch) values (1, 'octo', 'shop', 'main')");
  const channel = await givenChannel(test.database, {
    name: 'ci',
    kind: 'slack',
    secret: { url: 'https://hooks.example.com/x' },
  });
  await givenRule(test.database, 'r', { channels: [channel], events: ['breaker-open'], repeatMinutes: 0 });
});
beforeEach(async () => {
  await test.pool.query('delete from notification_items; delete from notifications; delete from notices; delete from breakers');
  sent = [];
});
afterAll(async () => {
  await test.drop();
});

const inSpan = (name: string, work: () => Promise<void>): Promise<string> =>
  tracing.span(
    () => ({ name, kind: 'consumer', attributes: {} }),
    async (span) => {
      await work();
      return span?.traceparent ?? '';
    },
  );

/** When a breaker opened last: one that opens at the same time is the same news. */
let openedAt = new Date('2026-11-20T12:00:00Z');

/** The breaker of a repository opens; a trigger of the database makes a notice of it. */
async function opens(repositoryId = 1): Promise<void> {
  openedAt = new Date(openedAt.getTime() + 1_000);
  const opened = { opened_at: openedAt, resumed_at: null };
  await database
    .insertInto('breakers')
    .values({ repository_id: repositoryId, reason: 'too many', ...opened })
    .onConflict((conflict) => conflict.column('repository_id').doUpdateSet(opened))
    .execute();
}

function dispatch(): Promise<void> {
  const services = {
    database,
    queue: {
      send: async (_name: string, request: { trace?: JobTrace }) => {
        sent.push(request.trace);
        return 'job';
      },
    },
    repositoryConfig: async () => DEFAULT_REPOSITORY_CONFIG.notifications,
    analytics: {} as Analytics,
    log: memoryLog().log,
    now: () => new Date(Date.now() + 3_600_000),
  } as unknown as NotifyServices;
  return createDispatcher(services).dispatch();
}

// Protects that a message is found in the trace of the delivery that brought it about, though triggers and rounds lie between.
it('a message belongs to the trace in which its news came about, whichever trigger wrote it', async () => {
  const traceparent = await inSpan('job', () => opens());
  await dispatch();
  expect(sent).toEqual([{ traceparent, links: [] }]);
});

it('a message that tells news of one trace lies in it, of many links to each', async () => {
  await tracing.span(
    () => ({ name: 'delivery', kind: 'server', attributes: {} }),
    async () => {
      await inSpan('analysis', () => opens());
      await inSpan('remedies', () => opens());
    },
  );
  await dispatch();
  const [first] = sent;
  expect(first?.links).toHaveLength(1);
  expect(first?.links?.[0]?.slice(0, 35)).toBe(first?.traceparent?.slice(0, 35));
  await test.pool.query('delete from notification_items; delete from notifications; delete from notices');
  const all = [await inSpan('one', () => opens()), await inSpan('another', () => opens())];
  await dispatch();
  expect(sent[1]).toEqual({ links: all.toSorted() });
});

it('what comes about in no span belongs to no trace, also on a session that was in one', async () => {
  await inSpan('job', () => opens());
  await test.pool.query('delete from notices');
  await opens();
  await dispatch();
  expect(sent).toEqual([undefined]);
});
