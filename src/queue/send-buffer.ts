import type { Logger } from '../telemetry/log.ts';
import type { Queue } from './queue.ts';

/** Most deliveries sent in one statement. */
const MOST_AT_ONCE = 500;

/** Collects accepted deliveries and gives them to the queue in groups, so that a burst costs few statements. */
export interface SendBuffer {
  add(guid: string): void;
  /** Resolves when all that was added has been sent, or has been left to the sweep. */
  flush(): Promise<void>;
}

export function createSendBuffer(queue: Pick<Queue, 'sendMany'>, log: Logger): SendBuffer {
  let waiting: string[] = [];
  let sending: Promise<void> | null = null;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, MOST_AT_ONCE);
      waiting = waiting.slice(MOST_AT_ONCE);
      try {
        await queue.sendMany(
          'deliveries',
          group.map((guid) => ({ data: { guid }, correlationId: guid })),
        );
      } catch (error) {
        // They are stored; the sweep finds them when the database is back.
        log.warn({ err: error, deliveries: group.length }, 'deliveries left to the sweep');
      }
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
      waiting.push(guid);
      // After the events of this turn: deliveries that were committed together are sent together.
      if (sending === null) setImmediate(() => void start());
    },
    flush: async () => {
      while (waiting.length > 0 || sending !== null) await start();
    },
  };
}
