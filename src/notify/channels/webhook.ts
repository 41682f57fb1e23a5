import { plainText } from '../message/message.ts';
import type { Story } from '../message/story.ts';
import type { Answer, SafeFetch } from '../outgoing/safe-fetch.ts';
import { signatureHeaders } from '../standard-webhooks.ts';
import { ChannelError, type Delivered, type Delivery, retryAfterOf, unreachable } from './channel.ts';

/** Where a webhook goes, and the secret that signs it. */
export interface WebhookSecret {
  url: string;
  signingSecret: string;
}

/** More are told by their number. */
const MOST_CHANGES = 100;

/** The body: `type`, `timestamp` and `data`, as Standard Webhooks recommends. Documented in docs/notifications.md. */
export function webhookBody({ id, message, stories, purpose, now }: Omit<Delivery, 'signal'>): string {
  return JSON.stringify({
    type: typeOf(purpose, stories),
    timestamp: now.toISOString(),
    data: {
      id,
      title: message.title,
      text: plainText(message),
      tone: message.tone,
      changes: stories.slice(-MOST_CHANGES).map(changeOf),
      earlierChanges: Math.max(0, stories.length - MOST_CHANGES),
    },
  });
}

/** `branch.went-red` when all tell the same, else `changes`. */
function typeOf(purpose: string, stories: readonly Story[]): string {
  if (purpose !== 'notices' && purpose !== 'summary') return `regreen.${purpose}`;
  const kinds = new Set(stories.map((story) => story.kind));
  const [only] = kinds;
  return only !== undefined && kinds.size === 1 ? `regreen.${only}` : 'regreen.changes';
}

function changeOf({ kind, at, repository, reason, channel, incident, fix, approval }: Story) {
  return {
    kind,
    at: at.toISOString(),
    repository,
    reason,
    channel,
    incident: incident && {
      id: incident.id,
      branch: incident.branch,
      pullRequest: incident.pullRequestNumber,
      workflow: incident.workflowPath,
      cause: incident.cause,
      status: incident.status,
      failures: incident.failures,
      openedAt: incident.openedAt.toISOString(),
      closedAt: incident.closedAt?.toISOString() ?? null,
      closedReason: incident.closedReason,
      failure: incident.failure,
    },
    fix: fix && { id: fix.id, outcome: fix.outcome, reason: fix.reason, pullRequest: fix.pullRequestNumber, fixers: fix.fixers },
    approval,
  };
}

/** Posts a signed message. Every attempt has the same `webhook-id`, by which a receiver knows it. @throws ChannelError */
export async function sendToWebhook(
  safe: SafeFetch,
  { url, signingSecret }: WebhookSecret,
  delivery: Delivery,
): Promise<Delivered> {
  const body = webhookBody(delivery);
  const id = `msg_${delivery.id.replaceAll('-', '')}`;
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Regreen-Notifications',
    ...signatureHeaders({ id, at: delivery.now, body }, signingSecret),
  };
  const answer = await safe.send(url, { method: 'POST', headers, body, signal: delivery.signal }).catch((error: unknown) => {
    throw unreachable(error);
  });
  if (answer.status >= 200 && answer.status < 300) return { url: null };
  throw refusal(answer, delivery.now);
}

/**
 * Anything but 2xx is a failure that is tried again; 410 asks to be left alone.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#deliverability-and-reliability
 */
function refusal({ status, headers }: Answer, now: Date): ChannelError {
  const retryAfterSeconds = retryAfterOf(headers.get('retry-after'), now);
  if (status === 410) return new ChannelError('WEBHOOK_GONE', 'The receiver answered 410 Gone.', 'channel');
  if (status >= 300 && status < 400)
    return new ChannelError('WEBHOOK_REDIRECTED', `The receiver answered ${status}; redirects are not followed.`, 'again');
  return new ChannelError(`WEBHOOK_HTTP_${status}`, `The receiver answered ${status}.`, 'again', { retryAfterSeconds });
}
