import type { MessagePort } from 'node:worker_threads';
import { createBaselineBuilder, createLogAnalyzer, type ExcerptLine, type LogAnalyzer } from '../diagnosis/analyzer.ts';
import type { Baseline } from '../diagnosis/baseline/baseline.ts';
import type { ProblemMatcher } from '../diagnosis/matchers/problem-matcher.ts';
import type { Diagnosis, PrintedDiff } from '../diagnosis/types.ts';

/** What the pool sends: chunks of the green log (if any), then of the log, then its end. */
export type ToWorker =
  | { kind: 'baseline'; chunk: Uint8Array<ArrayBuffer> }
  | { kind: 'log'; chunk: Uint8Array<ArrayBuffer> }
  | { kind: 'end' }
  | { kind: 'cancel' };

/** What the worker sends: that it has begun, and that it has finished with a chunk. */
export type FromWorker = { kind: 'started' } | { kind: 'taken' };

/** A diagnosis, with the text of its excerpts: one list of lines for each excerpt, in the same order. */
export interface LogAnalysis {
  diagnosis: Diagnosis;
  excerptTexts: ExcerptLine[][];
  printedDiffs: PrintedDiff[];
}

/** What a task is handed: the port, and the repository's own problem matchers as data. */
export interface AnalysisTask {
  port: MessagePort;
  problemMatchers: readonly ProblemMatcher[];
  /** Milliseconds of reading after which the rest of the log is only counted. Waiting for the log is free. */
  budgetMs: number;
}

/**
 * The task of an analysis thread. Takes one log through the port, chunk by chunk; each is answered with `taken`
 * before the pool sends more, so that no more than a few chunks are ever held.
 * Resolves to `null` when the pool has cancelled.
 */
export default function analyze({ port, problemMatchers, budgetMs }: AnalysisTask): Promise<LogAnalysis | null> {
  const { promise, resolve, reject } = Promise.withResolvers<LogAnalysis | null>();
  const session = createSession(problemMatchers, createStopwatch(), budgetMs);
  port.on('message', (message: ToWorker) => {
    try {
      const done = session.take(message);
      if (done === undefined) post(port, { kind: 'taken' });
      else resolve(done);
    } catch (error) {
      reject(error);
    }
  });
  port.once('close', () => resolve(null));
  post(port, { kind: 'started' });
  return promise.finally(() => port.close());
}

function post(port: MessagePort, message: FromWorker): void {
  port.postMessage(message);
}

/** Milliseconds spent in `during`, the present call included. */
interface Stopwatch {
  elapsed(): number;
  during(work: () => void): void;
}

function createStopwatch(): Stopwatch {
  let spent = 0;
  let startedAt: number | null = null;
  const elapsed = () => spent + (startedAt === null ? 0 : performance.now() - startedAt);
  return {
    elapsed,
    during(work) {
      startedAt = performance.now();
      try {
        work();
      } finally {
        spent = elapsed();
        startedAt = null;
      }
    },
  };
}

interface Session {
  take(message: ToWorker): LogAnalysis | null | undefined;
}

/** Feeds messages to the analyser; answers `undefined` as long as more is to come. */
function createSession(problemMatchers: readonly ProblemMatcher[], stopwatch: Stopwatch, budgetMs: number): Session {
  const builder = createBaselineBuilder();
  let hasBaseline = false;
  let analyzer: LogAnalyzer | undefined;
  const started = () => {
    const baseline: Baseline | undefined = hasBaseline ? builder.finish() : undefined;
    return createLogAnalyzer({ baseline, problemMatchers, isOutOfTime: () => stopwatch.elapsed() > budgetMs });
  };
  return {
    take(message) {
      if (message.kind === 'cancel') return null;
      if (message.kind === 'baseline') {
        hasBaseline = true;
        stopwatch.during(() => builder.push(message.chunk));
        return undefined;
      }
      const reading = analyzer ?? started();
      analyzer = reading;
      if (message.kind === 'end') return analysisOf(reading);
      stopwatch.during(() => reading.push(message.chunk));
      return undefined;
    },
  };
}

function analysisOf(analyzer: LogAnalyzer): LogAnalysis {
  const diagnosis = analyzer.finish();
  return {
    diagnosis,
    excerptTexts: diagnosis.excerpts.map((excerpt) => analyzer.textOf(excerpt)),
    printedDiffs: analyzer.printedDiffs(),
  };
}
