import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { NotFoundError } from '../../errors.ts';
import type { At } from '../../github/index.ts';
import { type LogParts, readJobLog, readJobLogParts } from '../../github/logs.ts';
import { readJob, readJobs } from '../../github/reads.ts';
import { answered } from '../../github/refusals.ts';
import type { Job } from '../../github/types.ts';
import { maskSecrets } from '../../secret-mask.ts';
import type { Services } from '../services.ts';
import { runTarget } from './known-places.ts';
import { resolveRange, type WantedRange } from './ranges.ts';

/** A log on its way out, secrets masked. */
export interface LogAnswer {
  body: AsyncIterable<Uint8Array>;
  /** Which bytes of it come, `last` included; `null` for all. */
  part: { first: number; last: number } | null;
  /** In bytes; `null` where that is not known. */
  size: number | null;
}

/** What of a log is wanted. */
export interface LogRequest {
  runId: number;
  jobId: number;
  /** `null` for all of it. */
  range: WantedRange | null;
  /** Aborts when nobody waits for it any more. */
  signal: AbortSignal;
}

/** A secret tells itself by what stands around it, so a part is read with this much before and behind it, in bytes. */
const AROUND = 64 * 1024;

/**
 * The log of a job, as a stream. Masked bytes are as many as there were, so parts lie where they lie at GitHub.
 * @returns `'unsatisfiable'` for a part that lies behind the end, with the size
 * @throws RegreenError that says why there is none
 */
export async function readLog(
  services: Services,
  { runId, jobId, range, signal }: LogRequest,
): Promise<LogAnswer | { unsatisfiable: number }> {
  const { target } = await runTarget(services, runId);
  await jobOfRun(target.at, runId, jobId);
  const parts = await answered(readJobLogParts(target.at, jobId, signal));
  if (parts === null) throw logNotFound(jobId);
  if (parts !== 'whole' && range !== null) return readPart(parts, range);
  const log = await answered(readJobLog(target.at, jobId, signal));
  if (log === null) throw logNotFound(jobId);
  return { body: maskSecrets(log), part: null, size: parts === 'whole' ? null : parts.size };
}

async function readPart(parts: LogParts, range: WantedRange): Promise<LogAnswer | { unsatisfiable: number }> {
  const wanted = resolveRange(range, parts.size);
  if (wanted === null) return { unsatisfiable: parts.size };
  const from = Math.max(0, wanted.first - AROUND);
  const read = await parts.read(from, Math.min(parts.size - 1, wanted.last + AROUND));
  return { body: cut(maskSecrets(read.body), wanted.first - from, wanted.last + 1 - from), part: wanted, size: parts.size };
}

/** The bytes from `start` to `end`, which is not included. */
async function* cut(body: AsyncIterable<Uint8Array>, start: number, end: number): AsyncGenerator<Uint8Array> {
  let place = 0;
  for await (const chunk of body) {
    const wanted = chunk.subarray(Math.max(0, start - place), Math.max(0, end - place));
    place += chunk.length;
    if (wanted.length > 0) yield wanted;
    if (place >= end) return;
  }
}

/**
 * The logs of an attempt's jobs in one zip, one file a job, made while it is sent.
 * @throws RegreenError when there is none
 */
export async function readLogArchive(
  services: Services,
  { runId, attempt, signal }: { runId: number; attempt: number | undefined; signal: AbortSignal },
): Promise<{ body: AsyncIterable<Uint8Array>; attempt: number }> {
  const { target, run } = await runTarget(services, runId);
  const number = attempt ?? run.attempt;
  const jobs = (await answered(readJobs(target.at, runId, number))).filter((job) => job.status === 'completed');
  const opened = await openFirst(target.at, jobs, signal);
  if (!opened) throw logsNotFound(runId, number);
  const zip = new ZipFile();
  for (const [index, job] of opened.jobs.entries()) {
    const read = async () => (index === 0 ? opened.log : await readJobLog(target.at, job.id, signal));
    addLazily(zip, nameOf(job, index), job, read);
  }
  zip.end();
  return { body: zip.outputStream as unknown as AsyncIterable<Uint8Array>, attempt: number };
}

/** Before the answer begins, so that what can't be had is told by a status. */
async function openFirst(at: At, jobs: readonly Job[], signal: AbortSignal) {
  for (const [index, job] of jobs.entries()) {
    const log = await answered(readJobLog(at, job.id, signal));
    if (log) return { log, jobs: jobs.slice(index) };
  }
  return null;
}

/** yazl asks for each file when its turn comes; an error on the way breaks the archive off, which no reader takes for a whole one. */
function addLazily(zip: ZipFile, name: string, job: Job, read: () => Promise<AsyncIterable<Uint8Array> | null>): void {
  const mtime = new Date(job.completedAt ?? job.startedAt ?? 0);
  zip.addReadStreamLazy(name, { mtime }, (done) => {
    read().then(
      (log) => {
        const stream = Readable.from(log ? maskSecrets(log) : [NO_LOG], { objectMode: false });
        stream.once('error', (error) => (zip.outputStream as Readable).destroy(error));
        done(null, stream);
      },
      (error: Error) => (zip.outputStream as Readable).destroy(error),
    );
  });
}

const NO_LOG = Buffer.from('GitHub has no log of this job (any more).\n');

/** As GitHub names them in its own archives. */
function nameOf({ name }: Job, index: number): string {
  return `${index}_${name.replace(/[/\\:<>"|?*\p{Cc}]/gu, '').slice(0, 200)}.txt`;
}

/** A job of the run. @throws NotFoundError when it is none */
export async function jobOfRun(at: At, runId: number, jobId: number): Promise<Job> {
  const job = await answered(readJob(at, jobId));
  if (job?.runId === runId) return job;
  throw new NotFoundError('JOB_NOT_FOUND', 'The run has no such job.', {
    details: { runId, jobId },
    hint: 'GET /api/v1/builds/{id} lists the jobs of a run.',
  });
}

export function logNotFound(jobId: number): NotFoundError {
  return new NotFoundError('LOG_NOT_FOUND', 'GitHub has no log of this job.', {
    details: { jobId },
    hint: 'It comes when the job has ended, and is kept for 90 days unless the repository says otherwise.',
  });
}

function logsNotFound(runId: number, attempt: number): NotFoundError {
  return new NotFoundError('LOG_NOT_FOUND', 'GitHub has no logs of this attempt.', {
    details: { runId, attempt },
    hint: 'They come when the jobs have ended, and are kept for 90 days unless the repository says otherwise.',
  });
}
