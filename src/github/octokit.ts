import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { restEndpointMethods } from '@octokit/plugin-rest-endpoint-methods';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { createProbotAuth } from 'octokit-auth-probot';
import type { ProbotOctokit } from 'probot';
import { NO_TRACING, type Tracing } from '../telemetry/tracing.ts';
import { bindToJob } from './bind-to-job.ts';
import { limitWaitSeconds } from './errors.ts';
import { type SharedThrottle, throttlingBy } from './shared-throttle.ts';
import { traceRequests } from './trace-requests.ts';

/** After this many waits for a rate limit the job gives up and is tried again by its queue. */
const RATE_LIMIT_RETRIES = 3;
/** Waiting longer than this inside a job would outlast its timeout; the queue waits better, in seconds. */
const LONGEST_WAIT_SECONDS = 90;
const REQUEST_TIMEOUT_MS = 30_000;

interface ThrottledRequest {
  method: string;
  url: string;
}

type WithLog = { log: { warn(message: string, fields?: object): void } };

/** What Probot sets for each client that it makes. */
interface ClientOptions {
  throttle?: object;
  auth?: { installationId?: number };
  request?: object;
  [more: string]: unknown;
}

function mayWait(kind: string) {
  return (retryAfter: number, request: object, octokit: unknown, retryCount: number): boolean => {
    const { method, url } = request as ThrottledRequest;
    const wait = retryCount < RATE_LIMIT_RETRIES && retryAfter <= LONGEST_WAIT_SECONDS;
    (octokit as WithLog).log.warn(
      `${kind} rate limit of GitHub hit by ${method} ${url}; ${wait ? `waiting ${retryAfter} s` : 'giving up'}`,
    );
    return wait;
  };
}

/** Told of every answer, for the metrics. */
export type ObserveRequest = (answer: {
  status: number;
  remaining: number | null;
  resource: string | null;
  windowEnds: Date | null;
}) => void;

/**
 * The Octokit class that Probot makes every client of: writes are spaced as GitHub asks (one a second, pull requests
 * every three), both kinds of rate limit are waited for, 5xx are tried again. Where turns are shared, over all processes. A job
 * that was given up writes nothing more.
 */
export function createOctokitClass(
  observe: ObserveRequest,
  tracing: Tracing = NO_TRACING,
  shared: SharedThrottle | null = null,
): typeof ProbotOctokit {
  const { waits, asks } = traceRequests(tracing);
  const turns = shared ? (throttlingBy(shared) as typeof throttling) : throttling;
  const { sends, asks: asksInJob } = bindToJob;
  const plugins = [sends, turns, retry, paginateRest, restEndpointMethods, observer(observe), asksInJob] as const;
  const traced = tracing === NO_TRACING ? Octokit.plugin(...plugins) : Octokit.plugin(waits, ...plugins, asks);
  const RegreenOctokit = traced.defaults((given: ClientOptions) => ({
    authStrategy: createProbotAuth,
    userAgent: 'regreen',
    ...given,
    throttle: {
      ...given.throttle,
      // Probot switches it off in clients of installations unless its own class is used; limits count for each of them.
      enabled: true,
      id: String(given.auth?.installationId ?? 'app'),
      onRateLimit: mayWait('Primary'),
      onSecondaryRateLimit: mayWait('Secondary'),
    },
    // 404, 401 and the like say the same again; 409 and 422 are answers that the use cases read; 429 is for throttling.
    retry: { doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451] },
    request: { ...given.request, fetch: withTimeout },
  }));
  // Probot asks for its own class; ours has the same plugins but its `config` and its request log, which Regreen does not use.
  return RegreenOctokit as unknown as typeof ProbotOctokit;
}

function observer(observe: ObserveRequest) {
  return (octokit: Octokit) => {
    octokit.hook.after('request', (response) => observe(answerOf(response.status, response.headers)));
    octokit.hook.error('request', (error) => {
      const failure = error as { status?: number; response?: { headers?: Record<string, unknown> } };
      observe(answerOf(failure.status ?? 0, failure.response?.headers ?? {}));
      // What was not waited for here its job waits for: queue/run-job.ts reads it.
      const retryAfterSeconds = limitWaitSeconds(error, new Date());
      throw retryAfterSeconds > 0 ? Object.assign(error, { retryAfterSeconds }) : error;
    });
  };
}

function answerOf(status: number, headers: Record<string, unknown>) {
  const remaining = headers['x-ratelimit-remaining'];
  const resource = headers['x-ratelimit-resource'];
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  return {
    status,
    remaining: remaining === undefined ? null : Number(remaining),
    resource: typeof resource === 'string' ? resource : null,
    // In seconds since 1970: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit
    windowEnds: Number.isFinite(reset) ? new Date(reset * 1_000) : null,
  };
}

/** Gives a request up after its time. */
export const withTimeout: typeof fetch = (input, init) => {
  const limit = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  return fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, limit]) : limit });
};
