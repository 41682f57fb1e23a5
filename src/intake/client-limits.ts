import { createHmac, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { RateLimitError } from '../errors.ts';

export interface ClientLimitSettings {
  /** Requests of one client in a second, and how many more once in `burstSeconds`. */
  requestsPerSecond: number;
  burst: number;
  burstSeconds: number;
  /** Wrong signatures of one client in `badSignatureSeconds` after which it is blocked for `blockSeconds`. */
  badSignatures: number;
  badSignatureSeconds: number;
  blockSeconds: number;
}

export interface ClientLimits {
  /** Counts a request. @throws RateLimitError `CLIENT_BLOCKED`, `CLIENT_LIMIT` */
  admit(client: string): Promise<void>;
  /** Counts a wrong signature. */
  strike(client: string): Promise<void>;
  /**
   * Forgets wrong signatures, after a right one: GitHub and an attacker may share the address of a proxy, and the
   * attacker must not be able to shut GitHub out.
   */
  pardon(client: string): void;
}

/**
 * Clients share this many counters, by a keyed hash of their address: however many addresses an attacker has, memory
 * stays below about 20 MB, and nobody can choose an address that shares a counter with another.
 */
const COUNTERS = 2 ** 16;

/** Limits for each client, kept in memory: they protect this process. */
export function createClientLimits(settings: ClientLimitSettings): ClientLimits {
  const requests = new BurstyRateLimiter(
    new RateLimiterMemory({ points: settings.requestsPerSecond, duration: 1 }),
    new RateLimiterMemory({ keyPrefix: 'burst', points: settings.burst, duration: settings.burstSeconds }),
  );
  const strikes = new RateLimiterMemory({
    keyPrefix: 'strikes',
    points: settings.badSignatures,
    duration: settings.badSignatureSeconds,
    blockDuration: settings.blockSeconds,
  });
  const counterOf = createCounterChoice();
  return {
    admit: async (client) => {
      const counter = counterOf(client);
      const struck = await strikes.get(counter);
      if (struck && struck.consumedPoints > settings.badSignatures) {
        throw limited('CLIENT_BLOCKED', 'Blocked for a while after too many wrong signatures.', struck);
      }
      await requests.consume(counter).catch((reason: unknown) => {
        throw limited('CLIENT_LIMIT', 'Too many requests from this address.', reason);
      });
    },
    strike: async (client) => {
      // Rejects when the client is over its limit, which `admit` will see.
      await strikes.consume(counterOf(client)).catch(() => undefined);
    },
    pardon: (client) => {
      void strikes.delete(counterOf(client));
    },
  };
}

function limited(code: string, message: string, reason: unknown): unknown {
  if (!(reason instanceof RateLimiterRes)) return reason;
  return new RateLimitError(code, message, Math.max(1, Math.ceil(reason.msBeforeNext / 1_000)));
}

/** Addresses to counters; the last few are remembered, for GitHub sends from few. */
function createCounterChoice(): (client: string) => number {
  const key = randomBytes(32);
  const known = new Map<string, number>();
  return (client) => {
    const network = networkOf(client);
    const remembered = known.get(network);
    if (remembered !== undefined) return remembered;
    const counter = createHmac('sha256', key).update(network).digest().readUInt32BE(0) % COUNTERS;
    if (known.size >= 1_000) known.clear();
    known.set(network, counter);
    return counter;
  };
}

/** One subscriber usually has a whole /64 of IPv6, so that counts as one client. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::', 2);
  const start = head === '' ? [] : head.split(':');
  const end = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - start.length - end.length);
  const groups = [...start, ...new Array<string>(zeros).fill('0'), ...end];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
