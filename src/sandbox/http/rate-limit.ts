import type { Clock } from '../clock.ts';
import { Refusal } from './refusal.ts';

export interface Limits {
  /** Requests an hour of one installation (5,000 to 12,500). Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
  requestsPerHour: number;
  /** Requests under way at once. Source: same page, "secondary rate limits". */
  concurrentRequests: number;
  /** Points a minute: a read costs 1, a write 5. Source: same page. */
  pointsPerMinute: number;
  /** Writes that create content. Source: same page: 80 a minute, 500 an hour. */
  contentPerMinute: number;
  contentPerHour: number;
  /**
   * Least time between two writes, in milliseconds. GitHub asks for 1 s and may refuse what comes faster; by default
   * the sandbox does not.
   * Source: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
   */
  writeSpacingMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  requestsPerHour: 5000,
  concurrentRequests: 100,
  pointsPerMinute: 900,
  contentPerMinute: 80,
  contentPerHour: 500,
  writeSpacingMs: 0,
};

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Source: rate-limits page: without `retry-after`, wait at least one minute. */
const SECONDARY_RETRY_SECONDS = 60;

interface Usage {
  windowStart: number;
  used: number;
  running: number;
  /** Times and prices of the last minute's requests. */
  points: { at: number; cost: number }[];
  content: number[];
  lastWrite: number;
}

export interface RateLimitState {
  limit: number;
  used: number;
  remaining: number;
  /** Seconds since 1970. */
  reset: number;
}

export interface RequestCost {
  /** Not a GET, HEAD or OPTIONS; for GraphQL: a mutation. */
  write: boolean;
  /** Makes something that people are told of: issues, comments, pull requests, reviews, commits, checks. */
  content: boolean;
}

/** Counts what each caller spends and refuses what GitHub would refuse. */
export class RateLimiter {
  limits: Limits;
  private readonly clock: Clock;
  private readonly usages = new Map<string, Usage>();

  constructor(limits: Limits, clock: Clock) {
    this.limits = limits;
    this.clock = clock;
  }

  /** Takes one request in. Returns what to call when it ends; throws the refusal when a limit is reached. */
  enter(key: string, cost: RequestCost): () => void {
    const usage = this.usage(key);
    const now = this.clock.now().getTime();
    this.checkPrimary(key, usage);
    this.checkSecondary(usage, cost, now);
    usage.used += 1;
    usage.running += 1;
    usage.points.push({ at: now, cost: cost.write ? 5 : 1 });
    if (cost.content) usage.content.push(now);
    if (cost.write) usage.lastWrite = now;
    return () => {
      usage.running -= 1;
    };
  }

  /** Counts content made by a request that was let in already: GraphQL's mutations, known as such only once read. */
  spendContent(key: string): void {
    const usage = this.usage(key);
    const now = this.clock.now().getTime();
    this.checkContent(usage, now);
    usage.content.push(now);
  }

  /** Gives a request back: answered with 304. Source: best-practices page, "use conditional requests". */
  refund(key: string): void {
    this.usage(key).used -= 1;
  }

  state(key: string): RateLimitState {
    const usage = this.usage(key);
    const limit = this.limits.requestsPerHour;
    const reset = Math.ceil((usage.windowStart + HOUR_MS) / 1000);
    return { limit, used: Math.min(usage.used, limit), remaining: Math.max(0, limit - usage.used), reset };
  }

  private usage(key: string): Usage {
    const now = this.clock.now().getTime();
    const known = this.usages.get(key);
    if (known && now - known.windowStart < HOUR_MS) return known;
    const kept = known ?? { running: 0, points: [], content: [], lastWrite: Number.NEGATIVE_INFINITY };
    const fresh: Usage = { ...kept, windowStart: now, used: 0 };
    this.usages.set(key, fresh);
    return fresh;
  }

  private checkPrimary(key: string, usage: Usage): void {
    if (usage.used < this.limits.requestsPerHour) return;
    throw new Refusal(403, `API rate limit exceeded for ${key.replace(':', ' ID ')}.`);
  }

  private checkSecondary(usage: Usage, cost: RequestCost, now: number): void {
    usage.points = usage.points.filter((one) => now - one.at < MINUTE_MS);
    const points = usage.points.reduce((sum, one) => sum + one.cost, cost.write ? 5 : 1);
    if (usage.running >= this.limits.concurrentRequests) throw secondary(SECONDARY_RETRY_SECONDS);
    if (points > this.limits.pointsPerMinute) throw secondary(SECONDARY_RETRY_SECONDS);
    if (cost.content) this.checkContent(usage, now);
    const wait = usage.lastWrite + this.limits.writeSpacingMs - now;
    if (cost.write && wait > 0) throw secondary(Math.max(1, Math.ceil(wait / 1000)));
  }

  private checkContent(usage: Usage, now: number): void {
    usage.content = usage.content.filter((at) => now - at < HOUR_MS);
    const thisMinute = usage.content.filter((at) => now - at < MINUTE_MS).length;
    const reached = thisMinute >= this.limits.contentPerMinute || usage.content.length >= this.limits.contentPerHour;
    if (reached) throw secondary(SECONDARY_RETRY_SECONDS);
  }
}

function secondary(retryAfterSeconds: number): Refusal {
  return new Refusal(403, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.', {
    headers: { 'retry-after': String(retryAfterSeconds) },
  });
}
