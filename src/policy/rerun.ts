import type { CauseCategory } from '../diagnosis/types.ts';
import { DETERMINISTIC, type VerdictKind } from './verdict.ts';

/** What a re-run is decided upon, beside the mode: all of one run, for its failed jobs run again together. */
export interface RerunInput {
  /** One for each failed job of the run. */
  failures: readonly { verdict: VerdictKind; cause: CauseCategory }[];
  /** Failed jobs of the run, also those whose logs were not read. */
  failedJobs: number;
  /** The attempt that is red, from 1. */
  attempt: number;
  /** Re-runs of this run that Regreen has asked for. */
  reruns: number;
  /** How many re-runs of one run regreen.yml allows. */
  perRun: number;
  /** Age of the run in milliseconds. */
  age: number;
}

/** No configuration raises these. */
export const RERUN_LIMITS = {
  perRun: 2,
  failedJobs: 5,
  /** GitHub's cap for a workflow run, since 10 April 2026: https://github.blog/changelog/ */
  attempts: 50,
  /** GitHub: up to 30 days after the first run. */
  age: 30 * 24 * 3_600_000,
} as const;

/** Why the failed jobs are not run again; `null` when they deserve it. Rules in order. Pure. */
export function refuseRerun(input: RerunInput): { rule: string; reason: string; source: string } | null {
  const deterministic = input.failures.find((one) => DETERMINISTIC.has(one.cause));
  if (deterministic) {
    return builtIn('deterministic', `A re-run after ${deterministic.cause} would say the same again.`);
  }
  const deserving =
    input.failures.length > 0 && input.failures.every((one) => one.verdict === 'flake' || one.verdict === 'infrastructure');
  if (!deserving) return builtIn('verdict', 'Only a flake or a failure of the infrastructure deserves a re-run.');
  if (input.failedJobs > RERUN_LIMITS.failedJobs) {
    return builtIn('failed-jobs', `${input.failedJobs} jobs failed; at most ${RERUN_LIMITS.failedJobs} are run again.`);
  }
  const perRun = Math.min(input.perRun, RERUN_LIMITS.perRun);
  if (input.reruns >= perRun) return spentRefusal(input.reruns, perRun);
  if (input.attempt > RERUN_LIMITS.attempts) return builtIn('attempts', `GitHub allows ${RERUN_LIMITS.attempts} re-runs.`);
  if (input.age > RERUN_LIMITS.age) return builtIn('age', 'GitHub runs nothing again after 30 days.');
  return null;
}

function spentRefusal(reruns: number, perRun: number) {
  const reason =
    perRun === 0 ? 'regreen.yml allows no re-runs.' : `The run was run again ${times(reruns)} already; a person should look.`;
  return { rule: 'reruns', reason, source: perRun < RERUN_LIMITS.perRun ? 'budgets.rerunsPerRun' : 'built-in' };
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function builtIn(rule: string, reason: string) {
  return { rule, reason, source: 'built-in' };
}
