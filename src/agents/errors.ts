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

  constructor(
    kind: AgentFailureKind,
    message: string,
    options: { usage?: TokenUsage; isFree?: boolean; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    const { usage = NO_USAGE, isFree = false, ...rest } = options;
    super(message, { code: `AGENT_${kind.toUpperCase().replaceAll('-', '_')}`, type: 'unavailable', status: 503, ...rest });
    this.kind = kind;
    this.usage = usage;
    this.isFree = isFree;
  }
}

/** A back end refused a question by its HTTP status: nothing was asked. */
export function refusalOf(status: number): AgentError {
  return new AgentError(failureOfStatus(status), `The back end answered with status ${status}.`, {
    isFree: true,
    details: { status },
  });
}

function failureOfStatus(status: number): AgentFailureKind {
  if (status === 429) return 'rate-limited';
  if (status === 408) return 'timeout';
  return status >= 500 ? 'unavailable' : 'misconfigured';
}
