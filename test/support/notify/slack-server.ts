import type { ServerResponse } from 'node:http';
import { type LocalServer, type SeenRequest, startServer } from '../agents/server.ts';

/**
 * How Slack fails: status and body, as its documentation has them.
 * @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
 * @see https://docs.slack.dev/apis/web-api/rate-limits
 */
export const SLACK_FAULTS = {
  invalid_payload: { status: 400, body: 'invalid_payload' },
  no_text: { status: 400, body: 'no_text' },
  action_prohibited: { status: 403, body: 'action_prohibited' },
  posting_to_general_channel_denied: { status: 403, body: 'posting_to_general_channel_denied' },
  channel_not_found: { status: 404, body: 'channel_not_found' },
  no_service: { status: 404, body: 'no_service' },
  channel_is_archived: { status: 410, body: 'channel_is_archived' },
  rate_limited: { status: 429, body: 'rate_limited', headers: { 'retry-after': '30' } },
  rollup_error: { status: 500, body: 'rollup_error' },
} as const;
export type SlackFault = keyof typeof SLACK_FAULTS;

export interface SlackMessage {
  text: string;
  blocks: { type: string; text: { type: string; text: string } }[];
}

export interface SlackServer extends Omit<LocalServer, 'seen'> {
  /** The address of the incoming webhook; its last part is a secret. */
  hook: string;
  /** Messages that were taken. */
  messages: SlackMessage[];
  /** All that was asked. */
  seen: SeenRequest[];
  /** The next answers fail so, in this order. */
  failWith(...faults: SlackFault[]): void;
  /** Resolves once so many messages were taken. */
  took(count: number): Promise<void>;
}

export const SLACK_PATH = '/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX';

/** A Slack that takes Block Kit by an incoming webhook, and refuses what Slack refuses. */
export async function startSlack(): Promise<SlackServer> {
  const messages: SlackMessage[] = [];
  const planned: SlackFault[] = [];
  const waiting: { count: number; resolve(): void }[] = [];
  const server = await startServer(({ method, path, headers, body }, response) => {
    if (method !== 'POST' || path !== SLACK_PATH) return answer(response, SLACK_FAULTS.no_service);
    const fault = planned.shift();
    if (fault) return answer(response, SLACK_FAULTS[fault]);
    if (!headers['content-type']?.startsWith('application/json')) return answer(response, SLACK_FAULTS.invalid_payload);
    const refusal = refusalOf(body as SlackMessage);
    if (refusal) return answer(response, { status: 400, body: refusal });
    messages.push(body as SlackMessage);
    response.writeHead(200, { 'content-type': 'text/html' }).end('ok');
    for (const one of waiting) if (messages.length >= one.count) one.resolve();
  });
  return {
    ...server,
    hook: `${server.url}${SLACK_PATH}`,
    messages,
    failWith: (...faults) => void planned.push(...faults),
    took: (count) => (messages.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve }))),
  };
}

/** https://docs.slack.dev/reference/block-kit/blocks: header 150, section 3,000 characters, 50 blocks. */
function refusalOf({ text, blocks }: SlackMessage): string | null {
  if (!text && !blocks) return 'no_text';
  if (blocks.length > 50) return 'invalid_blocks';
  const limits: Record<string, number> = { header: 150, section: 3_000 };
  const isFine = blocks.every(
    (block) => block.text.text.length > 0 && block.text.text.length <= (limits[block.type] ?? Number.NaN) && isWellFormed(block),
  );
  return isFine ? null : 'invalid_blocks';
}

/** A header is plain text only. */
function isWellFormed(block: SlackMessage['blocks'][number]): boolean {
  return block.type !== 'header' || block.text.type === 'plain_text';
}

function answer(response: ServerResponse, fault: { status: number; body: string; headers?: Record<string, string> }): void {
  response.writeHead(fault.status, { 'content-type': 'text/html', ...fault.headers }).end(fault.body);
}
