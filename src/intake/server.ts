import { randomUUID } from 'node:crypto';
import type { Server, ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import { InvalidRequestError, toErrorBody } from '../errors.ts';

/** Limits of the HTTP server below the receiver and the API; milliseconds, bytes and counts. */
const DEFAULT_LIMITS = {
  /** GitHub's own headers are below 2 KB; browsers' cookies and tokens need more. */
  headerBytes: 16 * 1024,
  headers: 100,
  headersTimeoutMs: 10_000,
  /** From the first byte to the last of a request: above the receiver's own limit for bodies. */
  requestTimeoutMs: 30_000,
  keepAliveMs: 65_000,
  connections: 2_000,
  requestsPerConnection: 10_000,
  checkEveryMs: 1_000,
};

/** What `http.createServer` takes and can't be set later. */
export const SERVER_OPTIONS: ServerOptions = {
  maxHeaderSize: DEFAULT_LIMITS.headerBytes,
  connectionsCheckingInterval: DEFAULT_LIMITS.checkEveryMs,
  // The receiver answers a missing Host itself, in the one error format.
  requireHostHeader: false,
  noDelay: true,
};

type AppliedLimits = Omit<typeof DEFAULT_LIMITS, 'headerBytes' | 'checkEveryMs'>;

/** Sets time and count limits, and answers what is not HTTP in the one error format. */
export function applyServerLimits(server: Server, changed: Partial<AppliedLimits> = {}): void {
  const limits = { ...DEFAULT_LIMITS, ...changed };
  server.headersTimeout = limits.headersTimeoutMs;
  server.requestTimeout = limits.requestTimeoutMs;
  server.keepAliveTimeout = limits.keepAliveMs;
  server.maxHeadersCount = limits.headers;
  server.maxConnections = limits.connections;
  server.maxRequestsPerSocket = limits.requestsPerConnection;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => answerRaw(error, socket));
}

const REASONS: Record<string, { line: string; code: string; status: 400 | 431; message: string }> = {
  HPE_HEADER_OVERFLOW: {
    line: '431 Request Header Fields Too Large',
    code: 'HEADERS_TOO_LARGE',
    status: 431,
    message: 'The headers are too large.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    line: '408 Request Timeout',
    code: 'REQUEST_TIMEOUT',
    status: 400,
    message: 'The request did not arrive in time.',
  },
};
const NOT_HTTP = {
  line: '400 Bad Request',
  code: 'NOT_HTTP',
  status: 400 as const,
  message: 'The request is not well-formed HTTP.',
};

function answerRaw(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { line, code, status, message } = REASONS[error.code ?? ''] ?? NOT_HTTP;
  const correlationId = randomUUID();
  const told = new InvalidRequestError(code, message, { status });
  const body = JSON.stringify(toErrorBody(told, { path: '', correlationId, now: new Date() }).body);
  socket.end(
    `HTTP/1.1 ${line}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `X-Correlation-Id: ${correlationId}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
