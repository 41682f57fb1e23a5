import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { RateLimitError, toErrorBody, UnavailableError } from '../errors.ts';

/** Seconds after which a sender may try again when the store, or a place, was not free. */
const RETRY_AFTER_UNAVAILABLE_SECONDS = 5;
/** A sender that is still sending reads the answer only if the connection stays open a little longer. */
const LINGER_MS = 1_000;

export interface Accepted {
  deliveryId: string;
  event: string;
  duplicate: boolean;
}

/** 202: the delivery is committed. Event and GUID have been checked, so they need no escaping beyond JSON's. */
export function answerAccepted(response: ServerResponse, { deliveryId, event, duplicate }: Accepted): void {
  const body = JSON.stringify({ status: 'accepted', deliveryId, event, ...(duplicate ? { duplicate } : {}) });
  response.writeHead(202, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'x-correlation-id': deliveryId,
  });
  response.end(body);
}

/** Any error in the one error format. `bodyRead` says whether the request's body has been read to its end. */
export function answerError(
  response: ServerResponse,
  error: unknown,
  at: { path: string; correlationId: string; now: Date; bodyRead: boolean },
): number {
  const { status, body } = toErrorBody(error, at);
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': text.length,
    'x-correlation-id': at.correlationId,
    'x-content-type-options': 'nosniff',
    ...(status === 405 ? { allow: 'POST' } : {}),
    ...retryAfter(error),
    ...(at.bodyRead ? {} : { connection: 'close' }),
  });
  if (at.bodyRead) response.end(text);
  else endLingering(response, text);
  return status;
}

function retryAfter(error: unknown): OutgoingHttpHeaders {
  if (error instanceof RateLimitError) return { 'retry-after': String(error.retryAfterSeconds) };
  if (error instanceof UnavailableError) return { 'retry-after': String(RETRY_AFTER_UNAVAILABLE_SECONDS) };
  return {};
}

/**
 * Sends the whole answer, throws away for a moment what still comes, then closes. Closing at once would make the kernel
 * answer the rest of the body with a reset, and the sender would lose the answer (RFC 9112, section 9.6).
 */
function endLingering(response: ServerResponse, text: Buffer): void {
  const { req: request } = response;
  const close = () => {
    clearTimeout(timer);
    if (!response.writableEnded) response.end();
  };
  const timer = setTimeout(close, LINGER_MS);
  response.write(text);
  response.once('close', close);
  if (request.complete || request.destroyed) {
    close();
    return;
  }
  request.once('end', close).once('error', close).once('close', close);
  request.resume();
}
