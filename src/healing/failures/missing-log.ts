import type { CauseCategory, Diagnosis } from '../../diagnosis/types.ts';
import { UnavailableError } from '../../errors.ts';
import { readJobLog } from '../../github/logs.ts';
import type { JobContext } from '../../queue/run-job.ts';
import type { Analysis } from '../services.ts';

/** Attempts in which a missing log is waited for: a few seconds in all. */
const LOG_PATIENCE_ATTEMPTS = 2;

/** The log of a job that has ended is not there yet; the queue tries again. */
class LogNotReadyError extends UnavailableError {
  constructor(job: number) {
    super('LOG_NOT_READY', 'GitHub has no log of the job (yet).', { details: { job } });
  }
}

/**
 * The log of a job that has ended; `null` when GitHub has none. GitHub may say that a job has ended a moment before its
 * log is there; one that has expired never comes.
 * @throws UnavailableError `LOG_NOT_READY` in the first attempts of the job of the queue
 */
export async function readLogOfEnded(
  at: Parameters<typeof readJobLog>[0],
  job: number,
  { attempt, signal }: Pick<JobContext, 'attempt' | 'signal'>,
): Promise<Awaited<ReturnType<typeof readJobLog>>> {
  const log = await readJobLog(at, job, signal);
  if (log === null && attempt <= LOG_PATIENCE_ATTEMPTS) throw new LogNotReadyError(job);
  return log;
}

/** What a conclusion alone says of the cause. */
const CAUSE_OF_CONCLUSION: Record<string, { category: CauseCategory; text: string }> = {
  startup_failure: {
    category: 'workflow-config',
    text: 'GitHub could not start the workflow: its file is not valid, or names what is not there.',
  },
  timed_out: { category: 'timeout', text: 'GitHub ended the job at its time limit, and keeps no log of it.' },
  cancelled: { category: 'cancelled', text: 'The job was cancelled before it wrote a log.' },
};

/** The diagnosis of a failure that has no log: all that is known is how it ended. */
export function diagnosisWithoutLog(conclusion: string | null): Analysis {
  const known = CAUSE_OF_CONCLUSION[conclusion ?? ''];
  const category = known?.category ?? 'unknown';
  const diagnosis: Diagnosis = {
    format: 'plain',
    lines: 0,
    failedSteps: [],
    excerpts: [],
    diagnostics: [],
    tests: null,
    cause: { category, confidence: known ? 0.9 : 0, evidence: [] },
    fingerprint: fingerprintOf(conclusion ?? 'none'),
  };
  return { diagnosis, excerpt: known?.text ?? 'GitHub has no log of this job.', excerptLines: [], printedDiffs: [] };
}

/** Hexadecimal, as every fingerprint; the same for the same end. */
function fingerprintOf(conclusion: string): string {
  return Buffer.from(`no log: ${conclusion}`, 'utf8').toString('hex');
}
