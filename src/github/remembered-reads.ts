import { LRUCache } from 'lru-cache';
import type { At } from './client.ts';
import type { RepositoryName } from './types.ts';

/** What all repositories together may hold in memory, in bytes, as estimated. */
const MOST_BYTES = 64 * 1024 * 1024;
/** A string outside of Latin-1 takes two. */
export const BYTES_A_CHARACTER = 2;
/** So long a token lives that could have read it again. */
const KEPT_MS = 3_600_000;

/** A value with the bytes that it takes in memory; without a size it is not kept. */
export interface Sized<T> {
  value: T;
  bytes: number | null;
}

/** What was read of one repository and need not be read again. */
export interface RememberedReads {
  /**
   * Reads what can't change, such as what a commit's sha names. Two that ask for the same at once share one request; what
   * failed is asked for again.
   */
  once<T extends Readable>(key: string, read: () => Promise<Sized<T>>): Promise<T>;
  /** The same for what may change, kept for so many milliseconds. */
  lately<T extends Readable>(key: string, forMs: number, read: () => Promise<Sized<T>>): Promise<T>;
  /** What is kept under a key, for those who read many at once. */
  known<T extends Kept>(key: string): T | undefined;
  keep(key: string, value: Kept, bytes: number): void;
}

type Kept = object | string;
type Readable = Kept | null;

/** Keeps reads in this process, the latest used ones, apart for each installation and repository. */
export function createRememberedReads(
  limits: { bytes?: number; keptMs?: number } = {},
): (installationId: number, repository: RepositoryName) => RememberedReads {
  const longest = limits.keptMs ?? KEPT_MS;
  const kept = new LRUCache<string, { value: Kept; bytes: number }>({
    maxSize: limits.bytes ?? MOST_BYTES,
    sizeCalculation: ({ bytes }) => Math.max(1, bytes),
    ttl: longest,
  });
  const underWay = new Map<string, Promise<Readable>>();
  return (installationId, { owner, name }) => {
    // JSON keeps the parts apart: no repository can be named so that its keys are another one's.
    const whole = (key: string) => JSON.stringify([installationId, owner.toLowerCase(), name.toLowerCase(), key]);
    const keep = (key: string, value: Kept, bytes: number, forMs: number) =>
      void kept.set(key, { value, bytes: bytes + key.length }, { ttl: Math.min(forMs, longest) });
    const lately = async <T extends Readable>(given: string, forMs: number, read: () => Promise<Sized<T>>): Promise<T> => {
      const key = whole(given);
      const known = kept.get(key);
      if (known) return known.value as T;
      const waiting = underWay.get(key);
      if (waiting) return (await waiting) as T;
      const reading = read()
        .then(({ value, bytes }) => {
          if (value !== null && bytes !== null) keep(key, value, bytes, forMs);
          return value;
        })
        .finally(() => underWay.delete(key));
      underWay.set(key, reading);
      return reading;
    };
    return {
      lately,
      once: (key, read) => lately(key, longest, read),
      known: <T extends Kept>(key: string) => kept.get(whole(key))?.value as T | undefined,
      keep: (key, value, bytes) => keep(whole(key), value, bytes, longest),
    };
  };
}

/** Whether a ref names a commit: GitHub takes no branch or tag of 40 hexadecimal digits (GH002). */
export function isSha(ref: string): boolean {
  return /^[0-9a-f]{40}$/.test(ref);
}

/** Reads by a key that names a commit; without one, or without a memory, it is read each time. */
export async function once<T extends Readable>(at: At, key: string | null, read: () => Promise<Sized<T>>): Promise<T> {
  return key !== null && at.remembered ? at.remembered.once(key, read) : (await read()).value;
}
