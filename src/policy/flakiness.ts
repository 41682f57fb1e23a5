/** What is known of one test, or of a job as a whole. */
export interface FlakinessInput {
  /** When it had two outcomes on one commit; one for each commit. */
  flakes: readonly Date[];
  /** Its job's outcomes on any commit, newest first. */
  outcomes: readonly { green: boolean; headSha: string; at: Date }[];
  now: Date;
}

export interface Flakiness {
  /** `suspected` until enough is known; `settled` when it has behaved since. */
  state: 'suspected' | 'flaky' | 'settled';
  /** 0 to 1; the first flake alone gives 0. */
  score: number;
}

const DAY_MS = 24 * 3_600_000;
/** A flake counts half after so many days. */
const HALF_LIFE_DAYS = 14;
/** Older ones do not count at all. */
export const WINDOW_DAYS = 60;
/** Red on so many commits in a row, and green on none of them: that is broken, not flaky. */
const BROKEN_AFTER = 3;
/** Green on so many commits since its last flake: it has behaved. */
export const SETTLED_AFTER = 20;
/** Two flakes on two commits within about four weeks. */
const FLAKY_FROM = 0.1;

/**
 * Says whether something is flaky. A false "flaky" costs most, for a real failure would be excused by it: one flake is
 * never enough, old ones fade, and what is red again and again is broken. Pure.
 */
export function assessFlakiness({ flakes, outcomes, now }: FlakinessInput): Flakiness {
  const weight = flakes.reduce((sum, at) => sum + weightOf(at, now), 0);
  const score = Math.max(0, (weight - 1) / (weight + 1));
  const last = Math.max(0, ...flakes.map((at) => at.getTime()));
  if (behaved(outcomes, last)) return { state: 'settled', score };
  const flaky = flakes.length >= 2 && score >= FLAKY_FROM && !isBroken(outcomes);
  return { state: flaky ? 'flaky' : 'suspected', score };
}

function weightOf(at: Date, now: Date): number {
  const days = Math.max(0, (now.getTime() - at.getTime()) / DAY_MS);
  return days > WINDOW_DAYS ? 0 : 0.5 ** (days / HALF_LIFE_DAYS);
}

function behaved(outcomes: FlakinessInput['outcomes'], since: number): boolean {
  const later = outcomes.filter((one) => one.at.getTime() > since);
  return later.every((one) => one.green) && new Set(later.map((one) => one.headSha)).size >= SETTLED_AFTER;
}

function isBroken(outcomes: FlakinessInput['outcomes']): boolean {
  const commits = [...new Set(outcomes.map((one) => one.headSha))].slice(0, BROKEN_AFTER);
  const newest = outcomes.filter((one) => commits.includes(one.headSha));
  return commits.length === BROKEN_AFTER && newest.every((one) => !one.green);
}
