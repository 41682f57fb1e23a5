import type { AgentFailureKind } from './errors.ts';

/** So many failures of a back end in a row, and it is left alone for a while. */
const FAILURES_IN_A_ROW = 3;
const REST_MS = 5 * 60_000;

const FAILURES: ReadonlySet<string> = new Set<AgentFailureKind>(['unavailable', 'rate-limited', 'timeout', 'misconfigured']);

/** How many of the newest ends are needed to judge. */
export const ENDS_LOOKED_AT = FAILURES_IN_A_ROW;

/**
 * Whether a back end is left alone, by how the newest questions to it ended (newest first, from the books, so that it
 * holds over restarts and processes). After the rest one question tells whether it is back. Pure.
 * @returns until when, or `null`
 */
export function restsUntil(ends: readonly { outcome: string; endedAt: Date }[], now: Date): Date | null {
  const newest = ends.slice(0, FAILURES_IN_A_ROW);
  if (newest.length < FAILURES_IN_A_ROW || newest.some(({ outcome }) => !FAILURES.has(outcome))) return null;
  const until = new Date((newest[0]?.endedAt.getTime() ?? 0) + REST_MS);
  return until > now ? until : null;
}
