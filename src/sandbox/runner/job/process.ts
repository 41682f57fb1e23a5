import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, constants as fileConstants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { LineSplitter } from './line-splitter.ts';

export interface ProcessRequest {
  file: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment; nothing of this process's own is added. */
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
  signal: AbortSignal;
  onLine: (line: string) => void;
}

export type ProcessEnd =
  | { kind: 'exited'; exitCode: number }
  | { kind: 'timed-out' }
  | { kind: 'cancelled' }
  | { kind: 'not-started'; message: string };

/** How long a process may take to end after SIGTERM before SIGKILL. GitHub's runner gives 2.5 s between its signals. */
const TERMINATION_GRACE_MS = 2_500;
/** How long output is waited for when the process has ended but a child of it holds the pipe open. GitHub's runner: 5 s. */
const OUTPUT_GRACE_MS = 1_000;

/** The leaders of the groups of all jobs that run now: they end with this process, unless it is killed itself. */
const groupsOfAllJobs = new Set<number>();

/**
 * The process groups of one job. Each process is started as the leader of a group of its own, so that what it leaves
 * behind can be ended with it.
 */
export class ProcessGroups {
  readonly #leaders = new Set<number>();

  constructor() {
    endWithThisProcess();
  }

  /** Runs a process to its end, within its limits. Never rejects. */
  async run(request: ProcessRequest): Promise<ProcessEnd> {
    if (request.signal.aborted) return { kind: 'cancelled' };
    const child = await start(request);
    if ('message' in child) return { kind: 'not-started', message: child.message };
    this.#remember(child.pid);
    const splitters = [child.stdout, child.stderr].map((stream) => {
      const splitter = new LineSplitter(request.onLine);
      stream.on('data', (chunk: Buffer) => splitter.push(chunk));
      return splitter;
    });
    const limits = watchLimits(child.pid, request);
    const closed = Promise.all([child.stdout, child.stderr].map(ended)).then(() => undefined);
    const end = await endOf(child);
    const { stopped } = limits;
    await within(closed, OUTPUT_GRACE_MS);
    limits.clear();
    child.stdout.destroy();
    child.stderr.destroy();
    for (const splitter of splitters) splitter.end();
    this.#settle(child.pid, stopped !== null);
    return stopped === null ? end : { kind: stopped };
  }

  /** Ends what processes have left running. A group that lives keeps its number, so no stranger is hit. */
  endAll(): void {
    for (const leader of this.#leaders) {
      signalGroup(leader, 'SIGKILL');
      groupsOfAllJobs.delete(leader);
    }
    this.#leaders.clear();
  }

  #remember(leader: number | undefined): void {
    if (leader === undefined) return;
    this.#leaders.add(leader);
    groupsOfAllJobs.add(leader);
  }

  /** Forgets a group that is empty, for its number may be given to another. */
  #settle(leader: number | undefined, isStopped: boolean): void {
    if (leader === undefined) return;
    if (isStopped) signalGroup(leader, 'SIGKILL');
    else if (signalGroup(leader, 0)) return;
    this.#leaders.delete(leader);
    groupsOfAllJobs.delete(leader);
  }
}

interface LimitWatch {
  /** Why the process was told to end, if it was. */
  readonly stopped: 'timed-out' | 'cancelled' | null;
  clear(): void;
}

/** Ends the process's group with SIGTERM, then SIGKILL, when its time is up or it is cancelled. */
function watchLimits(leader: number | undefined, { signal, timeoutMs }: ProcessRequest): LimitWatch {
  let stopped: LimitWatch['stopped'] = null;
  let killTimer: NodeJS.Timeout | undefined;
  const stop = (reason: 'timed-out' | 'cancelled'): void => {
    if (stopped !== null || leader === undefined) return;
    stopped = reason;
    signalGroup(leader, 'SIGTERM');
    killTimer = setTimeout(() => signalGroup(leader, 'SIGKILL'), TERMINATION_GRACE_MS);
  };
  const onAbort = (): void => stop('cancelled');
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => stop('timed-out'), timeoutMs);
  return {
    get stopped() {
      return stopped;
    },
    clear: () => {
      clearTimeout(timer);
      clearTimeout(killTimer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

function endOf(child: Child): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ kind: 'not-started', message: reasonOf(error) });
    });
    child.once('exit', (code, signal) => resolve({ kind: 'exited', exitCode: code ?? 128 + signalNumber(signal) }));
  });
}

function ended(stream: Readable): Promise<void> {
  return new Promise((resolve) => stream.once('close', () => resolve()));
}

/** Waits for the promise, but no longer than the time. */
async function within(promise: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}

/** A process whose output comes through pipes that it can open by their names, `/dev/stdout` and `/dev/stderr`, too. */
interface Child extends Pick<ChildProcess, 'pid' | 'once'> {
  stdout: Readable;
  stderr: Readable;
}

/** Node's own pipes are sockets, which can't be opened by name; GitHub's runner hands out real pipes. */
interface Pipe {
  writeEnd: number;
  readEnd: Socket;
}

async function openPipes(): Promise<[Pipe, Pipe]> {
  const folder = mkdtempSync(join(tmpdir(), 'regreen-pipes-'));
  try {
    const paths = [join(folder, 'out'), join(folder, 'err')] as const;
    await promisify(execFile)('mkfifo', ['-m', '600', ...paths]);
    const [out, err] = paths;
    return [openPipe(out), openPipe(err)];
  } finally {
    // Who has it open keeps it; nobody else finds it.
    rmSync(folder, { recursive: true, force: true });
  }
}

function openPipe(path: string): Pipe {
  // Opened for reading first, and without waiting for a writer: then the writer need not wait either.
  const fd = openSync(path, fileConstants.O_RDONLY | fileConstants.O_NONBLOCK);
  return { writeEnd: openSync(path, fileConstants.O_WRONLY), readEnd: new Socket({ fd, readable: true, writable: false }) };
}

async function start(request: ProcessRequest): Promise<Child | { message: string }> {
  try {
    return await startChild(request);
  } catch (error) {
    // Node throws for an environment that is too large, or that holds a NUL.
    return { message: reasonOf(error) };
  }
}

async function startChild({ file, args, cwd, env }: ProcessRequest): Promise<Child> {
  const [out, err] = await openPipes();
  try {
    const child = spawn(file, [...args], { cwd, env: { ...env }, detached: true, stdio: ['ignore', out.writeEnd, err.writeEnd] });
    return Object.assign(child, { stdout: out.readEnd, stderr: err.readEnd });
  } catch (error) {
    out.readEnd.destroy();
    err.readEnd.destroy();
    throw error;
  } finally {
    closeSync(out.writeEnd);
    closeSync(err.writeEnd);
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'No such file or directory';
  if (code === 'E2BIG') return 'Argument list too long';
  return error instanceof Error ? error.message : String(error);
}

let isWatchingExit = false;

function endWithThisProcess(): void {
  if (isWatchingExit) return;
  isWatchingExit = true;
  process.once('exit', () => {
    for (const leader of groupsOfAllJobs) signalGroup(leader, 'SIGKILL');
  });
}

/** Whether there was anything to send the signal to. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : constants.signals[signal];
}
