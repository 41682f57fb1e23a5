/** Numbers from 0 to 1 (not included) that are the same for the same seed, so that a history can be made again. */
export type Random = () => number;

/** Mulberry32 by Tommy Ettinger: 32 bits of state, enough for rows that only have to be spread well. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function chance(random: Random, part: number): boolean {
  return random() < part;
}

/** A whole number from 0 to `below`, not included. */
export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

export function pick<T>(random: Random, from: readonly T[]): T {
  const found = from[below(random, from.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

export function pickWeighted<T extends { weight: number }>(random: Random, from: readonly T[]): T {
  let left = random() * from.reduce((sum, one) => sum + one.weight, 0);
  for (const one of from) {
    left -= one.weight;
    if (left < 0) return one;
  }
  return pick(random, from);
}

/** Times as they are in CI: most near the median, some much longer. Roughly log-normal, in whole seconds. */
export function spreadAround(random: Random, medianSeconds: number): number {
  const bell = random() + random() + random() + random() - 2;
  return Math.max(1, Math.round(medianSeconds * Math.exp(bell)));
}

export function hex(random: Random, digits: number): string {
  let text = '';
  while (text.length < digits) text += (random() * 2 ** 32).toString(16).split('.')[0]?.padStart(8, '0');
  return text.slice(0, digits);
}

export function uuid(random: Random): string {
  const digits = hex(random, 30);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(12, 15)}-8${digits.slice(15, 18)}-${digits.slice(18)}`;
}
