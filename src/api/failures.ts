import type { OpenAPIHonoOptions } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import {
  AuthenticationError,
  InvalidRequestError,
  NotFoundError,
  RateLimitError,
  type RegreenError,
  toErrorBody,
  UnavailableError,
} from '../errors.ts';
import type { ApiEnv } from './context.ts';
import { describeFaults } from './faults.ts';

/** No body that the API takes comes near this. */
export const BODY_LIMIT_BYTES = 1024 * 1024;

/** The database and the queue reconnect within seconds. */
const RETRY_AFTER_UNAVAILABLE_SECONDS = 5;

/** Answers anything thrown, or any `RegreenError`, in the one error format. */
export function answerError(c: Context<ApiEnv>, thrown: unknown, now: Date): Response {
  const error = thrown instanceof HTTPException ? fromHono(thrown) : thrown;
  c.set('failure', error);
  const { status, body } = toErrorBody(error, { path: c.req.path, correlationId: c.get('correlationId'), now });
  return Response.json(body, { status, headers: headersFor(error) });
}

function headersFor(error: unknown): Record<string, string> {
  if (error instanceof RateLimitError) return { 'retry-after': String(error.retryAfterSeconds) };
  if (error instanceof UnavailableError) return { 'retry-after': String(RETRY_AFTER_UNAVAILABLE_SECONDS) };
  // What is left of the body is not read, so nothing else can come on this connection.
  if (error instanceof InvalidRequestError && error.status === 413) return { connection: 'close' };
  if (error instanceof AuthenticationError) return { 'www-authenticate': challenge(error) };
  return {};
}

const NOTHING_SENT: ReadonlySet<string> = new Set(['API_KEY_MISSING', 'API_KEY_MALFORMED']);

/** RFC 6750, section 3: `error` only when a key was sent. */
function challenge(error: AuthenticationError): string {
  return NOTHING_SENT.has(error.code) ? 'Bearer realm="regreen"' : 'Bearer realm="regreen", error="invalid_token"';
}

/** What Hono and its validator refuse by themselves. */
function fromHono(exception: HTTPException): RegreenError | HTTPException {
  if (exception.status === 400) {
    return new InvalidRequestError('BODY_NOT_JSON', 'The body is not JSON.', { hint: 'Send one JSON object in UTF-8.' });
  }
  if (exception.status === 415) {
    return new InvalidRequestError('MEDIA_TYPE_UNSUPPORTED', 'The body must be JSON.', {
      status: 415,
      hint: 'Send the header "Content-Type: application/json".',
    });
  }
  return exception;
}

export function routeNotFound(): NotFoundError {
  return new NotFoundError('ROUTE_NOT_FOUND', 'There is nothing at this address.', {
    hint: 'GET /openapi.json lists every address of the API.',
  });
}

export function methodNotAllowedError(allowed: readonly string[]): InvalidRequestError {
  return new InvalidRequestError('METHOD_NOT_ALLOWED', `This address takes ${allowed.join(', ')} only.`, {
    status: 405,
    details: { allowed },
  });
}

export function bodyTooLarge(): InvalidRequestError {
  return new InvalidRequestError('BODY_TOO_LARGE', 'The body is larger than 1 MB.', {
    status: 413,
    details: { limitBytes: BODY_LIMIT_BYTES },
  });
}

/** Turns what a schema refused into an error that names each field, what was found and what is wanted. */
export const refuseInvalid: OpenAPIHonoOptions<ApiEnv>['defaultHook'] = async (result, c) => {
  if (result.success) return;
  throw new InvalidRequestError('VALIDATION_FAILED', 'The request is not in the form that is wanted; details say where.', {
    details: { faults: describeFaults(result.error, result.target, await inputOf(result.target, c)) },
  });
};

async function inputOf(target: string, c: Context<ApiEnv>): Promise<unknown> {
  if (target === 'json') return (await c.req.text()) === '' ? undefined : c.req.json();
  if (target === 'param') return c.req.param();
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([key, values]) => [key, values.length === 1 ? values[0] : values]),
  );
}
