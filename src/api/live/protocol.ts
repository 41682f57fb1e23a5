import { z } from 'zod';
import { LIVE_KINDS, type LiveEvent, type LivePosition } from '../../store/live/live-events.ts';
import { fullName } from '../schemas/common.ts';

/** docs/live.md describes these for people. */

/** Nothing that a client may say is longer. */
export const LONGEST_MESSAGE_BYTES = 16 * 1024;

/** Why a socket is closed; 4000 to 4999 are an application's own. */
export const CLOSE = { goingAway: 1001, refused: 4401, tooSlow: 4408, tooMuch: 4429, malformed: 4400 } as const;

const position = z
  .string()
  .regex(/^\d{1,19}\.\d{1,15}$/, { error: 'the position of an event' })
  .transform(readPosition);

const message = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('subscribe'),
    kinds: z.array(z.enum(LIVE_KINDS)).min(1).max(LIVE_KINDS.length).optional(),
    repositories: z.array(fullName).min(1).max(100).optional(),
    since: position.optional(),
  }),
  z.strictObject({ type: z.literal('unsubscribe') }),
  z.strictObject({ type: z.literal('ping') }),
]);

export type ClientMessage = z.output<typeof message>;

/** Null for what is none of the messages. */
export function readMessage(text: string): ClientMessage | null {
  try {
    return message.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

export function showPosition({ transaction, id }: LivePosition): string {
  return `${transaction}.${id}`;
}

function readPosition(text: string): LivePosition {
  const [transaction = '0', id = '0'] = text.split('.');
  return { transaction: BigInt(transaction), id: Number(id) };
}

export function isAfter(one: LivePosition, other: LivePosition): boolean {
  return one.transaction > other.transaction || (one.transaction === other.transaction && one.id > other.id);
}

/** An event as a client reads it. */
export function showEvent({ position: place, kind, repository, at, data }: LiveEvent) {
  return { position: showPosition(place), kind, repository, at: at.toISOString(), data };
}
