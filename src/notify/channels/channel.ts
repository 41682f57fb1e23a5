import { RegreenError } from '../../errors.ts';
import type { Message } from '../message/message.ts';
import type { Story } from '../message/story.ts';

/** Why a message could not be delivered, and what that says of the channel. */
export class ChannelError extends Error {
  /** Stable, for the history and the API: `SLACK_NO_SERVICE`. */
  readonly code: string;
  /**
   * `again`: it may work later. `message`: this message never will. `channel`: nothing will until a person mends the channel,
   * which is paused.
   */
  readonly blames: 'again' | 'message' | 'channel';
  /** Seconds that the other side wants us to wait. */
  readonly retryAfterSeconds: number | null;

  constructor(
    code: string,
    message: string,
    blames: ChannelError['blames'],
    options: { cause?: unknown; retryAfterSeconds?: number | null } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ChannelError';
    this.code = code;
    this.blames = blames;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}

/** What is to be delivered. */
export interface Delivery {
  /** The notification's id: the same at every attempt. */
  id: string;
  /** When this attempt is made. */
  now: Date;
  message: Message;
  stories: readonly Story[];
  repositoryId: number | null;
  /** What it is: of changes, or `test`, `manual`, `digest`. */
  purpose: string;
  signal: AbortSignal;
}

/** What came of it: a page where it can be seen, if there is one. */
export interface Delivered {
  url: string | null;
}

/** `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3); null when there is none that makes sense. */
export function retryAfterOf(header: string | null, now: Date): number | null {
  if (header === null) return null;
  const seconds = /^\d{1,6}$/.test(header.trim()) ? Number(header) : Math.ceil((Date.parse(header) - now.getTime()) / 1000);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

/** What others say is shown to people: one line of at most 200 characters. */
export function shownAnswer(text: string): string {
  return oneLine(text).slice(0, 200).toWellFormed();
}

/** Without line ends, control characters and those that turn the direction of writing. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\s]+/g, ' ').trim();
}

/** No answer came. */
export function unreachable(error: unknown): ChannelError {
  const cause = rootOf(error);
  if (cause instanceof RegreenError) {
    return new ChannelError(cause.code, cause.message, cause.code === 'ADDRESS_NOT_PUBLIC' ? 'channel' : 'again', { cause });
  }
  const code = (cause as { code?: unknown }).code;
  const shown = typeof code === 'string' && /^[A-Z][A-Z_0-9]{1,60}$/.test(code) ? code : 'NO_ANSWER';
  return new ChannelError(shown, `No answer came (${shown}).`, 'again', { cause });
}

/** Libraries and `fetch` wrap what went wrong; their own messages hold the address, which is a secret. */
function rootOf(error: unknown): Error {
  let at = error;
  for (let depth = 0; depth < 6 && at instanceof Error && !(at instanceof RegreenError); depth++) {
    const inner: unknown = (at as { original?: unknown }).original ?? at.cause;
    if (!(inner instanceof Error)) break;
    at = inner;
  }
  return at instanceof Error ? at : new Error('not an error');
}
