import { RateLimitError, UnavailableError } from '../errors.ts';
import type { JobData } from '../queue/queues.ts';
import type { JobContext } from '../queue/run-job.ts';
import { type Channel, findChannel, noteFailed, noteSent } from '../store/notifications/channels.ts';
import {
  claimNotification,
  endNotification,
  type Notification,
  postponeNotification,
  returnNotification,
} from '../store/notifications/outbox.ts';
import { storiesOf } from '../store/notifications/stories.ts';
import { ChannelError, type Delivered, unreachable } from './channels/channel.ts';
import { sendTo } from './channels/send.ts';
import { digestMessage } from './digest.ts';
import { type Message, messageOf, summaryOf } from './message/message.ts';
import type { Story } from './message/story.ts';
import { SealingError } from './sealing.ts';
import type { NotifyServices } from './services.ts';

/** A channel that fails so often in a row is paused. */
export const MOST_FAILURES_IN_A_ROW = 5;
/** An earlier message of the same group is on its way. */
const BEHIND_ANOTHER_MS = 5_000;

/**
 * Sends one message. Whatever its end is, it stands in the history. A worker that is killed between the answer of the other
 * side and the books sends again; receivers of webhooks know it by its id, and tickets are found again.
 */
export async function deliverNotification(
  services: NotifyServices,
  job: JobData['notifications'],
  context: JobContext,
): Promise<void> {
  const { database, now } = services;
  // 1 Of all jobs one gets it, and what was told before goes first
  const claimed = await claimNotification(database, job.notificationId, context.again);
  if (claimed === null) return;
  if (claimed === 'wait') {
    return postponeNotification(database, job.notificationId, new Date(now().getTime() + BEHIND_ANOTHER_MS));
  }
  // 2 Where it goes
  const channel = claimed.channelId === null ? null : await findChannel(database, claimed.channelId);
  if (!channel) return drop(services, claimed, 'Its channel was removed.');
  if (!channel.enabled) return drop(services, claimed, 'Its channel was switched off.', channel);
  if (channel.pausedAt !== null) return hold(services, claimed, channel, channel.pausedReason ?? 'The channel is paused.');
  // 3 What the books say by now, and off it goes
  const stories = await storiesOf(database, claimed.id);
  const message = await compose(services, claimed, stories);
  try {
    const { id, purpose, repositoryId } = claimed;
    const delivery = { id, now: now(), message, stories, purpose, repositoryId, signal: context.signal };
    await sent(services, { notification: claimed, channel, message }, await sendTo(services, channel, delivery));
  } catch (error) {
    await failed(services, { notification: claimed, channel, message }, toChannelError(error), context);
  }
}

async function compose(
  services: NotifyServices,
  { purpose, content }: Notification,
  stories: readonly Story[],
): Promise<Message> {
  if (purpose === 'summary') return summaryOf(stories, content?.text ?? 'this waited');
  if (purpose === 'digest' && content?.digest) return digestMessage(services.analytics, content.digest);
  if (purpose === 'test') return TEST_MESSAGE;
  if (purpose === 'manual') return manualMessage(content?.text ?? '');
  return messageOf(stories);
}

export const TEST_MESSAGE: Message = {
  title: 'A test message from Regreen',
  tone: 'neutral',
  sections: [{ lines: [['If you can read this, the channel works.']], quote: null }],
};

/** What a person wrote; its first line is the title. */
function manualMessage(text: string): Message {
  const [title = '', ...rest] = text.trim().split('\n');
  const lines = rest.join('\n').trim();
  return { title, tone: 'neutral', sections: lines === '' ? [] : [{ lines: [], quote: lines }] };
}

interface Attempt {
  notification: Notification;
  channel: Channel;
  message: Message;
}

async function sent(services: NotifyServices, { notification, channel, message }: Attempt, { url }: Delivered): Promise<void> {
  const at = services.now();
  await endNotification(services.database, notification.id, {
    status: 'sent',
    title: message.title,
    reason: null,
    errorCode: null,
    url,
    at,
  });
  await noteSent(services.database, channel.id, at);
  services.observe.notificationEnded(channel.kind, 'sent');
}

/** Writes down why, pauses the channel where it is to blame, and leaves the next attempt to the queue. */
async function failed(services: NotifyServices, attempt: Attempt, error: ChannelError, context: JobContext): Promise<void> {
  const { notification, channel, message } = attempt;
  const { database, log } = services;
  const at = services.now();
  const why = { reason: error.message, errorCode: error.code, title: message.title };
  const fields = { notification: notification.id, channel: channel.name, code: error.code, reason: error.message };
  // A limit says nothing against the channel.
  const pauses = error.blames === 'channel';
  const counts = error.blames !== 'message' && error.retryAfterSeconds === null;
  const paused =
    counts && (await noteFailed(database, channel, { reason: error.message, pauses, mostInARow: MOST_FAILURES_IN_A_ROW, at }));
  if (paused) {
    services.observe.channelPaused(channel.kind);
    log.error(fields, 'notification channel paused');
  }
  if (paused || pauses) {
    await returnNotification(database, notification.id, { ...why, heldFor: 'paused' });
    return services.observe.notificationEnded(channel.kind, 'held');
  }
  if (error.blames === 'message' || context.lastAttempt) {
    await endNotification(database, notification.id, { status: 'failed', ...why, url: null, at });
    services.observe.notificationEnded(channel.kind, 'failed');
    return log.error(fields, 'notification failed for good');
  }
  await returnNotification(database, notification.id, { ...why, heldFor: null });
  services.observe.notificationEnded(channel.kind, 'retried');
  // The queue waits by its plan, or as long as the other side wants.
  if (error.retryAfterSeconds !== null)
    throw new RateLimitError(error.code, error.message, error.retryAfterSeconds, { details: { channel: channel.name } });
  throw new UnavailableError(error.code, error.message, { details: { channel: channel.name } });
}

async function hold(services: NotifyServices, notification: Notification, channel: Channel, reason: string): Promise<void> {
  const why = { reason, errorCode: 'CHANNEL_PAUSED', heldFor: 'paused' as const, title: null };
  await returnNotification(services.database, notification.id, why);
  services.observe.notificationEnded(channel.kind, 'held');
}

async function drop(services: NotifyServices, notification: Notification, reason: string, channel?: Channel): Promise<void> {
  await endNotification(services.database, notification.id, {
    status: 'dropped',
    title: null,
    reason,
    errorCode: null,
    url: null,
    at: services.now(),
  });
  if (channel) services.observe.notificationEnded(channel.kind, 'dropped');
}

/** A secret that can't be opened is the channel's fault; what nobody foresaw may be over the next time. */
export function toChannelError(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  if (error instanceof SealingError) return new ChannelError(error.code, error.message, 'channel', { cause: error });
  return unreachable(error);
}
