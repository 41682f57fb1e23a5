import { readJobs } from '../../github/reads.ts';
import { type JobWithoutWord, lateJobs } from '../../store/books/history.ts';
import { saveJobs } from '../../store/books/jobs.ts';
import type { Services } from '../services.ts';
import type { Target } from '../target.ts';
import { MOST_LOGS } from './choose-logs.ts';

/** Words of jobs that come later are lost, and what comes of that is what the books say. */
const LATE_MS = 10 * 60_000;
/** Each costs a request, as each log does. */
const MOST_RUNS = 2;

/**
 * Whose fault a failure is rests on the same job in other runs. The words of jobs come late and are written many at a time, so of
 * runs that have ended a moment ago GitHub is asked where the books lack a job.
 */
export async function hearLateJobs(services: Services, { at, repository }: Target, asked: JobWithoutWord): Promise<void> {
  const since = new Date(services.now().getTime() - LATE_MS);
  const limit = Math.min(MOST_RUNS, MOST_LOGS - asked.jobNames.length);
  if (asked.jobNames.length === 0 || limit <= 0) return;
  const runs = await lateJobs(services.database, asked, { since, limit });
  for (const { runId, attempt } of runs) {
    const jobs = await readJobs(at, runId, attempt);
    await saveJobs(
      services.database,
      jobs.map((job) => ({ repositoryId: repository.id, job, heard: null })),
    );
  }
}
