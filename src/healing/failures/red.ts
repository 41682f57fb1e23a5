const RED: ReadonlySet<string | null> = new Set(['failure', 'timed_out', 'startup_failure']);

/** Whether a run or a job has failed; one that was cancelled or skipped has not. */
export function isRed(conclusion: string | null): boolean {
  return RED.has(conclusion);
}
