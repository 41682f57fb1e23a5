import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { ProblemMatcher } from '../diagnosis/matchers/problem-matcher.ts';
import type { Diagnosis } from '../diagnosis/types.ts';
import { UnavailableError } from '../errors.ts';
import type { AnalysisTask, FromWorker, LogAnalysis, ToWorker } from './analysis-worker.ts';

export type { LogAnalysis } from './analysis-worker.ts';

/** A log, whole or as it arrives. */
export type LogBytes = Uint8Array | AsyncIterable<Uint8Array>;

export interface AnalysisPoolOptions {
  /** Threads at most. Default 1: analysis is quick, and the event loop needs a core too. */
  maxThreads?: number;
  /** Milliseconds after which an idle thread ends. Default 10,000. */
  idleTimeoutMs?: number;
  /** Milliseconds that one analysis may take from its start in a thread, with waiting for the log. Default 120,000. */
  taskTimeoutMs?: number;
  /**
   * Milliseconds of reading after which an analysis only counts the rest of the log, and answers a diagnosis that says that
   * it is partial. Default: half of `taskTimeoutMs`, so that the answer comes before the task fails.
   */
  budgetMs?: number;
  /** Analyses that may wait for a thread. Default 256. */
  maxQueue?: number;
  /** Megabytes of JavaScript heap a thread may use. Default 256, at least 64: a thread that can't even start ends the process. */
  maxHeapMegabytes?: number;
}

export interface AnalyzeOptions {
  /** The last green log of the same job; its lines are no evidence. */
  baseline?: LogBytes;
  /** The repository's own, beside the built-in matchers. */
  problemMatchers?: readonly ProblemMatcher[];
  /** Gives the analysis up. */
  signal?: AbortSignal;
}

/** Analyses logs off the event loop. Threads start with the first log and end when idle. */
export interface AnalysisPool {
  /**
   * Reads the log to its end and says what it holds.
   * @throws UnavailableError `ANALYSIS_TIMEOUT`, `ANALYSIS_QUEUE_FULL`, `ANALYSIS_CANCELLED`, `ANALYSIS_POOL_CLOSED`,
   * or `ANALYSIS_CRASHED` (the thread ended, for one by its memory limit); and whatever reading the log throws.
   */
  analyze(log: LogBytes, options?: AnalyzeOptions): Promise<Diagnosis>;
  /** The same, with the text of the excerpts. */
  analyzeWithText(log: LogBytes, options?: AnalyzeOptions): Promise<LogAnalysis>;
  /** Lets analyses under way end, then ends the threads. */
  close(): Promise<void>;
  /** Threads that live now. */
  readonly threadCount: number;
}

/** Chunks that may be on their way to a thread: enough to keep it busy, too few to matter. */
const MAX_CHUNKS_UNDER_WAY = 4;

const MIN_HEAP_MEGABYTES = 64;

/** Larger chunks are sent in pieces. */
const MAX_CHUNK_BYTES = 256 * 1024;

const WORKER_FILE = fileURLToPath(new URL('./analysis-worker.ts', import.meta.url));

/** Makes a pool. No thread starts before the first log. */
export function createAnalysisPool(options: AnalysisPoolOptions = {}): AnalysisPool {
  const timeoutMs = options.taskTimeoutMs ?? 120_000;
  const limits = { timeoutMs, budgetMs: options.budgetMs ?? timeoutMs / 2 };
  let piscina: Piscina | undefined;
  let closed = false;
  const started = () => {
    piscina ??= new Piscina({
      filename: WORKER_FILE,
      minThreads: 0,
      maxThreads: options.maxThreads ?? 1,
      idleTimeout: options.idleTimeoutMs ?? 10_000,
      maxQueue: options.maxQueue ?? 256,
      resourceLimits: {
        maxOldGenerationSizeMb: Math.max(MIN_HEAP_MEGABYTES, options.maxHeapMegabytes ?? 256),
        maxYoungGenerationSizeMb: 32,
      },
      execArgv: [],
      // Threads read hostile input: they have no need to know the secrets of the environment.
      env: {},
    });
    return piscina;
  };
  const analyzeWithText = async (log: LogBytes, task: AnalyzeOptions = {}) => {
    if (closed) throw new UnavailableError('ANALYSIS_POOL_CLOSED', 'the analysis threads have been closed');
    return runTask(started(), log, task, limits);
  };
  return {
    analyzeWithText,
    analyze: async (log, task) => (await analyzeWithText(log, task)).diagnosis,
    async close() {
      closed = true;
      await piscina?.close();
    },
    get threadCount() {
      return piscina?.threads.length ?? 0;
    },
  };
}

