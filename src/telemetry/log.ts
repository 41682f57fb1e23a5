import { AsyncLocalStorage } from 'node:async_hooks';
import { type DestinationStream, type Logger, pino } from 'pino';
import { redactSecrets } from '../secrets.ts';
import { currentSpan } from './tracing.ts';

export type { Logger } from 'pino';

const correlation = new AsyncLocalStorage<string>();

/**
 * Runs `work` so that every log line in it, however deep, carries the correlation id: the GUID of a delivery, or the
 * id of an API request.
 */
export function withCorrelation<T>(correlationId: string, work: () => T): T {
  return correlation.run(correlationId, work);
}

/** The id of what is being worked on; `undefined` outside of any request or job. */
export function currentCorrelationId(): string | undefined {
  return correlation.getStore();
}

const SECRET_KEYS = [
  'authorization',
  'token',
  'password',
  'secret',
  'privateKey',
  'webhookSecret',
  'webhookSecrets',
  'cookie',
  'apiKey',
];
const SECRET_PATHS = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`, `*.*.*.${key}`]);

export interface LogOptions {
  level: string;
  destination?: DestinationStream;
}

/** The process's log: one JSON object a line, static messages, fields beside them, secrets taken out. */
export function createLog({ level, destination }: LogOptions): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: contextFields,
      redact: { paths: SECRET_PATHS, censor: '[redacted]' },
      serializers: { err: serializeError, error: serializeError },
      hooks: { streamWrite: redactSecrets },
    },
    destination ?? pino.destination({ dest: 1, sync: false }),
  );
}

/** To what a line belongs; the names of the last two are OpenTelemetry's for logs in other formats than its own. */
function contextFields(): object {
  const correlationId = correlation.getStore();
  const span = currentSpan();
  if (span === undefined) return correlationId === undefined ? {} : { correlationId };
  return { ...(correlationId === undefined ? {} : { correlationId }), trace_id: span.traceId, span_id: span.spanId };
}

/** A chain of causes may lead back to itself. */
const MOST_CAUSES = 5;

/**
 * An error as fields. Octokit's errors carry the whole request with its token, `pg`'s the whole client: only what says
 * what went wrong is kept.
 */
export function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const { code, status, details } = error as Error & { code?: unknown; status?: unknown; details?: unknown };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(code === undefined ? {} : { code }),
    ...(status === undefined ? {} : { status }),
    ...(details === undefined ? {} : { details }),
    ...(error.cause === undefined || depth >= MOST_CAUSES ? {} : { cause: serializeError(error.cause, depth + 1) }),
  };
}
