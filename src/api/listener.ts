import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener, RequestError } from '@hono/node-server';
import { InvalidRequestError, toErrorBody } from '../errors.ts';
import type { createRouter } from './router.ts';
import type { ApiServices } from './services.ts';

export type RequestListener = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

/** The router as `http.createServer` takes it. Requests that never become one (a `Host` that is none) get the one error format too. */
export function createRequestListener(
  router: ReturnType<typeof createRouter>,
  { log, now }: Pick<ApiServices, 'log' | 'now'>,
): RequestListener {
  return getRequestListener(router.fetch, {
    errorHandler: (error) => {
      const correlationId = randomUUID();
      const refusal = error instanceof RequestError ? malformed() : error;
      const { status, body } = toErrorBody(refusal, { path: '', correlationId, now: now() });
      const fields = { correlationId, status, code: body.error.code };
      if (status < 500) log.info(fields, 'request refused before it was routed');
      else log.error({ ...fields, err: error }, 'request failed before it was routed');
      return Response.json(body, { status, headers: { 'x-correlation-id': correlationId, 'cache-control': 'no-store' } });
    },
  });
}

function malformed(): InvalidRequestError {
  return new InvalidRequestError('REQUEST_MALFORMED', 'The address or the Host header of the request is malformed.');
}
