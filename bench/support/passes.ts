import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** As the pool cuts logs for its threads. */
export const CHUNK_BYTES = 256 * 1_024;

/** Of `read-log.ts`. */
export interface PassResult {
  lines: number;
  seconds: number;
  /** The most that was resident at any time. */
  megabytes: number;
}

/** Of `analyse-in-process.ts`. */
export interface InProcessResult {
  /** Seconds of the first log in the process. */
  first: number;
  /** Median of the same log later. */
  later: number;
  /** Time a megabyte of a log of 100 MB, divided by that of one of 1 MB. */
  largeOverSmall: number;
}

/** Of `event-loop.ts`, in milliseconds. */
export interface EventLoopResult {
  p99: number;
  worst: number;
}

/** What has been compiled before, where `module.enableCompileCache` puts it for the server and `regreen`. */
const COMPILE_CACHE = join(tmpdir(), 'node-compile-cache');

/**
 * Runs a program of `bench/programs/` in a process of its own, with the flags of this one (`bin/run.js`) and the compile cache that
 * the server and `regreen` have; resolves to what it prints.
 */
export async function runProgram<T>(file: string, ...args: string[]): Promise<T> {
  const path = fileURLToPath(new URL(`../programs/${file}`, import.meta.url));
  const { stdout } = await run(process.execPath, [...process.execArgv, path, ...args], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILE_CACHE },
    maxBuffer: 1_000_000,
  });
  return JSON.parse(stdout) as T;
}
