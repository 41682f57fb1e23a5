import { RegreenError } from '../errors.ts';
import { redactSecrets } from '../secrets.ts';
import type { Attributes } from './tracing.ts';

/** Codes are words; anything else is somebody's text. */
const CODE = /^[A-Za-z0-9_.-]{1,64}$/;
const MOST_CAUSES = 5;
const LONGEST_MESSAGE = 256;

/** Why it failed, in few words for all errors there are: a code of ours or of the system, an HTTP status, or the class. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '_OTHER';
  const { code, status, name } = error as Error & { code?: unknown; status?: unknown };
  if (typeof code === 'string' && CODE.test(code)) return code;
  if (typeof status === 'number') return String(status);
  return CODE.test(name) ? name : '_OTHER';
}

/**
 * The attributes of the event that tells of an error; null where a span has told of it, or of one of its causes, before. Messages
 * are ours only: those of others quote bodies of answers and lines of logs.
 * @param told those that were told; this one is added
 */
export function exceptionOf(error: unknown, told: WeakSet<Error>): Attributes | null {
  if (!(error instanceof Error)) return { 'exception.type': '_OTHER' };
  const chain = causesOf(error);
  const known = chain.some((one) => told.has(one));
  for (const one of chain) told.add(one);
  if (known) return null;
  return {
    'exception.type': CODE.test(error.name) ? error.name : '_OTHER',
    ...(error instanceof RegreenError ? { 'exception.message': redactSecrets(error.message).slice(0, LONGEST_MESSAGE) } : {}),
  };
}

/** A chain of causes may lead back to itself. */
function causesOf(error: Error): Error[] {
  const chain: Error[] = [];
  for (let one: unknown = error; one instanceof Error && chain.length < MOST_CAUSES; one = one.cause) chain.push(one);
  return chain;
}
