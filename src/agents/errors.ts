import { RegreenError } from '../errors.ts';
import type { TokenUsage } from './types.ts';

/**
 * How an agent failed to answer. `unavailable`, `rate-limited` and `timeout` may pass; `misconfigured` needs a person;
 * `malformed` and `too-large` are answers, and are paid for.
 */
export const AGENT_FAILURES = ['unavailable', 'rate-limited', 'timeout', 'misconfigured', 'malformed', 'too-large'] as const;
export type AgentFailureKind = (typeof AGENT_FAILURES)[number];

const NO_USAGE: TokenUsage = { inputTokens: null, outputTokens: null };

/** An agent gave no answer that can be used. Its message never holds what the agent or its server said. */
export class AgentError extends RegreenError {
  readonly kind: AgentFailureKind;
  readonly usage: TokenUsage;
  /** The question was never taken, so nobody wants to be paid for it. */
  readonly isFree: boolean;
  /** When the back end wants to be asked again, in seconds from its answer; `null` where it does not say. */
  readonly retryAfterSeconds: number | null;

  constructor(
    kind: AgentFailureKind,
    message: string,
    options: {
      usage?: TokenUsage;
      isFree?: boolean;
      retryAfterSeconds?: number | null;
      details?: Record<string, unknown>;
      cause?: unknown;
    } = {},
  ) {
    const { usage = NO_USAGE, isFree = false, retryAfterSeconds = null, ...rest } = options;
    super(message, { code: `AGENT_${kind.toUpperCase().replaceAll('-', '_')}`, type: 'unavailable', status: 503, ...rest });
    this.kind = kind;
    this.usage = usage;
    this.isFree = isFree;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The same failure of a question that was taken before: its answer is lost, and may have to be paid for all the same. */
export function afterTaken(error: unknown): unknown {
  if (!(error instanceof AgentError) || !error.isFree) return error;
  const { kind, message, usage, retryAfterSeconds, cause } = error;
  return new AgentError(kind, message, { usage, retryAfterSeconds, cause });
}

/**
 * A back end refused a question by its HTTP status: nothing was asked.
 * @param retryAfter its header of that name
 */
export function refusalOf(status: number, retryAfter: string | null = null): AgentError {
  return new AgentError(failureOfStatus(status), `The back end answered with status ${status}.`, {
    isFree: true,
    retryAfterSeconds: readRetryAfter(retryAfter, new Date()),
    details: { status },
  });
}

/**
 * Reads a `Retry-After` header: seconds, or a date.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 * @returns whole seconds from now, at least 1; `null` for what is neither
 */
export function readRetryAfter(header: string | null, now: Date): number | null {
  const text = header?.trim().slice(0, LONGEST_DATE) ?? '';
  if (/^\d{1,9}$/.test(text)) return Math.max(1, Number(text));
  const at = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(1, Math.ceil((at - now.getTime()) / 1_000));
}

const LONGEST_DATE = 40;

function failureOfStatus(status: number): AgentFailureKind {
  if (status === 429) return 'rate-limited';
  if (status === 408) return 'timeout';
  return status >= 500 ? 'unavailable' : 'misconfigured';
}
