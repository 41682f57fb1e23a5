import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { RateLimitError } from '../errors.ts';
import type { Store } from '../store/open.ts';

/** Counts one use by `key`. Throws `RateLimitError` with the time to wait when there were too many. */
export type RateLimit = (key: string) => Promise<void>;

const HOUR_SECONDS = 3_600;
const MINUTE_SECONDS = 60;

/**
 * `limit` uses by one caller in an hour that begins with the first.
 * @param pool counts over all processes that work on this database; null counts in this process alone. While the database is
 *   away, each process counts for itself
 */
export function hourlyLimit(what: string, limit: number, pool: Store['pool'] | null = null): RateLimit {
  const memory = new RateLimiterMemory({ keyPrefix: what, points: limit, duration: HOUR_SECONDS });
  const limiter =
    pool === null
      ? memory
      : new RateLimiterPostgres({
          storeClient: pool,
          tableName: 'rate_limits',
          tableCreated: true,
          keyPrefix: what,
          points: limit,
          duration: HOUR_SECONDS,
          insuranceLimiter: memory,
        });
  return counting(limiter, `One caller may ask for ${limit} ${what} an hour.`, { limit, windowSeconds: HOUR_SECONDS });
}

/** `limit` requests of any kind by one caller in a minute, in this process. */
export function requestLimit(limit: number): RateLimit {
  const limiter = new RateLimiterMemory({ points: limit, duration: MINUTE_SECONDS });
  const windowSeconds = MINUTE_SECONDS;
  return counting(limiter, `One caller may send ${limit} requests a minute.`, { limit, windowSeconds });
}

const FAILURES_A_MINUTE = 60;

/**
 * Requests of one address whose caller could not be told, in this process. Whoever has a key is not held up by others behind the
 * same address: only the refusal becomes another one, so that programs that go on and on are told to wait.
 */
export function failureLimit(): RateLimit {
  const limiter = new RateLimiterMemory({ points: FAILURES_A_MINUTE, duration: MINUTE_SECONDS });
  const facts = { limit: FAILURES_A_MINUTE, windowSeconds: MINUTE_SECONDS };
  return counting(limiter, 'Too many requests without a key that is known came from this address.', facts);
}

const SIGN_INS_A_MINUTE = 30;

/** Sign-ins that come back from GitHub to this process from one address: each is a request of ours to GitHub. */
export function signInLimit(): RateLimit {
  const limiter = new RateLimiterMemory({ points: SIGN_INS_A_MINUTE, duration: MINUTE_SECONDS });
  const facts = { limit: SIGN_INS_A_MINUTE, windowSeconds: MINUTE_SECONDS };
  return counting(limiter, 'Too many sign-ins came from this address.', facts);
}

interface LimitFacts {
  limit: number;
  windowSeconds: number;
}

function counting(limiter: RateLimiterMemory | RateLimiterPostgres, message: string, facts: LimitFacts): RateLimit {
  return async (key) => {
    try {
      await limiter.consume(key);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw tooMany(message, facts, refusal.msBeforeNext);
    }
  };
}

function tooMany(message: string, facts: LimitFacts, waitMs: number): RateLimitError {
  return new RateLimitError('RATE_LIMIT_EXCEEDED', message, Math.max(1, Math.ceil(waitMs / 1000)), {
    details: { ...facts },
    hint: 'Wait for the time in the Retry-After header.',
  });
}
