import { timingSafeEqual } from 'node:crypto';

/** Whether two texts are the same, in a time that says only how long they are. For what an outsider guesses at. */
export function isSameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
