import { RegreenError } from '../errors.ts';

/** GitHub refused or failed; `githubStatus` is its HTTP status, or 0 when it was not reached. */
export class GitHubError extends RegreenError {
  readonly githubStatus: number;
  constructor(code: string, message: string, options: { githubStatus: number; cause?: unknown; hint?: string }) {
    super(message, {
      code,
      type: options.githubStatus === 404 ? 'not_found' : 'unavailable',
      status: options.githubStatus === 404 ? 404 : 503,
      details: { githubStatus: options.githubStatus },
      hint: options.hint,
      cause: options.cause,
    });
    this.githubStatus = options.githubStatus;
  }
}

/** The HTTP status of an Octokit error, or `undefined` when the error is none. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? error.status : undefined;
}

/** `null` in place of a 404, or of a 410 for what was there once; every other error goes on. */
export async function orNullWhenMissing<T>(request: Promise<T>): Promise<T | null> {
  try {
    return await request;
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 410) return null;
    throw error;
  }
}

/** The HTTP status with which GitHub itself answered; `undefined` where nobody did, for which Octokit invents a 500. */
export function answeredStatusOf(error: unknown): number | undefined {
  return error instanceof Error && 'response' in error && error.response ? statusOf(error) : undefined;
}

interface LimitFacts {
  response?: { headers?: Record<string, unknown>; data?: { errors?: unknown } };
  /** Of answers of GraphQL. */
  errors?: unknown;
  headers?: Record<string, unknown>;
}

/**
 * Whether GitHub takes no more requests for now, which it tells as it tells that a right is missing: by a 403. Asked later it may
 * say yes, so it is never an answer to what was asked.
 * @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 * @see https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#exceeding-the-rate-limit
 */
export function isLimit(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { response, errors } = error as Error & LimitFacts;
  if ([errors, response?.data?.errors].some(tellOfLimit)) return true;
  const status = statusOf(error);
  if (status === 429) return true;
  if (status !== 403) return false;
  const headers = response?.headers ?? {};
  return (
    headers['retry-after'] !== undefined ||
    headers['x-ratelimit-remaining'] === '0' ||
    // Its older name stands in answers of GitHub Enterprise Server.
    /\brate limit|abuse detection/i.test(error.message)
  );
}

/** GraphQL answers with 200, and names it `RATE_LIMIT` or `RATE_LIMITED`. */
function tellOfLimit(errors: unknown): boolean {
  return Array.isArray(errors) && errors.some((one: { type?: unknown } | null) => /^RATE_LIMIT/.test(String(one?.type)));
}

/** Seconds that GitHub wants to be left alone after a limit; 0 where it does not say. */
export function limitWaitSeconds(error: unknown, now: Date): number {
  if (!isLimit(error)) return 0;
  const { response, headers = response?.headers ?? {} } = error as Error & LimitFacts;
  const after = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(after)) return Math.max(0, after);
  if (headers['x-ratelimit-remaining'] !== '0') return 0;
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  return Number.isFinite(reset) ? Math.max(0, Math.ceil(reset - now.getTime() / 1000)) : 0;
}
