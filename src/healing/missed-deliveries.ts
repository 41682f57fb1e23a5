import { type AppClient, type HookDelivery, listHookDeliveries, readHookDelivery } from '../github/app-reads.ts';
import { deliveryJob } from '../queue/delivery-job.ts';
import type { Queue } from '../queue/queue.ts';
import type { DeliveryStore } from '../store/deliveries/deliveries.ts';
import type { Logger } from '../telemetry/log.ts';

/** GitHub keeps deliveries for three days. Source: https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/viewing-webhook-deliveries */
const KEPT_MS = 3 * 24 * 3_600_000;
/** Deliveries are listed a moment after they were sent, and clocks differ. */
const OVERLAP_MS = 5 * 60_000;
/** Of 100 each. An App has thousands of requests an hour for this; who lost more than that is told. */
const MOST_PAGES = 50;
const MOST_FETCHED = 2_000;

export interface MissedDeliveriesParts {
  client(): AppClient;
  deliveries: Pick<DeliveryStore, 'insert' | 'unknown'>;
  queue: Pick<Queue, 'sendMany'>;
  /** Whether an event, `event.action` or `event`, means anything to this server. */
  isHeard(event: string): boolean;
  /** Whether a relay stands between: then GitHub takes for delivered what only the relay has seen. */
  relayed: boolean;
  /** When the last delivery came in, before this start; `null` for books that are new. */
  lastReceivedAt: Date | null;
  log: Logger;
  now(): Date;
  /** 2,000 where nothing is said. */
  mostFetched?: number;
}

/** Asks GitHub what it has sent and this server has never seen. */
export interface MissedDeliveries {
  /** Looks back to the last time that this went well. @returns how many were fetched and given to the queue */
  fetch(signal?: AbortSignal): Promise<number>;
}

/**
 * Events are lost while the server is down, or while a relay sees nothing; GitHub never sends again by itself. What was missed is
 * fetched over the API and stored like any delivery, under its GUID: what comes another way meanwhile is worked once.
 */
export function createMissedDeliveries(parts: MissedDeliveriesParts): MissedDeliveries {
  let checkedAt: Date | null = null;
  return {
    fetch: async (signal) => {
      const startedAt = parts.now();
      // Books that are new have missed nothing but the installation: it may be older than the first start.
      const isNew = checkedAt === null && parts.lastReceivedAt === null;
      const wanted = (one: HookDelivery) =>
        isNew ? one.event.startsWith('installation') : parts.isHeard(one.event) || parts.isHeard(`${one.event}.${one.action}`);
      const since = sinceOf(checkedAt ?? parts.lastReceivedAt, startedAt);
      const { missed, more } = await missedSince(parts, since, isNew, wanted, signal);
      await fetchAll(parts, missed, signal);
      // What is older than these is found the next time, when these are known.
      if (more) parts.log.warn({ fetched: missed.length }, 'GitHub has more that was missed; it is fetched the next time');
      else checkedAt = startedAt;
      return missed.length;
    },
  };
}

function sinceOf(last: Date | null, now: Date): Date {
  const oldest = now.getTime() - KEPT_MS;
  return new Date(last === null ? oldest : Math.max(oldest, last.getTime() - OVERLAP_MS));
}

/** What GitHub has sent since then and the books do not know, oldest first, each GUID once; `more` when only the newest of it. */
async function missedSince(
  { client, deliveries, relayed, log, mostFetched = MOST_FETCHED }: MissedDeliveriesParts,
  since: Date,
  isNew: boolean,
  wanted: (one: HookDelivery) => boolean,
  signal: AbortSignal | undefined,
): Promise<{ missed: HookDelivery[]; more: boolean }> {
  const missed = new Map<string, HookDelivery>();
  let pages = 0;
  for await (const page of listHookDeliveries(client(), relayed || isNew ? 'all' : 'failure')) {
    signal?.throwIfAborted();
    const heard = page.filter((one) => one.deliveredAt >= since && wanted(one));
    const unknown = new Set(await deliveries.unknown(heard.map(({ guid }) => guid)));
    for (const one of heard) if (unknown.has(one.guid)) missed.set(one.guid, one);
    pages += 1;
    if (page.some(({ deliveredAt }) => deliveredAt < since)) break;
    if (missed.size >= mostFetched) return { missed: [...missed.values()].reverse(), more: true };
    if (pages >= MOST_PAGES) {
      log.warn({ pages }, 'GitHub has sent more than is looked through at once; the oldest may stay missed');
      break;
    }
  }
  return { missed: [...missed.values()].reverse(), more: false };
}

async function fetchAll(
  { client, deliveries, queue, log }: MissedDeliveriesParts,
  missed: readonly HookDelivery[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const { id } of missed) {
    signal?.throwIfAborted();
    const { guid, event, payload } = await readHookDelivery(client(), id);
    const body = Buffer.from(JSON.stringify(payload));
    if ((await deliveries.insert({ guid, event, body })) === 'duplicate') continue;
    await queue.sendMany('deliveries', [deliveryJob(guid)]);
    log.debug({ correlationId: guid, event }, 'missed delivery fetched');
  }
}
