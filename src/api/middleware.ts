import { randomUUID } from 'node:crypto';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { routePath } from 'hono/route';
import { secureHeaders } from 'hono/secure-headers';
import { RegreenError } from '../errors.ts';
import { type Logger, withCorrelation } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ApiMiddleware } from './context.ts';
import { BODY_LIMIT_BYTES, bodyTooLarge } from './failures.ts';

/** Ids go into every log line and back to the client: only what can't break either is taken over. */
const SANE_REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** Gives each request its id: the client's `X-Request-Id` when it is sane. Answered as `X-Correlation-Id`. */
export const correlate: ApiMiddleware = (c, next) => {
  const asked = c.req.header('x-request-id');
  const correlationId = asked !== undefined && SANE_REQUEST_ID.test(asked) ? asked : randomUUID();
  c.set('correlationId', correlationId);
  return withCorrelation(correlationId, async () => {
    await next();
    c.res.headers.set('x-correlation-id', correlationId);
  });
};

/** Asked every few seconds by machines: logged at `debug`. */
export const PROBES: ReadonlySet<string> = new Set(['/ping', '/health', '/health/live', '/health/ready', '/metrics']);

/** One log line and one measurement for each request, after it was answered. */
export function record({ log, metrics }: { log: Logger; metrics: Metrics }): ApiMiddleware {
  return async (c, next) => {
    const startedAt = performance.now();
    await next();
    const milliseconds = Math.round((performance.now() - startedAt) * 10) / 10;
    const route = matchedRoute(routePath(c, -1));
    const { method } = c.req;
    const { status } = c.res;
    metrics.requestEnded({ method, route, status, seconds: milliseconds / 1000 });
    const fields = { method, route, status, milliseconds, ...failureFields(c.get('failure'), status) };
    if (status >= 500 && !PROBES.has(route)) log.error(fields, 'request failed');
    else log[PROBES.has(route) ? 'debug' : 'info'](fields, 'request answered');
  };
}

/** Paths that no route knows are the client's own words: never a label, never many. */
export function matchedRoute(path: string): string {
  return path === '' || path.endsWith('*') ? 'unmatched' : path;
}

/** A client's mistake is told by its code; a fault of ours needs its stack. */
function failureFields(failure: unknown, status: number): Record<string, unknown> {
  if (failure === undefined) return {};
  return failure instanceof RegreenError && status < 500 ? { code: failure.code } : { err: failure };
}

/** Nothing that is served here may be framed, run as a script or kept by a cache. */
export const harden: ApiMiddleware[] = [
  secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    xFrameOptions: 'DENY',
  }),
  async (c, next) => {
    await next();
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  },
];

/**
 * Lets pages of these origins read answers. They bring a key or a token: cookies are not taken from there, for no answer
 * allows credentials.
 */
export function allowOrigins(origins: readonly string[]): ApiMiddleware {
  return cors({
    origin: [...origins],
    allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: ['authorization', 'content-type', 'if-none-match', 'x-request-id'],
    exposeHeaders: ['etag', 'retry-after', 'x-correlation-id'],
    maxAge: PREFLIGHT_SECONDS,
  });
}

const PREFLIGHT_SECONDS = 600;

/** Refuses bodies over the limit, by their announced length or while they are read. */
export const limitBody: ApiMiddleware = bodyLimit({
  maxSize: BODY_LIMIT_BYTES,
  onError: () => {
    throw bodyTooLarge();
  },
});
