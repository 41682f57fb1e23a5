import type { ReceivedSpan } from './otlp-receiver.ts';

/** The spans above this one in its trace, the nearest first. */
export function ancestors(spans: readonly ReceivedSpan[], span: ReceivedSpan): ReceivedSpan[] {
  const parent = spans.find(({ traceId, spanId }) => traceId === span.traceId && spanId === span.parentSpanId);
  return parent ? [parent, ...ancestors(spans, parent)] : [];
}

/** The way from the first span of its trace to this one, by names. */
export function wayTo(spans: readonly ReceivedSpan[], span: ReceivedSpan): string[] {
  return [span, ...ancestors(spans, span)].map(({ name }) => name).toReversed();
}

/** The one span for which it holds. @throws where there is none, or another */
export function theSpan(spans: readonly ReceivedSpan[], what: string, holds: (span: ReceivedSpan) => boolean): ReceivedSpan {
  const [found, ...more] = spans.filter(holds);
  if (!found || more.length > 0) throw new Error(`${found ? more.length + 1 : 'no'} spans: ${what}`);
  return found;
}
