import type { DeliveryStore, ReceivedDelivery } from '../store/deliveries/deliveries.ts';
import { deliveryJob } from './delivery-job.ts';
import type { Queue } from './queue.ts';
import type { JobContext } from './run-job.ts';

/**
 * Events that only the books hear, and most of all that GitHub sends: many of them are worked in one job and written in a few
 * statements, without the Probot application. All they do is write rows that are the same however often and in whatever order.
 */
export const WORKED_TOGETHER: ReadonlySet<string> = new Set(['workflow_job']);

/** The way of many stored deliveries into the books. */
export interface TogetherRoute {
  deliveries: Pick<DeliveryStore, 'readReceived' | 'finishReceived'>;
  queue: Pick<Queue, 'sendMany'>;
  /** Writes what they tell. @returns the GUIDs of those that are written; others have to go their own way */
  write(deliveries: readonly ReceivedDelivery[]): Promise<readonly string[]>;
}

/**
 * Works stored deliveries in one go. A delivery counts as received until it is written, so that nothing is lost with this process
 * or this job. What can't be worked with the others is given to the queue alone: there it is tried again, fails for good, or goes
 * well, and holds up nobody.
 */
export async function deliverTogether(
  { deliveries, queue, write }: TogetherRoute,
  guids: readonly string[],
  { log, trace }: Pick<JobContext, 'log' | 'trace'>,
): Promise<void> {
  const received = await deliveries.readReceived(guids);
  let written: readonly string[] = [];
  if (received.length > 0) {
    try {
      written = await write(received);
      await deliveries.finishReceived(written);
    } catch (error) {
      log.warn({ err: error, deliveries: received.length }, 'deliveries could not be worked together; each goes its own way');
      written = [];
    }
  }
  const done = new Set(written);
  const alone = guids.map((guid, index) => ({ guid, traceparent: trace?.links?.[index] || undefined }));
  await queue.sendMany(
    'deliveries',
    alone.filter(({ guid }) => !done.has(guid)).map(({ guid, traceparent }) => deliveryJob(guid, traceparent)),
  );
}
