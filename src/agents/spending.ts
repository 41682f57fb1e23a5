import type { AgentEnvironment, Ceiling } from '../config/agent-variables.ts';
import type { Question, TokenUsage } from './types.ts';

/** What a question took or may take: tokens, millionths of a dollar, milliseconds. */
export type Spending = Ceiling;

type Prices = AgentEnvironment['prices'];

/** No tokeniser makes more than one token of two bytes of code or prose on average; more is settled as it was. */
const LEAST_BYTES_PER_TOKEN = 2;
/** What models of today make of code, about. */
const USUAL_BYTES_PER_TOKEN = 4;

/** Tighter ceilings of a repository; `null` leaves one as it is. */
export interface OwnCeiling {
  tokens: number | null;
  usd: number | null;
  minutes: number | null;
}

/** The server's ceilings, where the repository's own are not lower. */
export function tightened(
  ceilings: AgentEnvironment['ceilings'],
  own: { perAttempt: OwnCeiling; perDay: OwnCeiling },
): AgentEnvironment['ceilings'] {
  return {
    attempt: lower(ceilings.attempt, own.perAttempt),
    repository: lower(ceilings.repository, own.perDay),
    server: ceilings.server,
  };
}

function lower(ceiling: Ceiling, { tokens, usd, minutes }: OwnCeiling): Ceiling {
  return {
    tokens: Math.min(ceiling.tokens, tokens ?? Number.POSITIVE_INFINITY),
    microDollars: Math.min(ceiling.microDollars, usd === null ? Number.POSITIVE_INFINITY : Math.floor(usd * 1_000_000)),
    milliseconds: Math.min(ceiling.milliseconds, minutes === null ? Number.POSITIVE_INFINITY : Math.floor(minutes * 60_000)),
  };
}

/** The most that a question may take. */
export function mostOf(question: Question, prices: Prices, milliseconds: number): Spending {
  const input = Math.ceil(bytesOf(question) / LEAST_BYTES_PER_TOKEN);
  return {
    tokens: input + question.maxOutputTokens,
    microDollars: costOf(input, question.maxOutputTokens, prices),
    milliseconds,
  };
}

/**
 * What a question took. A back end that does not count tokens is taken at the usual length of a token, and said to be
 * estimated.
 */
export function takenBy(
  facts: { question: Question; answered: string; usage: TokenUsage; milliseconds: number },
  prices: Prices,
): Spending & { estimated: boolean } {
  const { question, answered, usage, milliseconds } = facts;
  const input = usage.inputTokens ?? Math.ceil(bytesOf(question) / USUAL_BYTES_PER_TOKEN);
  const output = usage.outputTokens ?? Math.ceil(Buffer.byteLength(answered) / USUAL_BYTES_PER_TOKEN);
  return {
    tokens: input + output,
    microDollars: costOf(input, output, prices),
    milliseconds,
    estimated: usage.inputTokens === null || usage.outputTokens === null,
  };
}

/** Millionths of a dollar, rounded up: a price in dollars for a million tokens is one in millionths for a token. */
export function costOf(inputTokens: number, outputTokens: number, { input, output, call }: Prices): number {
  // Prices have six decimals at most; the last digits of floating point would round up an exact sum.
  return Math.ceil(Number((inputTokens * input + outputTokens * output).toFixed(6))) + call;
}

/** Which ceiling leaves no room, as a sentence; `null` when all do. */
export function refuseSpending(
  wanted: Spending,
  spent: { repository: Spending; server: Spending },
  ceilings: AgentEnvironment['ceilings'],
): string | null {
  const scopes = [
    { name: 'one attempt', taken: { tokens: 0, microDollars: 0, milliseconds: 0 }, ceiling: ceilings.attempt },
    { name: 'this repository within 24 hours', taken: spent.repository, ceiling: ceilings.repository },
    { name: 'all repositories within 24 hours', taken: spent.server, ceiling: ceilings.server },
  ];
  for (const { name, taken, ceiling } of scopes) {
    if (taken.tokens + wanted.tokens > ceiling.tokens)
      return `The ceiling of ${ceiling.tokens} tokens for ${name} leaves no room.`;
    if (taken.microDollars + wanted.microDollars > ceiling.microDollars)
      return `The ceiling of ${dollarsText(ceiling.microDollars)} for ${name} leaves no room.`;
    if (taken.milliseconds + wanted.milliseconds > ceiling.milliseconds)
      return `The ceiling of ${Math.round(ceiling.milliseconds / 60_000)} minutes for ${name} leaves no room.`;
  }
  return null;
}

/** E.g. `$0.0123`: cents, and as many further decimals as count. */
export function dollarsText(microDollars: number): string {
  const decimals = (microDollars / 1_000_000).toFixed(6).replace(/0{1,4}$/, '');
  return `$${decimals}`;
}

function bytesOf({ instructions, prompt }: Question): number {
  return Buffer.byteLength(instructions) + Buffer.byteLength(prompt);
}
