import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import {
  type AttributeValue,
  type Context,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TracingEnvironment } from '../config/tracing-variables.ts';
import type { Logger } from './log.ts';
import { codeOf, exceptionOf } from './span-errors.ts';
import { type Attributes, currentSpan, insideSpan, type Span, type SpanPlan, type Tracing } from './tracing.ts';
import { WatchedExporter } from './watched-exporter.ts';

/** Spans that wait for their export; beyond, they are dropped. A few megabytes at most. */
const MOST_WAITING = 4_096;
const MOST_AT_ONCE = 512;
/** For one export, its retries included, in milliseconds. */
const EXPORT_TIMEOUT_MS = 10_000;
/** What was not sent by then at the stop is lost, in milliseconds. */
const STOP_TIMEOUT_MS = 3_000;
/** What others have chosen (names of branches) is cut; links are as many as deliveries that are worked together, and one. */
const LIMITS = { attributeValueLengthLimit: 256, attributeCountLimit: 48, eventCountLimit: 8, linkCountLimit: 65 };

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/**
 * Traces by OTLP over HTTP. Nothing is registered with OpenTelemetry's global API, so that no library of this process writes
 * spans of its own, and two of these never meet.
 */
export function createOtlpTracing(
  settings: TracingEnvironment,
  about: { version: string; roles: ReadonlySet<string>; log: Logger },
): Tracing {
  // Exports run by timers that a span's work has started: what they log belongs to nobody's delivery.
  const outside = AsyncLocalStorage.snapshot();
  const exporter = new OTLPTraceExporter({ url: settings.url, headers: settings.headers, timeoutMillis: EXPORT_TIMEOUT_MS });
  const processor = new BatchSpanProcessor({
    exporter: new WatchedExporter(exporter, (tell) => outside(() => tell(about.log))),
    maxQueueSize: MOST_WAITING,
    maxExportBatchSize: MOST_AT_ONCE,
    exportTimeoutMillis: 2 * EXPORT_TIMEOUT_MS,
  });
  const provider = new TracerProvider({
    resource: resourceOf(settings, about),
    sampler: samplerOf(settings),
    spanLimits: LIMITS,
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('regreen', about.version);
  return {
    span: (plan, work) => inSpan(begin(tracer, plan()), work),
    stop: () => withinTime(provider.shutdown()),
  };
}

async function inSpan<T>(span: OpenSpan, work: (span: Span) => Promise<T>): Promise<T> {
  try {
    return await insideSpan(span, () => work(span));
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}

function begin(tracer: Tracer, plan: SpanPlan): OpenSpan {
  const parent = plan.parent === undefined ? currentSpan()?.traceparent : plan.parent;
  return new OpenSpan(
    tracer.startSpan(
      plan.name,
      {
        kind: KINDS[plan.kind],
        attributes: withoutAbsent(plan.attributes),
        links: (plan.links ?? []).map(parseTraceParent).flatMap((context) => (context === null ? [] : [{ context }])),
        ...(plan.startedAt === undefined ? {} : { startTime: plan.startedAt }),
      },
      contextOf(parent ?? null),
    ),
  );
}

function contextOf(traceparent: string | null): Context {
  const parent = traceparent === null ? null : parseTraceParent(traceparent);
  return parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
}

/** Errors that a span has told of already. */
const told = new WeakSet<Error>();

class OpenSpan implements Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceparent: string;
  readonly #span: OtelSpan;

  constructor(span: OtelSpan) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.#span = span;
    this.traceId = traceId;
    this.spanId = spanId;
    this.traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  note(attributes: Attributes): void {
    this.#span.setAttributes(withoutAbsent(attributes));
  }

  rename(name: string): void {
    this.#span.updateName(name);
  }

  fail(error: unknown): void {
    this.failAs(codeOf(error));
    const exception = exceptionOf(error, told);
    if (exception !== null) this.#span.addEvent('exception', exception);
  }

  failAs(type: string): void {
    this.#span.setAttribute('error.type', type);
    this.#span.setStatus({ code: SpanStatusCode.ERROR });
  }

  end(): void {
    this.#span.end();
  }
}

function withoutAbsent(attributes: Attributes): Record<string, AttributeValue> {
  const present: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    present[name] = typeof value === 'object' ? [...value] : value;
  }
  return present;
}

function resourceOf(settings: TracingEnvironment, about: { version: string; roles: ReadonlySet<string> }) {
  return defaultResource().merge(
    resourceFromAttributes({
      'host.name': hostname(),
      'process.pid': process.pid,
      'regreen.process.roles': [...about.roles],
      ...settings.resource,
      'service.name': settings.serviceName,
      'service.version': about.version,
      'service.instance.id': randomUUID(),
    }),
  );
}

function samplerOf({ sampler, ratio }: TracingEnvironment): Sampler {
  const root = () => {
    if (sampler.endsWith('always_off')) return new AlwaysOffSampler();
    return sampler.endsWith('traceidratio') ? new TraceIdRatioBasedSampler(ratio) : new AlwaysOnSampler();
  };
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root: root() }) : root();
}

/** A receiver that does not answer must not hold up the stop. */
async function withinTime(work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, STOP_TIMEOUT_MS);
  await Promise.race([work.catch(() => undefined), late.promise]).finally(() => clearTimeout(timer));
}
