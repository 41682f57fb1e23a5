import { followedWorkflows, replaceRedPeriods } from '../store/books/red-periods.ts';
import { addUpWeeks, daysOfRuns, sumUp, takeTouchedRuns, totalUp } from '../store/books/rollups.ts';
import type { Database } from '../store/database.ts';
import { redPeriods } from './red-periods.ts';

/** Touches to a transaction: enough that a day whose runs were read afterwards is summed up once and not for each of them. */
const TOUCHES_AT_ONCE = 20_000;
/** To a statement; more than half a second of it (measured with 4 jobs to a run) is saved nothing any more. */
const RUNS_AT_ONCE = 2_000;
const DAYS_AT_ONCE = 500;
/** Days of all repositories, and weeks of all jobs, to a transaction. */
const TOTALS_AT_ONCE = 50;
const WEEKS_AT_ONCE = 10;

/**
 * Brings the sums up to date with the books. Each sum is made anew from the rows that it is of, so it doesn't matter in which
 * order they came, how often, or whether a refresh was broken off.
 * @returns how many touches were worked off
 */
export async function refreshFigures(database: Database, signal?: AbortSignal): Promise<number> {
  let total = 0;
  for (;;) {
    signal?.throwIfAborted();
    const taken = await database.transaction().execute((transaction) => refreshSome(transaction));
    total += taken;
    if (taken < TOUCHES_AT_ONCE) break;
  }
  // Once all sums are there: each touches a day and a week that many repositories have in common.
  await inTurns(database, TOTALS_AT_ONCE, totalUp, signal);
  await inTurns(database, WEEKS_AT_ONCE, addUpWeeks, signal);
  return total;
}

/** Transaction after transaction, each of so many, until there are no more. */
async function inTurns(
  database: Database,
  limit: number,
  work: (transaction: Database, limit: number) => Promise<number>,
  signal?: AbortSignal,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const done = await database.transaction().execute((transaction) => work(transaction, limit));
    if (done < limit) return;
  }
}

async function refreshSome(database: Database): Promise<number> {
  // 1 What has changed?
  const { taken, runIds } = await takeTouchedRuns(database, TOUCHES_AT_ONCE);
  if (runIds.length === 0) return 0;
  // 2 The days on which it did
  const days = await daysOfRuns(database, runIds);
  for (const some of inPortions(days)) await sumUp(database, some);
  // 3 When the default branches were red
  for (const workflow of await followedWorkflows(database, runIds)) await replaceRedPeriods(database, workflow, redPeriods);
  return taken;
}

/** A day is never divided, however many runs it has. */
function* inPortions<Day extends { runs: number }>(days: readonly Day[]): Generator<Day[]> {
  let portion: Day[] = [];
  let runs = 0;
  for (const day of days) {
    if (portion.length > 0 && (runs + day.runs > RUNS_AT_ONCE || portion.length === DAYS_AT_ONCE)) {
      yield portion;
      portion = [];
      runs = 0;
    }
    portion.push(day);
    runs += day.runs;
  }
  if (portion.length > 0) yield portion;
}
