import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { RateLimitError } from '../errors.ts';

/** Counts one use by `key`. Throws `RateLimitError` with the time to wait when there were too many. */
export type RateLimit = (key: string) => Promise<void>;

/** `limit` uses by one key in an hour that begins with the first; counted in this process. */
export function hourlyLimit(what: string, limit: number): RateLimit {
  const limiter = new RateLimiterMemory({ points: limit, duration: 3600 });
  return async (key) => {
    try {
      await limiter.consume(key);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw tooMany(what, limit, refusal.msBeforeNext);
    }
  };
}

function tooMany(what: string, limit: number, waitMs: number): RateLimitError {
  return new RateLimitError(
    'RATE_LIMIT_EXCEEDED',
    `One key may ask for ${limit} ${what} an hour.`,
    Math.max(1, Math.ceil(waitMs / 1000)),
    { details: { limit, windowSeconds: 3600 }, hint: 'Wait for the time in the Retry-After header.' },
  );
}
