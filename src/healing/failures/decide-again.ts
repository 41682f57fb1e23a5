import type { ConfigReading } from '../../config/effective-config.ts';
import { fixersFor } from '../../fixers/registry.ts';
import { type DecisionInput, decide } from '../../policy/decide.ts';
import { refuseRerun } from '../../policy/rerun.ts';
import type { Decision } from '../../policy/types.ts';
import type { KnownFailure } from '../../store/incidents/known-failures.ts';
import { isOwnBranch } from '../services.ts';

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
  const fork = failure.headRepository?.toLowerCase() !== around.repository.toLowerCase();
  const verdict = failure.verdict?.kind ?? 'inconclusive';
  const fixers = fixersFor({
    diagnosis: failure.diagnosis,
    printedDiffs: failure.printedDiffs,
    workflow: { path: failure.workflowPath, jobName: failure.jobName },
  });
  return decide({
    diagnosis: failure.diagnosis,
    policy,
    workflowPath: failure.workflowPath,
    jobName: failure.jobName,
    branch: failure.branch,
    fork,
    ownBranch: !fork && isOwnBranch(failure.branch),
    defaultBranch: !fork && failure.branch === around.defaultBranch,
    pullRequest: failure.pullRequestNumber !== null,
    verdict,
    fixers: fixers.map((fixer) => fixer.id),
    approvalFixers: fixers.filter((fixer) => fixer.needsApproval).map((fixer) => fixer.id),
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
