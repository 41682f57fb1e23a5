import type { IncomingWebhookHTTPError } from '@slack/webhook';
import type { Line, Message, Part, Section, Tone } from '../message/message.ts';
import { plainText } from '../message/message.ts';
import type { SafeFetch } from '../outgoing/safe-fetch.ts';
import { ChannelError, type Delivered, type Delivery, oneLine, retryAfterOf, shownAnswer, unreachable } from './channel.ts';

/** https://docs.slack.dev/reference/block-kit/blocks: 50 blocks a message, 150 characters a header, 3,000 a section. */
const MOST_BLOCKS = 50;
const LONGEST_HEADER = 150;
const LONGEST_SECTION = 3_000;
/** https://docs.slack.dev/reference/methods/chat.postMessage recommends at most 4,000 characters of `text`. */
const LONGEST_TEXT = 4_000;
const LONGEST_WORDS = 300;
const LONGEST_QUOTE = 600;

const SIGN: Record<Tone, string> = { red: '🔴', green: '🟢', attention: '🟠', neutral: '🔵' };

export interface SlackBlock {
  type: 'header' | 'section';
  text: { type: 'plain_text' | 'mrkdwn'; text: string; emoji?: boolean; verbatim?: boolean };
}

/** The message in Block Kit. Nothing from outside can mention anybody, be a link or break out of its place. */
export function slackMessage(message: Message): { text: string; blocks: SlackBlock[] } {
  const head: SlackBlock = {
    type: 'header',
    text: { type: 'plain_text', text: cut(`${SIGN[message.tone]} ${oneLine(message.title)}`, LONGEST_HEADER), emoji: true },
  };
  const sections = message.sections.slice(0, MOST_BLOCKS - 1).map(sectionBlock);
  return { text: cutEscaped(escaped(plainText(message)), LONGEST_TEXT), blocks: [head, ...sections] };
}

/** Whole lines as far as they fit: one that is cut could leave code open, or half an escape. */
function sectionBlock({ lines, quote }: Section): SlackBlock {
  const quoted = quote === null ? [] : [`\`\`\`${inCode(cut(quote.trim(), LONGEST_QUOTE))}\`\`\``];
  const shown: string[] = [];
  let length = 0;
  for (const line of [...lines.map(mrkdwnLine), ...quoted]) {
    length += line.length + 1;
    if (length > LONGEST_SECTION) break;
    shown.push(line);
  }
  return { type: 'section', text: { type: 'mrkdwn', text: shown.join('\n') || '…', verbatim: true } };
}

function mrkdwnLine(line: Line): string {
  return line.map(mrkdwnPart).join('');
}

function mrkdwnPart(part: Part): string {
  if (typeof part === 'string') return escaped(part);
  if ('outside' in part) return `\`${inCode(cut(oneLine(part.outside), LONGEST_WORDS)) || ' '}\``;
  // A bar or an angle would end the address.
  return `<${escaped(encodeURI(part.link)).replaceAll('|', '%7C')}|${escaped(part.text).replaceAll('|', '¦')}>`;
}

/** In code nothing is read as markup but its end and the three that are always escaped. */
function inCode(text: string): string {
  return escaped(text.replaceAll('`', 'ˋ'));
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping: these three and no others. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').toWellFormed();
}

function cut(text: string, limit: number): string {
  return (text.length <= limit ? text : `${text.slice(0, limit - 1)}…`).toWellFormed();
}

/** No half of an escape at the end. */
function cutEscaped(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/&[a-z]{0,3}$/, '')}…`.toWellFormed();
}

/** Sends by Slack's incoming webhook. @throws ChannelError */
export async function sendToSlack(safe: SafeFetch, url: string, { message, now }: Delivery): Promise<Delivered> {
  // 30 MB that only those pay who write to Slack.
  const { IncomingWebhook, IncomingWebhookHTTPError } = await import('@slack/webhook');
  let retryAfter: string | null = null;
  const webhook = new IncomingWebhook(url, {
    fetch: async (input, init) => {
      const answer = await safe.fetch(input, init);
      retryAfter = answer.headers.get('retry-after');
      return answer;
    },
  });
  try {
    await webhook.send(slackMessage(message));
    return { url: null };
  } catch (error) {
    if (!(error instanceof IncomingWebhookHTTPError)) throw unreachable(error);
    throw toChannelError(error, retryAfterOf(retryAfter, now));
  }
}

/**
 * What Slack says in the body of an error, and what that means.
 * @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
 */
const BLAMES_CHANNEL = new Set([
  'action_prohibited',
  'channel_is_archived',
  'channel_not_found',
  'no_active_hooks',
  'no_service',
  'no_service_id',
  'no_team',
  'team_disabled',
  'invalid_token',
  'posting_to_general_channel_denied',
  'user_not_found',
]);

function toChannelError(error: IncomingWebhookHTTPError, retryAfterSeconds: number | null): ChannelError {
  const { statusCode: status } = error;
  const said = shownAnswer(error.body ?? '');
  const word = /^[a-z_]{1,60}$/.test(said) ? said : '';
  const message = `Slack answered ${status}${word ? ` ${word}` : ''}.`;
  const code = word ? `SLACK_${word.toUpperCase()}` : `SLACK_HTTP_${status}`;
  // https://docs.slack.dev/apis/web-api/rate-limits: one message a second and channel, 429 with Retry-After.
  if (status === 429) return new ChannelError('SLACK_RATE_LIMITED', message, 'again', { retryAfterSeconds });
  if (status >= 500) return new ChannelError(code, message, 'again', { retryAfterSeconds });
  if (BLAMES_CHANNEL.has(word) || [401, 403, 404, 410].includes(status)) return new ChannelError(code, message, 'channel');
  // 301, 302: the address is not Slack's; it can't be asked to send its secret elsewhere.
  return new ChannelError(code, message, status < 400 ? 'channel' : 'message');
}
