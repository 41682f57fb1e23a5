import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import { routePath } from 'hono/route';
import { createNetworkTest, plainAddress } from '../intake/clients.ts';
import { requestSpan } from '../telemetry/spans.ts';
import { NO_TRACING, type Tracing } from '../telemetry/tracing.ts';
import type { ApiEnv, ApiMiddleware } from './context.ts';
import { matchedRoute, PROBES } from './middleware.ts';

/**
 * A span for each request, less what machines ask every few seconds. It is a child of the span that a reverse proxy of ours names in
 * `traceparent`; of others the header says nothing, for a public server joins no traces that strangers name.
 */
export function traceRequests(tracing: Tracing, trustedProxies: readonly string[]): ApiMiddleware {
  if (tracing === NO_TRACING) return (_c, next) => next();
  const isTrusted = createNetworkTest(trustedProxies);
  return (c, next) => {
    if (PROBES.has(c.req.path)) return next();
    const parent = isTrusted(peerOf(c)) ? c.req.header('traceparent') : undefined;
    return tracing.span(
      () => requestSpan(c.req.method, parent ?? null),
      async (span) => {
        await next();
        const route = matchedRoute(routePath(c, -1));
        const { status } = c.res;
        if (route !== UNMATCHED) span?.rename(`${c.req.method} ${route}`);
        span?.note({ 'http.route': route === UNMATCHED ? undefined : route, 'http.response.status_code': status });
        if (status < 500) return;
        const failure = c.get('failure');
        if (failure === undefined) span?.failAs(String(status));
        else span?.fail(failure);
      },
    );
  };
}

const UNMATCHED = 'unmatched';

/** As @hono/node-server leaves it; there is none where a request is handed to the router without a server. */
function peerOf(c: Context<ApiEnv>): string {
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming;
  return plainAddress(incoming?.socket.remoteAddress ?? '');
}
