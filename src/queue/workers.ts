import type { Probot } from 'probot';
import type { DeliveryStore, ReceivedDelivery } from '../store/deliveries/deliveries.ts';
import { deliver, sweepDeliveries } from './deliver.ts';
import { deliverTogether } from './deliver-together.ts';
import type { Queue } from './queue.ts';
import type { JobData } from './queues.ts';
import type { JobContext } from './run-job.ts';

/** What each queue's jobs do; the use cases are handed in, for the queue knows none of them. */
export interface Work {
  /** Writes what events tell that only the books hear. @returns the GUIDs of those that are written */
  record(deliveries: readonly ReceivedDelivery[]): Promise<readonly string[]>;
  analysis(job: JobData['analysis'], context: JobContext): Promise<void>;
  remedies(job: JobData['remedies'], context: JobContext): Promise<void>;
  agents(job: JobData['agents'], context: JobContext): Promise<void>;
  verification(job: JobData['verification'], context: JobContext): Promise<void>;
  notifications(job: JobData['notifications'], context: JobContext): Promise<void>;
  sweepFixes(): Promise<void>;
  /** @returns how many runs were summed up anew */
  refreshFigures(signal: AbortSignal): Promise<number>;
  /** Fetches what GitHub has sent and nobody here has seen. @returns how many deliveries */
  fetchMissed(signal: AbortSignal): Promise<number>;
  /** Reads runs of the past for a while. */
  backfill(signal: AbortSignal): Promise<void>;
  /** @returns how many rows of each kind were too old */
  forget(signal: AbortSignal): Promise<Record<string, number>>;
}

export interface WorkerParts {
  queue: Queue;
  deliveries: DeliveryStore;
  probot: Pick<Probot, 'receive'>;
  work: Work;
  now(): Date;
}

const EVERY_MINUTE = '* * * * *';
const EVERY_TEN_MINUTES = '*/10 * * * *';
const EVERY_HOUR = '17 * * * *';

/** Starts this process's workers on every queue, and the clock behind the housekeeping. */
export async function startWorkers({ queue, deliveries, probot, work, now }: WorkerParts): Promise<void> {
  await queue.work('deliveries', (job, context) =>
    job.guids === undefined
      ? deliver({ deliveries, probot }, job, context)
      : deliverTogether({ deliveries, queue, write: work.record }, job.guids, context),
  );
  await queue.work('analysis', work.analysis);
  await queue.work('remedies', work.remedies);
  await queue.work('agents', work.agents);
  await queue.work('verification', work.verification);
  await queue.work('notifications', work.notifications);
  await queue.work('maintenance', async ({ task }, { log, signal }) => {
    if (task === 'sweep-fixes') return work.sweepFixes();
    if (task === 'backfill') return work.backfill(signal);
    if (task === 'fetch-missed') {
      const fetched = await work.fetchMissed(signal);
      return fetched > 0 ? log.info({ deliveries: fetched }, 'deliveries that were missed fetched from GitHub') : undefined;
    }
    if (task === 'forget') return log.info(await work.forget(signal), 'old rows forgotten');
    if (task === 'refresh-figures') return log.debug({ runs: await work.refreshFigures(signal) }, 'figures refreshed');
    const found = await sweepDeliveries(deliveries, queue, now());
    if (found > 0) log.info({ deliveries: found }, 'lost deliveries given to the queue again');
  });
  await queue.schedule('maintenance', 'sweep-deliveries', EVERY_MINUTE, { task: 'sweep-deliveries' });
  await queue.schedule('maintenance', 'sweep-fixes', EVERY_MINUTE, { task: 'sweep-fixes' });
  await queue.schedule('maintenance', 'refresh-figures', EVERY_MINUTE, { task: 'refresh-figures' });
  await queue.schedule('maintenance', 'backfill', EVERY_MINUTE, { task: 'backfill' });
  await queue.schedule('maintenance', 'fetch-missed', EVERY_TEN_MINUTES, { task: 'fetch-missed' });
  await queue.schedule('maintenance', 'forget', EVERY_HOUR, { task: 'forget' });
  // What was stored before the last stop and never queued must not wait for the clock.
  await queue.send('maintenance', { data: { task: 'sweep-deliveries' }, key: 'sweep-deliveries', correlationId: 'start' });
  await requestMissed(queue);
}

/** Events may have been lost: GitHub is asked. */
export async function requestMissed(queue: Pick<Queue, 'send'>): Promise<void> {
  await queue.send('maintenance', { data: { task: 'fetch-missed' }, key: 'fetch-missed' });
}
