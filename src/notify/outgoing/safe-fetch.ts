import { lookup as lookupOf } from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { Agent, buildConnector, Response as UndiciResponse, fetch as undiciFetch } from 'undici';
import { RegreenError } from '../../errors.ts';
import { outgoingSpan } from '../../telemetry/spans.ts';
import { currentSpan, NO_TRACING, type Tracing } from '../../telemetry/tracing.ts';
import { type AllowedTargets, isPublicAddress } from './addresses.ts';

/** The address is none that messages may go to. */
export class BlockedAddressError extends RegreenError {
  constructor(host: string) {
    super(`${host} is not a public address.`, {
      code: 'ADDRESS_NOT_PUBLIC',
      type: 'permission',
      status: 403,
      details: { host },
      hint: 'For targets of your own network, name the host or its network in NOTIFY_ALLOWED_TARGETS.',
    });
  }
}

/** The other side says more than anybody reads, or nothing in time. */
export class AnswerError extends RegreenError {
  constructor(code: 'ANSWER_TOO_LARGE' | 'ANSWER_TOO_LATE', message: string) {
    super(message, { code, type: 'unavailable', status: 503 });
  }
}

export interface SafeFetchOptions {
  allowed: AllowedTargets;
  /** Until the whole answer is there, in milliseconds. */
  timeoutMs: number;
  /** Bytes of an answer that are read. */
  mostBytes: number;
  /** Resolves names; the machine's own resolver when left out. */
  resolve?: Resolve;
  tracing?: Tracing;
}

export type Resolve = (
  host: string,
  answer: (error: Error | null, addresses: { address: string; family: number }[]) => void,
) => void;

/** An answer that was read to its end; its body is text, cut nowhere. */
export interface Answer {
  status: number;
  headers: { get(name: string): string | null };
  text: string;
}

export interface SafeFetch {
  send(
    url: string,
    request: { method: 'POST'; headers: Record<string, string>; body: string; signal?: AbortSignal },
  ): Promise<Answer>;
  /** The same in the form of the platform's `fetch`, for libraries that take one. */
  fetch: typeof fetch;
  close(): Promise<void>;
}

/**
 * Sends requests to addresses that others have chosen. Every address that a name stands for must be public, and the one that
 * was connected to is looked at again before a byte is sent, so that no second answer of a name server counts. Redirects are
 * not followed. An answer that is too long or too late ends the connection.
 */
export function createSafeFetch(options: SafeFetchOptions): SafeFetch {
  const agent = new Agent({
    connect: guardedConnector(options),
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    maxHeaderSize: 16_384,
    // Rarely two in a row to the same place; an idle connection would only be found dead.
    keepAliveTimeout: 1_000,
    pipelining: 0,
  });
  const ask: SafeFetch['send'] = async (url, { method, headers, body, signal }) => {
    const patience = AbortSignal.timeout(options.timeoutMs);
    try {
      const response = await undiciFetch(url, {
        method,
        headers,
        body,
        redirect: 'manual',
        dispatcher: agent,
        signal: signal ? AbortSignal.any([patience, signal]) : patience,
      });
      return { status: response.status, headers: response.headers, text: await readBounded(response, options.mostBytes) };
    } catch (error) {
      if (patience.aborted)
        throw new AnswerError('ANSWER_TOO_LATE', `No whole answer came within ${options.timeoutMs / 1000} s.`);
      throw blockedIn(error) ?? error;
    }
  };
  const send = traced(ask, options.tracing ?? NO_TRACING);
  return {
    send,
    fetch: (async (input: string | URL | Request, init?: RequestInit) => {
      const request = new Request(input, init);
      const headers = Object.fromEntries(request.headers);
      const answer = await send(request.url, { method: 'POST', headers, body: await request.text(), signal: request.signal });
      return new UndiciResponse(BODILESS.has(answer.status) ? null : answer.text, {
        status: answer.status,
        headers: copyOf(answer.headers, ['content-type', 'retry-after']),
      });
    }) as typeof fetch,
    close: () => agent.close(),
  };
}

/** In a span of what is worked on; where nothing is, without. */
function traced(ask: SafeFetch['send'], tracing: Tracing): SafeFetch['send'] {
  return (url, request) => {
    if (!currentSpan()) return ask(url, request);
    return tracing.span(
      () => outgoingSpan(request.method, url),
      async (span) => {
        const answer = await ask(url, request);
        span?.note({ 'http.response.status_code': answer.status });
        if (answer.status >= 400) span?.failAs(String(answer.status));
        return answer;
      },
    );
  };
}

const BODILESS = new Set([204, 205, 304]);

function copyOf(headers: Answer['headers'], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (headers.get(name) === null ? [] : [[name, headers.get(name) ?? '']])));
}

function guardedConnector({ allowed, timeoutMs, resolve = systemResolve }: SafeFetchOptions): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, lookup: guardedLookup(allowed, resolve) });
  return (target, callback) => {
    const host = target.hostname.replace(/^\[|\]$/g, '');
    // No name server is asked about an address.
    if (isIP(host) !== 0 && !mayReach(host, host, allowed)) return callback(new BlockedAddressError(host), null);
    connect(target, (error, socket) => {
      if (error) return callback(error, null);
      const { remoteAddress } = socket as Socket;
      if (remoteAddress !== undefined && mayReach(host, remoteAddress, allowed)) return callback(null, socket);
      socket.destroy();
      callback(new BlockedAddressError(host), null);
    });
  };
}

function mayReach(host: string, address: string, allowed: AllowedTargets): boolean {
  return isPublicAddress(address) || allowed.isAllowedAddress(address) || allowed.isAllowedHost(host);
}

/** One address that may not be reached spoils the name: which one is taken is not ours to say. */
function guardedLookup(allowed: AllowedTargets, resolve: Resolve): LookupFunction {
  return (host, options, callback) =>
    resolve(host, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => mayReach(host, address, allowed)))
        return callback(new BlockedAddressError(host), '', 0);
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
}

const systemResolve: Resolve = (host, answer) =>
  lookupOf(host, { all: true }, (error, addresses) => answer(error, addresses ?? []));

async function readBounded(response: Awaited<ReturnType<typeof undiciFetch>>, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > most) {
      throw new AnswerError('ANSWER_TOO_LARGE', `The answer is longer than ${most} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `fetch` wraps what the connector says. */
function blockedIn(error: unknown): BlockedAddressError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof BlockedAddressError) return at;
  }
  return undefined;
}
