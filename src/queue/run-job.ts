import type { JobWithMetadata } from 'pg-boss';
import { RegreenError } from '../errors.ts';
import { withJobSignal } from '../job-signal.ts';
import { type Logger, serializeError, withCorrelation } from '../telemetry/log.ts';
import { type JobTrace, jobSpan } from '../telemetry/spans.ts';
import { NO_TRACING, type Span, type SpanPlan, type Tracing } from '../telemetry/tracing.ts';
import { type JobData, QUEUES, type QueueName } from './queues.ts';
import { retryDelaySeconds } from './retry.ts';

/** What lies in the queue: the job's data with what every attempt needs to know. */
export interface Envelope<N extends QueueName> {
  payload: JobData[N];
  correlationId: string;
  /** 1 for the first. */
  attempt: number;
  /** Only where traces are on. */
  trace?: JobTrace;
}

/** What a handler is told beside the data. */
export interface JobContext {
  attempt: number;
  /** An earlier attempt may have done a part: it failed, or its worker died. */
  again: boolean;
  /** No further attempt follows when this one fails. */
  lastAttempt: boolean;
  correlationId: string;
  /** Aborts at the queue's timeout and when the process stops. */
  signal: AbortSignal;
  log: Logger;
  /** Only where traces are on. */
  trace?: JobTrace | undefined;
}

/** Trying again cannot help: the job goes to the dead letters at once. */
export class PermanentFailure extends RegreenError {
  constructor(code: string, message: string, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super(message, { code, type: 'internal', status: 500, ...options });
  }
}

/** What the job was about is gone, so there is nothing left to do: the job ends as completed, and the log says why. */
export class Obsolete extends RegreenError {
  constructor(code: string, message: string, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super(message, { code, type: 'not_found', status: 404, ...options });
  }
}

/** It is too early: the job is tried again after so many seconds, whatever its queue waits otherwise. No fault of anybody's. */
export class NotYet extends RegreenError {
  readonly seconds: number;

  constructor(code: string, message: string, seconds: number) {
    super(message, { code, type: 'unavailable', status: 503, details: { seconds } });
    this.seconds = seconds;
  }
}

export type JobOutcome = 'completed' | 'retried' | 'dead-letter';

export type JobEnd =
  | { outcome: 'completed'; seconds: number }
  | { outcome: 'retried'; seconds: number; output: object; delaySeconds: number; traceparent?: string | undefined }
  | { outcome: 'dead-letter'; seconds: number; output: object };

type Handler<N extends QueueName> = (data: JobData[N], context: JobContext) => Promise<void>;

/** Runs one job to its end, in a span of its own: never throws, logs once, and says what is to become of it. */
export async function runJob<N extends QueueName>(
  queue: N,
  job: JobWithMetadata<Envelope<N>>,
  handler: Handler<N>,
  log: Logger,
  tracing: Tracing = NO_TRACING,
): Promise<JobEnd> {
  return withCorrelation(job.data.correlationId, () =>
    tracing.span(
      () => spanOf(queue, job),
      (span) => runInSpan(queue, job, handler, log, span),
    ),
  );
}

async function runInSpan<N extends QueueName>(
  queue: N,
  job: JobWithMetadata<Envelope<N>>,
  handler: Handler<N>,
  log: Logger,
  span: Span | null,
): Promise<JobEnd> {
  const { payload, correlationId, attempt, trace } = job.data;
  const definition = QUEUES[queue];
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  const jobLog = log.child({ queue, job: job.id, attempt });
  const lastAttempt = attempt > definition.retry.limit;
  try {
    const signal = AbortSignal.any([job.signal, AbortSignal.timeout(definition.timeoutSeconds * 1000)]);
    const again = attempt > 1 || job.retryCount > 0;
    const context = { attempt, again, lastAttempt, correlationId, signal, log: jobLog, trace };
    await orAborted(
      withJobSignal(signal, () => handler(payload, context)),
      signal,
    );
    jobLog.debug({ seconds: seconds() }, 'job completed');
    noteEnd(span, 'completed');
    return { outcome: 'completed', seconds: seconds() };
  } catch (error) {
    if (error instanceof Obsolete) {
      jobLog.info({ err: error }, 'job is obsolete');
      noteEnd(span, 'obsolete');
      return { outcome: 'completed', seconds: seconds() };
    }
    const output = { error: serializeError(error) };
    if (lastAttempt || error instanceof PermanentFailure) {
      jobLog.error({ err: error, payload }, 'job failed for good');
      noteEnd(span, 'dead-letter', error);
      return { outcome: 'dead-letter', seconds: seconds(), output };
    }
    const traceparent = span?.traceparent;
    if (error instanceof NotYet) {
      jobLog.info({ err: error, delaySeconds: error.seconds }, 'job waits');
      noteEnd(span, 'waits');
      return { outcome: 'retried', seconds: seconds(), output, delaySeconds: error.seconds, traceparent };
    }
    const delaySeconds = Math.max(retryDelaySeconds(definition.retry, attempt), wantedWait(error));
    jobLog.warn({ err: error, delaySeconds }, 'job failed, to be tried again');
    noteEnd(span, 'retried', error);
    return { outcome: 'retried', seconds: seconds(), output, delaySeconds, traceparent };
  }
}

function spanOf<N extends QueueName>(queue: N, job: JobWithMetadata<Envelope<N>>): SpanPlan {
  const { payload, correlationId, attempt, trace = {} } = job.data;
  const couldStartAt = Math.max(job.createdOn.getTime(), job.startAfter.getTime());
  const waitedMs = Math.max(0, job.startedOn.getTime() - couldStartAt);
  return jobSpan({ queue, id: job.id, attempt, crashes: job.retryCount, correlationId, payload, waitedMs, trace });
}

function noteEnd(span: Span | null, outcome: string, error?: unknown): void {
  span?.note({ 'regreen.job.outcome': outcome });
  if (error !== undefined) span?.fail(error);
}

/** Nobody is waited for longer, in seconds. */
const LONGEST_WANTED_WAIT = 3_600;

/** Seconds that the other side wants to be left alone: a channel's by a `RateLimitError`, GitHub's by the error of its client. */
function wantedWait(error: unknown): number {
  if (!(error instanceof Error && 'retryAfterSeconds' in error)) return 0;
  const seconds = Number(error.retryAfterSeconds);
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds), LONGEST_WANTED_WAIT) : 0;
}

/** A handler that ignores its signal must not hold its place for ever. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
