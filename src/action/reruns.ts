import type { ConfigReading } from '../config/effective-config.ts';
import { rerunFailedJobs } from '../github/writes.ts';
import { decisionFor } from '../policy/decide.ts';
import { type RerunInput, refuseRerun } from '../policy/rerun.ts';
import type { Action } from './action.ts';
import type { Failure } from './failures.ts';
import type { Occasion } from './occasion.ts';

/** `refused`: by GitHub, most often for the lack of a right. */
export type Rerun = 'started' | 'refused' | 'none';

/** GitHub runs nothing again of a run that is under way: https://docs.github.com/rest/actions/workflow-runs "Re-run failed jobs" */
const UNDER_WAY = {
  rule: 'action',
  reason: 'This run is under way, so nothing of it can be run again from here; a workflow on workflow_run can.',
  source: 'built-in',
};

/**
 * Why the failed jobs of a run are not run again; `null` when they deserve it. Pure.
 * @param failedJobs of the run, also those whose logs were not read
 */
export function rerunRefusal(
  { run, isAfterwards }: Occasion,
  failures: RerunInput['failures'],
  { failedJobs, policy, now }: { failedJobs: number; policy: ConfigReading; now: Date },
): typeof UNDER_WAY | null {
  if (!isAfterwards) return UNDER_WAY;
  return refuseRerun({
    failures,
    failedJobs,
    attempt: run.attempt,
    // Whoever asked for them: there are no books that would know.
    reruns: run.attempt - 1,
    perRun: policy.config.budgets.rerunsPerRun,
    age: now.getTime() - Date.parse(run.createdAt),
  });
}

/** Runs the failed jobs again where every one of them may be; GitHub runs them together. */
export async function rerunWhereAllowed({ at, occasion, output }: Action, failures: readonly Failure[]): Promise<Rerun> {
  const isAllowed = failures.every(({ decision }) => decisionFor(decision, 'rerun').verdict === 'allowed');
  if (failures.length === 0 || !isAllowed) return 'none';
  const started = await rerunFailedJobs(at, occasion.run.id);
  output.say(
    started ? 'The failed jobs are run again.' : 'GitHub refuses to run the failed jobs again; is `actions: write` there?',
  );
  return started ? 'started' : 'refused';
}
