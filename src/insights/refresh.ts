import { followedWorkflows, replaceRedPeriods } from '../store/books/red-periods.ts';
import { daysOfRuns, sumUp, takeTouchedRuns } from '../store/books/rollups.ts';
import type { Database } from '../store/database.ts';
import { redPeriods } from './red-periods.ts';

/**
 * Touches to a transaction: enough that a day whose runs were read afterwards is summed up once and not for each of them. Days
 * to a statement: about a second (measured with 55 runs of 4 jobs a day).
 */
const TOUCHES_AT_ONCE = 20_000;
const DAYS_AT_ONCE = 20;

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
    if (taken < TOUCHES_AT_ONCE) return total;
  }
}

async function refreshSome(database: Database): Promise<number> {
  // 1 What has changed?
  const { taken, runIds } = await takeTouchedRuns(database, TOUCHES_AT_ONCE);
  if (runIds.length === 0) return 0;
  // 2 The days on which it did
  const days = await daysOfRuns(database, runIds);
  for (let at = 0; at < days.length; at += DAYS_AT_ONCE) await sumUp(database, days.slice(at, at + DAYS_AT_ONCE));
  // 3 When the default branches were red
  for (const workflow of await followedWorkflows(database, runIds)) await replaceRedPeriods(database, workflow, redPeriods);
  return taken;
}
