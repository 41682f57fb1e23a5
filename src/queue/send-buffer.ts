import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../telemetry/log.ts';
import { WORKED_TOGETHER } from './deliver-together.ts';
import { deliveryJob } from './delivery-job.ts';
import type { Queue, SendRequest } from './queue.ts';

/** Most jobs sent in one statement. */
const MOST_AT_ONCE = 500;
/** Most deliveries of one job that works them together: a statement's worth, and some hundred kilobytes of bodies. */
const MOST_TOGETHER = 64;
/** What is worked together waits so long for company, in milliseconds: nobody waits for the books. */
const GATHER_MS = 50;
/** Beyond this many, deliveries are left to the sweep, which reads them from the table. */
const MOST_WAITING = 20_000;
/** The wait before another try when the database is away, in milliseconds. */
const RETRY_MS = 500;

/** Collects accepted deliveries and gives them to the queue in groups, so that a burst costs few statements. */
export interface SendBuffer {
  /** @param traceparent W3C's, of the span in which it was received */
  add(guid: string, event: string, traceparent?: string): void;
  /** Resolves when all that was added has been sent, or, where the database is away, has been left to the sweep. */
  flush(): Promise<void>;
}

export function createSendBuffer(queue: Pick<Queue, 'sendMany'>, log: Logger): SendBuffer {
  const waiting: SendRequest<'deliveries'>[] = [];
  // One timer sends the deliveries of many requests: what it logs belongs to none of them.
  const outside = AsyncLocalStorage.snapshot();
  /** What will be one job. */
  let gathered: { guid: string; traceparent: string | undefined }[] = [];
  let gathering: NodeJS.Timeout | undefined;
  /** Deliveries in both. */
  let held = 0;
  let flushing = false;
  let retry = new AbortController();
  let sending: Promise<void> | null = null;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, MOST_AT_ONCE);
      try {
        await queue.sendMany('deliveries', group);
      } catch (error) {
        if (!flushing) {
          log.warn({ err: error, deliveries: held }, 'deliveries could not be queued yet');
          await delay(RETRY_MS, undefined, { signal: retry.signal }).catch(() => undefined);
          continue;
        }
        // They are stored; the sweep finds them when the database is back.
        log.warn({ err: error, deliveries: deliveriesOf(group) }, 'deliveries left to the sweep');
      }
      waiting.splice(0, group.length);
      held -= deliveriesOf(group);
    }
  }

  function start(): Promise<void> {
    sending ??= drain().finally(() => {
      sending = null;
      // Added between the last look and this one.
      return waiting.length > 0 ? start() : undefined;
    });
    return sending;
  }

  function push(request: SendRequest<'deliveries'>): void {
    waiting.push(request);
    // After the events of this turn: deliveries that were committed together are sent together.
    if (sending === null) outside(() => setImmediate(() => void start()));
  }

  function closeGathering(): void {
    clearTimeout(gathering);
    gathering = undefined;
    const [first] = gathered;
    if (first !== undefined) {
      push({
        data: { guids: gathered.map(({ guid }) => guid) },
        correlationId: first.guid,
        ...(first.traceparent === undefined ? {} : { trace: { links: gathered.map(({ traceparent = '' }) => traceparent) } }),
      });
    }
    gathered = [];
  }

  return {
    add(guid, event, traceparent) {
      if (held >= MOST_WAITING) return;
      held += 1;
      if (!WORKED_TOGETHER.has(event)) return push(deliveryJob(guid, traceparent));
      gathered.push({ guid, traceparent });
      if (gathered.length >= MOST_TOGETHER) closeGathering();
      else gathering ??= outside(() => setTimeout(closeGathering, GATHER_MS));
    },
    flush: async () => {
      flushing = true;
      retry.abort();
      do {
        closeGathering();
        await start();
      } while (held > 0 || sending !== null);
      flushing = false;
      retry = new AbortController();
    },
  };
}

function deliveriesOf(requests: readonly SendRequest<'deliveries'>[]): number {
  return requests.reduce((sum, { data }) => sum + (data.guids?.length ?? 1), 0);
}
