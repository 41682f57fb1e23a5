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
  /** Sends what waits, once, and ends. What can't be sent is left to the sweep of the next start: it is stored. */
  flush(): Promise<void>;
}

export function createSendBuffer(queue: Pick<Queue, 'sendMany'>, log: Logger): SendBuffer {
  const waiting: string[] = [];
  const closing = new AbortController();
  let sending: Promise<void> | null = null;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, MOST_AT_ONCE);
      try {
        await queue.sendMany(
          'deliveries',
          group.map((guid) => ({ data: { guid }, correlationId: guid })),
        );
        waiting.splice(0, group.length);
      } catch (error) {
        log.warn({ err: error, deliveries: waiting.length }, 'deliveries could not be queued yet');
        if (closing.signal.aborted) return;
        await delay(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  }

  function start(): Promise<void> {
    sending ??= drain().finally(() => {
      sending = null;
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
      closing.abort();
      await start();
    },
  };
}
