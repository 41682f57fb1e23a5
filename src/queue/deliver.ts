import type { Probot } from 'probot';
import { RegreenError } from '../errors.ts';
import type { DeliveryStore } from '../store/deliveries/deliveries.ts';
import { currentSpan } from '../telemetry/tracing.ts';
import type { Queue } from './queue.ts';
import { receivedAt } from './receipt.ts';
import { type JobContext, PermanentFailure } from './run-job.ts';

/** The way from a stored delivery to the Probot application. */
export interface DeliveryRoute {
  deliveries: DeliveryStore;
  probot: Pick<Probot, 'receive'>;
}

type ReceiveEvent = Parameters<Probot['receive']>[0];

/** Hands one stored delivery to the application. What fails is tried again; what fails for good can be sent again. */
export async function deliver(
  { deliveries, probot }: DeliveryRoute,
  job: { guid: string; again?: boolean },
  context: JobContext,
): Promise<void> {
  // A dead letter that was sent back: its delivery counts as failed, and nothing else waits for it.
  if (context.lastAttempt) await deliveries.reopen(job.guid);
  const delivery = await deliveries.claim(job.guid, { again: context.again || job.again === true });
  if (!delivery) return;
  currentSpan()?.note({ 'regreen.delivery.event': delivery.event });
  try {
    const payload: unknown = JSON.parse(delivery.body.toString('utf8'));
    const event = { id: delivery.guid, name: delivery.event, payload } as unknown as ReceiveEvent;
    await receivedAt(delivery.receivedAt, () => probot.receive(event));
    await deliveries.finish(delivery.guid);
  } catch (thrown) {
    const error = innermost(thrown);
    if (context.lastAttempt || error instanceof PermanentFailure) {
      await deliveries.fail(delivery.guid, error instanceof RegreenError ? error.code : 'HANDLER_FAILED', messageOf(error));
    }
    throw error;
  }
}

/** Probot gathers what its handlers threw; with one handler an event there is one error in it. */
function innermost(error: unknown): unknown {
  if (!(error instanceof AggregateError)) return error;
  const errors = error.errors as unknown[];
  return errors.find((one) => !(one instanceof PermanentFailure)) ?? errors[0] ?? error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Received and never handed to a worker: the process died between the commit and the queue. Milliseconds. */
const LOST_AFTER_MS = 30_000;
/** Being worked on for longer than all retries take: its job is gone. Milliseconds. */
const STUCK_AFTER_MS = 2 * 3_600_000;
const MOST_AT_ONCE = 1_000;

/** Gives stored deliveries that nobody works on to the queue; those that wait there already stay as they are. @returns how many */
export async function sweepDeliveries(deliveries: DeliveryStore, queue: Pick<Queue, 'sendMany'>, now: Date): Promise<number> {
  const unfinished = await deliveries.unfinished(new Date(now.getTime() - LOST_AFTER_MS), MOST_AT_ONCE);
  const stuckSince = new Date(now.getTime() - STUCK_AFTER_MS);
  const lost = unfinished.filter((one) => one.state === 'received' || one.receivedAt < stuckSince);
  await queue.sendMany(
    'deliveries',
    lost.map(({ guid, state }) => ({ data: { guid, again: state === 'processing' }, key: guid, correlationId: guid })),
  );
  return lost.length;
}
