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
export function refuseRerun(input: RerunInput): { rule: string; reason: string } | null {
  const deterministic = input.failures.find((one) => DETERMINISTIC.has(one.cause));
  if (deterministic) {
    return { rule: 'deterministic', reason: `A re-run after ${deterministic.cause} would say the same again.` };
  }
  const deserving =
    input.failures.length > 0 && input.failures.every((one) => one.verdict === 'flake' || one.verdict === 'infrastructure');
  if (!deserving) return { rule: 'verdict', reason: 'Only a flake or a failure of the infrastructure deserves a re-run.' };
  if (input.failedJobs > RERUN_LIMITS.failedJobs) {
    return { rule: 'failed-jobs', reason: `${input.failedJobs} jobs failed; at most ${RERUN_LIMITS.failedJobs} are run again.` };
  }
  if (input.reruns >= RERUN_LIMITS.perRun) {
    return { rule: 'reruns', reason: `The run was run again ${input.reruns} times already; a person should look.` };
  }
  if (input.attempt > RERUN_LIMITS.attempts)
    return { rule: 'attempts', reason: `GitHub allows ${RERUN_LIMITS.attempts} re-runs.` };
  if (input.age > RERUN_LIMITS.age) return { rule: 'age', reason: 'GitHub runs nothing again after 30 days.' };
  return null;
}
