import { setTimeout } from 'node:timers/promises';
import type { ProblemMatcher } from '../diagnosis/matchers/problem-matcher.ts';
import type { At } from '../github/index.ts';
import { readJobLog } from '../github/logs.ts';
import type { Job } from '../github/types.ts';
import { chooseLogs } from '../healing/failures/choose-logs.ts';
import { diagnosisWithoutLog } from '../healing/failures/missing-log.ts';
import { isRed } from '../healing/failures/red.ts';
import type { Analysis } from '../healing/services.ts';
import { analyse } from './analyse.ts';
import type { Occasion } from './occasion.ts';

/** A failed job; without an id when the run ended before any job began. */
export type FailedJob = Pick<Job, 'name' | 'conclusion' | 'steps'> & { id: number | null };

export interface JobAnalysis {
  job: FailedJob;
  analysis: Analysis;
}

export const LOG_TIMEOUT_MS = 120_000;
/** GitHub may say that a job has ended some seconds before its log is there. */
const LOG_WAITS_MS = [1_000, 2_000, 4_000, 8_000];

/** The red jobs that have ended, and all of them that there are. */
export function redJobs({ jobs, run, isAfterwards }: Occasion): { seen: FailedJob[]; unread: string[] } {
  const failed = jobs.filter((job) => job.status === 'completed' && isRed(job.conclusion));
  if (failed.length === 0 && isAfterwards && isRed(run.conclusion)) {
    return { seen: [{ id: null, name: run.workflowName, conclusion: run.conclusion, steps: [] }], unread: [] };
  }
  const seen = chooseLogs(failed);
  return { seen, unread: failed.filter((job) => !seen.includes(job)).map(({ name }) => name) };
}

/** Reads the logs of failed jobs, one after the other. */
export async function diagnoseJobs(
  at: At,
  failed: readonly FailedJob[],
  matchers: readonly ProblemMatcher[],
): Promise<JobAnalysis[]> {
  const analyses: JobAnalysis[] = [];
  for (const job of failed) {
    const log = job.id === null ? null : await patientLog(at, job.id);
    analyses.push({ job, analysis: log ? await analyse(log, matchers) : diagnosisWithoutLog(job.conclusion) });
  }
  return analyses;
}

async function patientLog(at: At, jobId: number): Promise<AsyncIterable<Uint8Array> | null> {
  for (const wait of LOG_WAITS_MS) {
    const log = await readJobLog(at, jobId, AbortSignal.timeout(LOG_TIMEOUT_MS));
    if (log !== null) return log;
    await setTimeout(wait);
  }
  return readJobLog(at, jobId, AbortSignal.timeout(LOG_TIMEOUT_MS));
}
