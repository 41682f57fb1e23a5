import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegreenError } from '../errors.ts';
import type { Declined, Files, FixResult, FixSource } from '../fixers/types.ts';
import { FIXER_CHILD, ownFiles } from './program-files.ts';

export interface FixerTask {
  fixer: string;
  source: FixSource;
  targets: Files;
  context: Files;
  /** Paths that the fixer only needs to know of. */
  present?: readonly string[];
}

/** What the child is told: its task, and the folder that it may write to. */
export interface FixerMessage extends FixerTask {
  folder: string;
}

export type FixerAnswer = { result: FixResult | Declined } | { failed: string };

export interface FixerLimits {
  timeoutMs: number;
  /** Resident memory of the child, in bytes. A heap limit would not see WASM nor buffers. */
  memoryBytes: number;
}

export const FIXER_LIMITS: FixerLimits = { timeoutMs: 30_000, memoryBytes: 768 * 1024 * 1024 };

const WATCH_INTERVAL_MS = 100;
/** Linux's page size on the machines that Node supports prebuilt. */
const PAGE_BYTES = 4096;
let readable: readonly string[] | undefined;

/** The fixer did not end as it should: it took too long, too much memory, or crashed. */
export class FixerFailedError extends RegreenError {
  constructor(code: 'FIXER_TIMEOUT' | 'FIXER_MEMORY' | 'FIXER_CRASHED' | 'FIXER_ABORTED', message: string, cause?: unknown) {
    super(message, { code, type: 'internal', status: 500, cause });
  }
}

/**
 * Runs one fixer in a process of its own, with an empty environment.
 * @throws FixerFailedError when it takes too long, too much memory, or crashes
 */
export async function runFixer(
  task: FixerTask,
  signal: AbortSignal,
  limits: FixerLimits = FIXER_LIMITS,
): Promise<FixResult | Declined> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'regreen-fix-'));
  const child = startChild(folder);
  const stopWatching = new AbortController();
  try {
    const answer = await Promise.race([
      answerOf(child, { ...task, folder }),
      timeLimit(limits.timeoutMs, stopWatching.signal),
      memoryLimit(child, limits.memoryBytes, stopWatching.signal),
      abortion(signal, stopWatching.signal),
    ]);
    if ('failed' in answer)
      throw new FixerFailedError('FIXER_CRASHED', `The fixer ${task.fixer} failed: ${answer.failed.slice(0, 500)}`);
    return answer.result;
  } finally {
    stopWatching.abort();
    await end(child);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Node's flags for a process that reads the program and its task only, and writes to its task only. */
export function fixerPermissions(folder: string): string[] {
  readable ??= ownFiles();
  return ['--permission', ...[...readable, folder].map((path) => `--allow-fs-read=${path}`), `--allow-fs-write=${folder}`];
}

/** Node's permissions keep it from starting programs, and from the files of others: https://nodejs.org/api/permissions.html */
function startChild(folder: string): ChildProcess {
  return fork(FIXER_CHILD, [], {
    env: {},
    execArgv: fixerPermissions(folder),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
}

/** A child that could write on would fill the folder again while it is removed. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

function answerOf(child: ChildProcess, task: FixerMessage): Promise<FixerAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<FixerAnswer>();
  child.once('message', (message) => resolve(message as FixerAnswer));
  child.once('error', (error) => reject(new FixerFailedError('FIXER_CRASHED', 'The fixer could not be started.', error)));
  child.once('exit', (status, by) =>
    reject(new FixerFailedError('FIXER_CRASHED', `The fixer ended without an answer (${by ?? status}).`)),
  );
  child.send(task, (error) => error && reject(new FixerFailedError('FIXER_CRASHED', 'The fixer took no task.', error)));
  return promise;
}

function timeLimit(milliseconds: number, done: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new FixerFailedError('FIXER_TIMEOUT', `The fixer took more than ${milliseconds / 1000} s.`)),
    milliseconds,
  );
  done.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return promise;
}

function memoryLimit(child: ChildProcess, bytes: number, done: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setInterval(async () => {
    if ((await residentBytes(child.pid)) > bytes)
      reject(new FixerFailedError('FIXER_MEMORY', `The fixer took more than ${Math.round(bytes / 2 ** 20)} MB.`));
  }, WATCH_INTERVAL_MS);
  done.addEventListener('abort', () => clearInterval(timer), { once: true });
  return promise;
}

function abortion(signal: AbortSignal, done: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(new FixerFailedError('FIXER_ABORTED', 'The fixer was stopped.', signal.reason));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  done.addEventListener('abort', () => signal.removeEventListener('abort', onAbort), { once: true });
  return promise;
}

/** Second field of /proc/PID/statm (man 5 proc), in pages; 0 where there is no /proc. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
  return (Number(text.split(' ')[1]) || 0) * PAGE_BYTES;
}
