/** An attempt on the default branch that ended green or red. */
export interface JudgedAttempt {
  runId: number;
  attempt: number;
  green: boolean;
  completedAt: Date;
}

/** From the end of the first red attempt to the end of the green one that made the branch green again. */
export interface RedPeriod {
  red: JudgedAttempt;
  /** Attempts that said red in it, the first included. */
  redRuns: number;
  /** Null while it lasts. */
  green: JudgedAttempt | null;
}

/**
 * When a workflow was red on a branch. What counts at any time is what the newest run that has ended says; an older one that
 * ends later says nothing of the branch as it is.
 * @param attempts all that ended since the branch was last green, in any order
 */
export function redPeriods(attempts: readonly JudgedAttempt[]): RedPeriod[] {
  const periods: RedPeriod[] = [];
  let newest: JudgedAttempt | null = null;
  let open: RedPeriod | null = null;
  for (const attempt of attempts.toSorted(byEnd)) {
    if (newest !== null && isOlder(attempt, newest)) continue;
    newest = attempt;
    if (attempt.green) {
      if (open) open.green = attempt;
      open = null;
    } else if (open) {
      open.redRuns += 1;
    } else {
      open = { red: attempt, redRuns: 1, green: null };
      periods.push(open);
    }
  }
  return periods;
}

function byEnd(one: JudgedAttempt, other: JudgedAttempt): number {
  return one.completedAt.getTime() - other.completedAt.getTime() || one.runId - other.runId || one.attempt - other.attempt;
}

function isOlder(one: JudgedAttempt, than: JudgedAttempt): boolean {
  return one.runId < than.runId || (one.runId === than.runId && one.attempt < than.attempt);
}
