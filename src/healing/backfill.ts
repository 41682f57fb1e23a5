import type { At } from '../github/client.ts';
import {
  type Allowance,
  isPassing,
  isRefusal,
  MOST_LISTED,
  readJobsOfAllAttempts,
  readRunsCreated,
} from '../github/past-runs.ts';
import { readRun } from '../github/reads.ts';
import type { Run } from '../github/types.ts';
import { advanceBackfill, type Backfill, nextBackfill, readAlready, refuseBackfill } from '../store/books/backfills.ts';
import { saveJobs } from '../store/books/jobs.ts';
import { saveRun } from '../store/books/runs.ts';
import { findRepository } from '../store/repositories/repositories.ts';
import type { Services } from './services.ts';

/** What it needs of all services. */
type BackfillServices = Pick<Services, 'database' | 'github' | 'log' | 'now'>;

/** How far back is read when the app is installed. */
export const BACKFILL_DAYS = 30;
/** The share of the hour's requests that is left for what happens now. */
const RESERVE = 0.5;
const DAY_MS = 24 * 3_600_000;
const SHORTEST_SLICE_MS = 60_000;

export interface BackfillBudget {
  /** No new run is begun after this many milliseconds. */
  milliseconds: number;
  signal?: AbortSignal;
  /** Told after each slice and each hundred runs. */
  progress?: (backfill: Backfill, runs: number) => void;
}

type Stop = 'out of time' | 'out of requests';

/**
 * Reads runs of the past into the books, of the repository that has waited the longest, then of the next, until the time is up
 * or half of the hour's requests to GitHub are used. What was read stays read: the next call goes on there.
 * @returns why it ended; null when nothing is left to read
 */
export async function backfillSome(services: BackfillServices, budget: BackfillBudget): Promise<Stop | null> {
  const until = performance.now() + budget.milliseconds;
  const exhausted: number[] = [];
  for (;;) {
    budget.signal?.throwIfAborted();
    const backfill = await nextBackfill(services.database, exhausted);
    if (!backfill) return exhausted.length > 0 ? 'out of requests' : null;
    const stop = await backfillSlice(services, backfill, { ...budget, until });
    if (stop === 'out of time') return stop;
    // Another repository may belong to another installation, which has requests of its own.
    if (stop === 'out of requests') exhausted.push(backfill.repositoryId);
  }
}

/** Reads the newest day that has not been read. */
async function backfillSlice(
  services: BackfillServices,
  backfill: Backfill,
  budget: BackfillBudget & { until: number },
): Promise<Stop | null> {
  const { database } = services;
  const { repositoryId } = backfill;
  const repository = await findRepository(database, repositoryId);
  if (!repository || repository.installationId === null || repository.removedAt) {
    await refuseBackfill(database, repositoryId, 'The app is not installed on it any more.', services.now());
    return null;
  }
  try {
    const at = await services.github.at(repository.installationId, repository);
    // 1 A slice of time that GitHub lists whole
    let from = new Date(Math.max(backfill.doneFrom.getTime() - DAY_MS, backfill.since.getTime()));
    const to = backfill.doneFrom;
    let first = await readRunsCreated(at, { from, to }, 1);
    while (first.total > MOST_LISTED && to.getTime() - from.getTime() > SHORTEST_SLICE_MS) {
      from = new Date((from.getTime() + to.getTime()) / 2);
      first = await readRunsCreated(at, { from, to }, 1);
    }
    // 2 Its runs, but for those that the books have
    let read = 0;
    for (let page = 1, { runs, allowance } = first; runs.length > 0; page += 1) {
      const known = await readAlready(database, runs);
      for (const run of runs) {
        budget.signal?.throwIfAborted();
        if (known.has(run.id)) continue;
        const stop = stopOf(allowance, budget.until);
        if (stop) return stop;
        allowance = (await readWhole(services, at, repositoryId, run)) ?? allowance;
        read += 1;
      }
      budget.progress?.(backfill, read);
      if (page * 100 >= Math.min(first.total, MOST_LISTED)) break;
      ({ runs, allowance } = await readRunsCreated(at, { from, to }, page + 1));
    }
    // 3 How far we are
    await advanceBackfill(database, backfill, { doneFrom: from, runs: read, at: services.now() });
    return stopOf(null, budget.until);
  } catch (error) {
    if (isPassing(error)) {
      services.log.info({ repositoryId, err: error }, 'the past of a repository is read on later');
      return 'out of requests';
    }
    if (!isRefusal(error)) throw error;
    services.log.info({ repositoryId, err: error }, 'GitHub refuses to tell the past of a repository');
    await refuseBackfill(database, repositoryId, 'GitHub refuses to tell.', services.now());
    return null;
  }
}

function stopOf(allowance: Allowance | null, until: number): Stop | null {
  if (allowance && allowance.remaining < allowance.limit * RESERVE) return 'out of requests';
  return performance.now() >= until ? 'out of time' : null;
}

/** A run with all its attempts and their jobs. */
async function readWhole(services: BackfillServices, at: At, repositoryId: number, run: Run): Promise<Allowance | null> {
  const { database } = services;
  const { jobs, allowance } = await readJobsOfAllAttempts(at, run.id);
  for (let attempt = 1; attempt < run.attempt; attempt += 1) {
    const earlier = await readRun(at, run.id, attempt);
    await saveRun(database, repositoryId, earlier, run.pullRequests[0] ?? null, services.now());
  }
  await saveJobs(
    database,
    jobs.map((job) => ({ repositoryId, job, heard: null })),
  );
  // The run comes last: it says that the rest is there.
  await saveRun(database, repositoryId, run, run.pullRequests[0] ?? null, services.now());
  return allowance;
}
