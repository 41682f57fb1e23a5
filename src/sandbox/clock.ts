/** Where the sandbox reads the time: tokens, log addresses, re-run windows and rate limits end by it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** GitHub's times: ISO 8601 in UTC, whole seconds. */
export function iso(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

export function isoOrNull(date: Date | null): string | null {
  return date ? iso(date) : null;
}
