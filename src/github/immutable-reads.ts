import { LRUCache } from 'lru-cache';
import type { RepositoryName } from './types.ts';

/** What all repositories together may hold in memory, in bytes, as estimated. */
const MOST_BYTES = 64 * 1024 * 1024;
/** So long a token lives that could have read it again. */
const KEPT_MS = 3_600_000;

/** A value with the bytes that it takes in memory; without a size it is not kept. */
export interface Sized<T> {
  value: T;
  bytes: number | null;
}

/**
 * What was read of one repository by the sha of a commit, which can't change. Two that ask for the same at once share one
 * request; what failed is asked for again.
 */
export interface ImmutableReads {
  once<T extends Readable>(key: string, read: () => Promise<Sized<T>>): Promise<T>;
}

type Readable = object | string | null;

interface Kept {
  value: object | string;
  bytes: number;
}

/** Keeps immutable reads in this process, the latest used ones, apart for each installation and repository. */
export function createImmutableReads(
  limits: { bytes?: number; keptMs?: number } = {},
): (installationId: number, repository: RepositoryName) => ImmutableReads {
  const kept = new LRUCache<string, Kept>({
    maxSize: limits.bytes ?? MOST_BYTES,
    sizeCalculation: ({ bytes }) => Math.max(1, bytes),
    ttl: limits.keptMs ?? KEPT_MS,
  });
  const underWay = new Map<string, Promise<Readable>>();
  return (installationId, { owner, name }) => ({
    once: async <T extends Readable>(key: string, read: () => Promise<Sized<T>>) => {
      // JSON keeps the parts apart: no repository can be named so that its keys are another one's.
      const whole = JSON.stringify([installationId, owner.toLowerCase(), name.toLowerCase(), key]);
      const known = kept.get(whole);
      if (known) return known.value as T;
      const waiting = underWay.get(whole);
      if (waiting) return (await waiting) as T;
      const reading = read()
        .then(({ value, bytes }) => {
          if (value !== null && bytes !== null) kept.set(whole, { value, bytes: bytes + whole.length });
          return value;
        })
        .finally(() => underWay.delete(whole));
      underWay.set(whole, reading);
      return reading;
    },
  });
}

/** Whether a ref names a commit: GitHub takes no branch or tag of 40 hexadecimal digits (GH002). */
export function isSha(ref: string): boolean {
  return /^[0-9a-f]{40}$/.test(ref);
}
