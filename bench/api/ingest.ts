import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ConnectionSettings } from '../../src/store/database.ts';
import { bareEnvironment } from './server.ts';

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('../programs/ingest-jobs.ts', import.meta.url));

/** Of `bench/programs/ingest-jobs.ts`. */
export interface IngestResult {
  perSecond: number;
  failed: number;
  /** The most that was resident in the first and in the last quarter of the time. */
  megabytesAtFirst: number;
  megabytesAtLast: number;
}

/** Works so many `workflow_job` deliveries in a process of its own. */
export async function ingestJobs(connection: ConnectionSettings, deliveries: number): Promise<IngestResult> {
  const { stdout } = await run(process.execPath, [...process.execArgv, PROGRAM, String(deliveries)], {
    env: { PATH: process.env['PATH'], PORT: '0', ...bareEnvironment(connection) },
    maxBuffer: 10_000_000,
  });
  return JSON.parse(stdout) as IngestResult;
}
