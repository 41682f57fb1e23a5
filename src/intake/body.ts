import type { IncomingMessage } from 'node:http';
import { InvalidRequestError, type RegreenError, UnavailableError } from '../errors.ts';

/** Bytes held by bodies that are being read, of all requests together. */
export class BodyBudget {
  readonly #most: number;
  #held = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Counts `bytes` in, or refuses them. */
  take(bytes: number): boolean {
    if (this.#held + bytes > this.#most) return false;
    this.#held += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#held -= bytes;
  }
}

export interface BodyLimits {
  /** Bytes of one body. */
  bodyBytes: number;
  /** Milliseconds from the headers to the last byte. */
  bodyTimeoutMs: number;
}

/** The sender hung up; nobody is left to answer. */
export class SenderGone extends Error {}

/**
 * Reads the whole body as it was sent. The limit counts while reading, so a chunked body, or one longer than it
 * said, can't pass it. The caller gives the budget back when the body is no longer needed.
 * @throws InvalidRequestError 413 `BODY_TOO_LARGE`, 400 `BODY_TIMEOUT`
 * @throws UnavailableError `BODIES_BUSY`
 * @throws SenderGone
 */
export function readBody(request: IncomingMessage, limits: BodyLimits, budget: BodyBudget): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.bodyBytes) return Promise.reject(tooLarge(limits.bodyBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => stop(tooSlow(limits.bodyTimeoutMs)), limits.bodyTimeoutMs);
    const stop = (error: RegreenError | SenderGone) => {
      clearTimeout(timer);
      request.off('data', take).off('end', finish).off('close', gone).off('error', gone);
      request.on('error', ignore).pause();
      budget.give(bytes);
      reject(error);
    };
    const take = (chunk: Buffer) => {
      if (bytes + chunk.length > limits.bodyBytes) return stop(tooLarge(limits.bodyBytes));
      if (!budget.take(chunk.length)) return stop(tooBusy());
      bytes += chunk.length;
      chunks.push(chunk);
    };
    const finish = () => {
      clearTimeout(timer);
      request.off('close', gone);
      const [only] = chunks;
      resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks, bytes));
    };
    const gone = () => stop(new SenderGone('the sender closed the connection before the body ended'));
    request.on('data', take).once('end', finish).once('close', gone).once('error', gone);
  });
}

function ignore(): void {
  // The request has failed already; errors that follow from ending it say nothing new.
}

function tooLarge(limit: number): RegreenError {
  return new InvalidRequestError('BODY_TOO_LARGE', `The body is larger than ${limit} bytes.`, { status: 413 });
}

function tooSlow(limitMs: number): RegreenError {
  return new InvalidRequestError('BODY_TIMEOUT', `The body did not arrive within ${limitMs} ms.`);
}

function tooBusy(): RegreenError {
  return new UnavailableError('BODIES_BUSY', 'Too many large bodies are arriving at once.');
}
