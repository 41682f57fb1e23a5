/**
 * `workflow_job` deliveries through a whole Regreen, from the stored delivery to the books: `node ingest-jobs.ts DELIVERIES`, with
 * Regreen's own environment. Prints an `IngestResult` as JSON.
 */
import { randomUUID } from 'node:crypto';
import { memoryUsage } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { startRegreen } from '../../src/compose.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { createSendBuffer } from '../../src/queue/send-buffer.ts';
import { createLog } from '../../src/telemetry/log.ts';
import type { IngestResult } from '../api/ingest.ts';
import { workflowJobPayload } from '../support/payload.ts';

/** Deliveries that wait at once: enough that no worker ever has nothing to do, and few enough to cost no memory. */
const MOST_WAITING = 2_000;
const AT_ONCE = 100;
const POLL_MS = 20;
const WARM_UP = 4_000;

const total = Number(process.argv[2]);
const regreen = await startRegreen({ environment: readEnvironment(), log: createLog({ level: 'error' }) });
const { database } = regreen.services;
const buffer = createSendBuffer(regreen.queue, createLog({ level: 'error' }));
const repositories = await database.selectFrom('repositories').select(['id', 'owner', 'name']).orderBy('id').execute();
let sent = 0;

/** Stores deliveries and hands them to the queue, as the intake does, until all are done. */
async function work(until: number, onLook: () => void): Promise<void> {
  for (;;) {
    const waiting = await countOf('received', 'processing');
    onLook();
    if (sent === until && waiting === 0) return;
    const free = Math.min(until - sent, MOST_WAITING - waiting);
    for (let left = free; left > 0; left -= AT_ONCE) await send(Math.min(AT_ONCE, left));
    await delay(POLL_MS);
  }
}

async function send(count: number): Promise<void> {
  const deliveries = Array.from({ length: count }, () => ({
    guid: randomUUID(),
    event: 'workflow_job',
    body: workflowJobPayload(repositories, sent++),
  }));
  await Promise.all(
    deliveries.map(async (delivery) => {
      await regreen.deliveries.insert(delivery);
      buffer.add(delivery.guid, delivery.event);
    }),
  );
}

async function countOf(...states: ('received' | 'processing' | 'failed')[]): Promise<number> {
  const query = database.selectFrom('deliveries').select((eb) => eb.fn.countAll<number>().as('count'));
  return (await query.where('state', 'in', states).executeTakeFirstOrThrow()).count;
}

await work(WARM_UP, () => undefined);
const memory: number[] = [];
const startedAt = performance.now();
await work(WARM_UP + total, () => memory.push(memoryUsage.rss() / 2 ** 20));
const seconds = (performance.now() - startedAt) / 1_000;
const failed = await countOf('failed');
await regreen.stop();
const quarter = Math.ceil(memory.length / 4);
const result: IngestResult = {
  perSecond: total / seconds,
  failed,
  megabytesAtFirst: Math.max(...memory.slice(0, quarter)),
  megabytesAtLast: Math.max(...memory.slice(-quarter)),
};
console.log(JSON.stringify(result));
