import { AsyncLocalStorage } from 'node:async_hooks';

export type SpanKind = 'server' | 'client' | 'producer' | 'consumer' | 'internal';
/** By OpenTelemetry's names. What is null or undefined is left out. */
export type Attributes = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;

/** What a span says of itself when it begins. */
export interface SpanPlan {
  /** Of few values: never an id, a path or anything that others have chosen. */
  name: string;
  kind: SpanKind;
  attributes: Attributes;
  /** A W3C `traceparent`; null begins a trace; left out, it is the span that is open here. */
  parent?: string | null | undefined;
  /** W3C `traceparent`s of what this one is about beside its parent. */
  links?: readonly string[] | undefined;
  /** By `performance.now()`, where it has begun before now. */
  startedAt?: number | undefined;
}

/** A span that is open. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** The span as W3C's `traceparent`, to be carried to what follows from it. */
  readonly traceparent: string;
  note(attributes: Attributes): void;
  /** For what is known only once it is under way; of few values, too. */
  rename(name: string): void;
  /** It failed; the error's code says why. An error that has failed several spans is written down in the innermost only. */
  fail(error: unknown): void;
  /** It failed by an answer that says why; `type` has few values. */
  failAs(type: string): void;
}

/** Where spans go. Nothing here throws, and nothing waits for a receiver of traces but `stop`, for a few seconds. */
export interface Tracing {
  /**
   * Does `work` inside of a span, which ends with it; what it throws is noted and thrown on.
   * @param plan asked for only where traces are on
   * @param work is given the span, or null where traces are off
   */
  span<T>(plan: () => SpanPlan, work: (span: Span | null) => Promise<T>): Promise<T>;
  /** Sends what is left, within a few seconds. */
  stop(): Promise<void>;
}

/** Traces are off: nothing is loaded, nothing is kept. */
export const NO_TRACING: Tracing = { span: (_plan, work) => work(null), stop: async () => undefined };

const open = new AsyncLocalStorage<Span>();

/** The span that is open here; undefined outside of any, and always where traces are off. */
export function currentSpan(): Span | undefined {
  return open.getStore();
}

/** Runs `work` so that all in it, however deep, finds the span. */
export function insideSpan<T>(span: Span, work: () => T): T {
  return open.run(span, work);
}
