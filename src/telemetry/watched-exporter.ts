import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from './log.ts';

/** A receiver that stays away is told of so often, in milliseconds. */
const TELL_AGAIN_MS = 600_000;

/**
 * An exporter whose failures are told in our log, once in a while, and nowhere else: traces that are lost are no reason to
 * disturb anything.
 */
export class WatchedExporter implements SpanExporter {
  readonly #inner: SpanExporter;
  readonly #tell: (how: (log: Logger) => void) => void;
  readonly #now: () => number;
  #lost = 0;
  #toldAt: number | null = null;

  /** @param now milliseconds, from wherever */
  constructor(inner: SpanExporter, tell: (how: (log: Logger) => void) => void, now: () => number = () => performance.now()) {
    this.#inner = inner;
    this.#tell = tell;
    this.#now = now;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    const end = (result: ExportResult) => {
      if (result.code === ExportResultCode.SUCCESS) this.#noteArrival();
      else this.#noteLoss(spans.length, result.error);
      // They will not be there again, and who waits for them needs no error.
      done({ code: ExportResultCode.SUCCESS });
    };
    try {
      this.#inner.export(spans, end);
    } catch (error) {
      end({ code: ExportResultCode.FAILED, error: error instanceof Error ? error : new Error('the export failed') });
    }
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.#inner.forceFlush?.();
  }

  #noteLoss(spans: number, error: Error | undefined): void {
    this.#lost += spans;
    const now = this.#now();
    if (this.#toldAt !== null && now - this.#toldAt < TELL_AGAIN_MS) return;
    this.#toldAt = now;
    const lost = this.#lost;
    this.#tell((log) => log.warn({ err: error, spans: lost }, 'traces could not be sent'));
  }

  #noteArrival(): void {
    if (this.#toldAt === null) return;
    const lost = this.#lost;
    this.#toldAt = null;
    this.#lost = 0;
    this.#tell((log) => log.info({ spans: lost }, 'traces are sent again; some were lost'));
  }
}
