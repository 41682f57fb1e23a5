import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../telemetry/log.ts';
import type { Queue } from './queue.ts';

/** Most deliveries sent in one statement. */
const MOST_AT_ONCE = 500;
/** Beyond this many, deliveries are left to the sweep, which reads them from the table. */
const MOST_WAITING = 20_000;
/** The wait before another try when the database is away, in milliseconds. */
const RETRY_MS = 500;

/** Collects accepted deliveries and gives them to the queue in groups, so that a burst costs few statements. */
export interface SendBuffer {
  add(guid: string): void;
  /** Resolves when all that was added has been sent, or, where the database is away, has been left to the sweep. */
  flush(): Promise<void>;
}

export function createSendBuffer(queue: Pick<Queue, 'sendMany'>, log: Logger): SendBuffer {
  const waiting: string[] = [];
  let flushing = false;
  let retry = new AbortController();
  let sending: Promise<void> | null = null;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, MOST_AT_ONCE);
      try {
        await queue.sendMany(
          'deliveries',
          group.map((guid) => ({ data: { guid }, key: guid, correlationId: guid })),
        );
      } catch (error) {
        if (!flushing) {
          log.warn({ err: error, deliveries: waiting.length }, 'deliveries could not be queued yet');
          await delay(RETRY_MS, undefined, { signal: retry.signal }).catch(() => undefined);
          continue;
        }
        // They are stored; the sweep finds them when the database is back.
        log.warn({ err: error, deliveries: group.length }, 'deliveries left to the sweep');
      }
      waiting.splice(0, group.length);
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

  return {
    add(guid) {
      if (waiting.length >= MOST_WAITING) return;
      waiting.push(guid);
      // After the events of this turn: deliveries that were committed together are sent together.
      if (sending === null) setImmediate(() => void start());
    },
    flush: async () => {
      flushing = true;
      retry.abort();
      while (waiting.length > 0 || sending !== null) await start();
      flushing = false;
      retry = new AbortController();
    },
  };
}
