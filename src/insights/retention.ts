import { FORGETTABLE, type Forgettable, forgetSome, markForgotten } from '../store/books/retention.ts';
import type { Database } from '../store/database.ts';

/** How long rows are kept, in days. */
export interface Retention {
  deliveries: number;
  runs: number;
  figures: number;
}

const DAY_MS = 24 * 3_600_000;
/** A statement deletes well within a second, and others get their turn between two. */
const ROWS_AT_ONCE = 2_000;

/** Which of the days a kind goes by. */
const DAYS_OF: Record<Forgettable, keyof Retention> = {
  deliveries: 'deliveries',
  runs: 'runs',
  checks: 'runs',
  deployments: 'figures',
  sums: 'figures',
  notifications: 'runs',
};

/**
 * Deletes what is older than it is to be kept, in batches. May be broken off at any time; the next goes on. What is still to be worked is never deleted, whatever its age.
 * @returns how many rows of each kind; of sums, of the table that had the most
 */
export async function forget(
  database: Database,
  retention: Retention,
  now: Date,
  signal?: AbortSignal,
): Promise<Record<Forgettable, number>> {
  const forgotten = { deliveries: 0, runs: 0, checks: 0, deployments: 0, sums: 0, notifications: 0 };
  for (const kind of FORGETTABLE) {
    const before = await markForgotten(database, kind, new Date(now.getTime() - retention[DAYS_OF[kind]] * DAY_MS));
    for (let gone = ROWS_AT_ONCE; gone >= ROWS_AT_ONCE; ) {
      signal?.throwIfAborted();
      gone = await forgetSome(database, kind, before, ROWS_AT_ONCE);
      forgotten[kind] += gone;
    }
  }
  return forgotten;
}
