import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a back end tells by a webhook of its own: that something has ended, so that it is looked for at once. */
export interface Wakes {
  /** Resolves at the next word, or when the signal aborts. */
  next(signal: AbortSignal): Promise<void>;
  /**
   * Takes a request. Only who knows the secret is heard, and only the fact that they spoke: of the body nothing is used.
   * @returns whether it was heard
   */
  hear(body: Uint8Array, headers: Iterable<[string, string]>): boolean;
}

/** HMAC-SHA256 in hexadecimal, with or without a name of the algorithm before it. */
const SIGNATURE = /^(?:sha256=)?([0-9a-f]{64})$/i;

/**
 * Codegen's description says that the body is signed with the secret by HMAC, and not in which header; so any header that is
 * that signature counts. Who can make it has the secret.
 */
export function createWakes(secret: string): Wakes {
  const waiting = new Set<() => void>();
  return {
    next: (signal) =>
      new Promise((resolve) => {
        const done = () => {
          waiting.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        waiting.add(done);
        signal.addEventListener('abort', done, { once: true });
        if (signal.aborted) done();
      }),
    hear: (body, headers) => {
      const expected = createHmac('sha256', secret).update(body).digest();
      const isOurs = [...headers].some(([, value]) => isSame(SIGNATURE.exec(value)?.[1], expected));
      if (isOurs) for (const wake of [...waiting]) wake();
      return isOurs;
    },
  };
}

function isSame(found: string | undefined, expected: Buffer): boolean {
  return found !== undefined && timingSafeEqual(Buffer.from(found, 'hex'), expected);
}