interface TimeLimits {
  timeoutMs: number;
  budgetMs: number;
}

async function runTask(piscina: Piscina, log: LogBytes, options: AnalyzeOptions, limits: TimeLimits): Promise<LogAnalysis> {
  const { timeoutMs, budgetMs } = limits;
  const { port1: port, port2: workerPort } = new MessageChannel();
  const control = new AbortController();
  const cancel = () => control.abort(new UnavailableError('ANALYSIS_CANCELLED', 'the analysis was given up'));
  if (options.signal?.aborted) cancel();
  options.signal?.addEventListener('abort', cancel, { once: true });
  const sender = createSender(port, () => {
    const timeout = new UnavailableError('ANALYSIS_TIMEOUT', `the analysis took more than ${timeoutMs} ms`);
    return setTimeout(() => control.abort(timeout), timeoutMs);
  });
  try {
    const work: AnalysisTask = { port: workerPort, problemMatchers: options.problemMatchers ?? [], budgetMs };
    const result = piscina.run(work, { transferList: [workerPort], signal: control.signal });
    const [analysis] = await Promise.all([result.finally(sender.stop), sendAll(sender, log, options.baseline)]);
    if (analysis === null) throw new UnavailableError('ANALYSIS_CANCELLED', 'the analysis was given up');
    return analysis as LogAnalysis;
  } catch (error) {
    throw control.signal.aborted ? control.signal.reason : typed(error);
  } finally {
    options.signal?.removeEventListener('abort', cancel);
    sender.stop();
  }
}

async function sendAll(sender: Sender, log: LogBytes, baseline: LogBytes | undefined): Promise<void> {
  try {
    if (baseline) for await (const chunk of piecesOf(baseline)) if (!(await sender.send('baseline', chunk))) return;
    for await (const chunk of piecesOf(log)) if (!(await sender.send('log', chunk))) return;
    sender.post({ kind: 'end' });
  } catch (error) {
    sender.post({ kind: 'cancel' });
    throw new SourceError(error);
  }
}

/** What reading the log threw; it is the caller's own error and goes back as it is. */
class SourceError extends Error {
  constructor(cause: unknown) {
    super('the log could not be read', { cause });
  }
}

interface Sender {
  /** Sends a copy of the chunk as soon as the thread has room. `false`: the task is over, send no more. */
  send(kind: 'baseline' | 'log', chunk: Uint8Array): Promise<boolean>;
  post(message: ToWorker): void;
  stop(): void;
}

/** Back-pressure: nothing is sent before the thread has begun, and then only so many chunks ahead of it. */
function createSender(port: MessagePort, startTimer: () => NodeJS.Timeout): Sender {
  let timer: NodeJS.Timeout | undefined;
  let room = 0;
  let stopped = false;
  let wake = Promise.withResolvers<void>();
  const signalChange = () => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  port.on('message', (message: FromWorker) => {
    if (message.kind === 'started') timer = startTimer();
    room += message.kind === 'started' ? MAX_CHUNKS_UNDER_WAY : 1;
    signalChange();
  });
  return {
    async send(kind, chunk) {
      while (room === 0 && !stopped) await wake.promise;
      if (stopped) return false;
      room--;
      // A copy: the caller's memory may belong to Node's shared pool of buffers, which can't be transferred.
      const own = new Uint8Array(chunk);
      port.postMessage({ kind, chunk: own } satisfies ToWorker, [own.buffer]);
      return true;
    },
    post: (message) => port.postMessage(message),
    stop() {
      if (stopped) return;
      stopped = true;
      clearTimeout(timer);
      port.close();
      signalChange();
    },
  };
}

async function* piecesOf(log: LogBytes): AsyncGenerator<Uint8Array> {
  if (log instanceof Uint8Array) {
    yield* cut(log);
    return;
  }
  for await (const chunk of log) yield* cut(chunk);
}

function* cut(chunk: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < chunk.length; start += MAX_CHUNK_BYTES) yield chunk.subarray(start, start + MAX_CHUNK_BYTES);
}

function typed(error: unknown): unknown {
  if (error instanceof SourceError) return error.cause;
  if (error instanceof UnavailableError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const isFull = /queue is at limit/i.test(message);
  return new UnavailableError(
    isFull ? 'ANALYSIS_QUEUE_FULL' : 'ANALYSIS_CRASHED',
    isFull ? 'too many analyses wait already' : 'the analysis thread ended before its answer',
    {
      cause: error,
    },
  );
}
