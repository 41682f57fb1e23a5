import type { ConfigReading } from '../../config/effective-config.ts';
import type { DecisionInput } from '../../policy/decide.ts';
import { refuseRerun } from '../../policy/rerun.ts';
import type { Decision } from '../../policy/types.ts';
import type { KnownFailure } from '../../store/incidents/known-failures.ts';
import { decideFailure } from './decide-failure.ts';

/** As if no budget had been touched: what a configuration allows is to be seen, not what was left on a day. */
const UNSPENT: DecisionInput['spent'] = {
  attemptsOfIncident: 0,
  attemptsOfPullRequest: 0,
  openFixes: 0,
  fixesToday: 0,
  stopped: null,
};

/** The repository that a failure is in, and the coding agents of the server. */
export interface Surroundings {
  /** `owner/name`. */
  repository: string;
  defaultBranch: string;
  agents: readonly string[];
}

/** What would be decided about a failure of the books under a configuration. */
export function decideAgain(failure: KnownFailure, policy: ConfigReading, around: Surroundings): Decision {
  const verdict = failure.verdict?.kind ?? 'inconclusive';
  const [owner = '', name = ''] = around.repository.split('/');
  return decideFailure({
    repository: { owner, name, defaultBranch: around.defaultBranch },
    run: { ...failure, headBranch: failure.branch },
    jobName: failure.jobName,
    diagnosis: failure.diagnosis,
    printedDiffs: failure.printedDiffs,
    policy,
    pullRequest: failure.pullRequestNumber !== null,
    verdict,
    agents: around.agents,
    spent: UNSPENT,
    rerunRefusal: refuseRerun({
      failures: [{ verdict, cause: failure.cause }],
      failedJobs: 1,
      attempt: failure.runAttempt,
      reruns: 0,
      perRun: policy.config.budgets.rerunsPerRun,
      age: 0,
    }),
  });
}
