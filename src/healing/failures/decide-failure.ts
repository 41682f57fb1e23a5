import type { ConfigReading } from '../../config/effective-config.ts';
import type { Diagnosis, PrintedDiff } from '../../diagnosis/types.ts';
import { fixersFor } from '../../fixers/registry.ts';
import { type DecisionInput, decide } from '../../policy/decide.ts';
import type { Decision } from '../../policy/types.ts';
import { isOwnHead } from '../own-head.ts';
import { isOwnBranch } from '../services.ts';

/** What a decision about one failure rests on, wherever it was read: from an event, the books or GitHub. */
export interface FailureFacts
  extends Pick<DecisionInput, 'verdict' | 'agents' | 'askedAbout' | 'spent' | 'rerunRefusal' | 'pullRequest'> {
  repository: { owner: string; name: string; defaultBranch: string };
  run: { workflowPath: string; headBranch: string | null; headSha: string; headRepository: string | null };
  jobName: string;
  diagnosis: Diagnosis;
  printedDiffs: readonly PrintedDiff[];
  policy: ConfigReading;
  /** What can fix it beside the fixers, where there is something. */
  others?: readonly string[];
}

/** Says what may be done about one failure. Pure. */
export function decideFailure(facts: FailureFacts): Decision {
  const { repository, run, jobName, diagnosis, printedDiffs, others = [] } = facts;
  const fixers = fixersFor({ diagnosis, printedDiffs, workflow: { path: run.workflowPath, jobName } });
  const fork = !isOwnHead(repository, run.headRepository);
  return decide({
    diagnosis,
    policy: facts.policy,
    workflowPath: run.workflowPath,
    jobName,
    branch: run.headBranch ?? run.headSha,
    fork,
    ownBranch: !fork && isOwnBranch(run.headBranch),
    defaultBranch: !fork && run.headBranch === repository.defaultBranch,
    pullRequest: facts.pullRequest,
    verdict: facts.verdict,
    fixers: [...fixers.map((fixer) => fixer.id), ...others],
    approvalFixers: fixers.filter((fixer) => fixer.needsApproval).map((fixer) => fixer.id),
    agents: facts.agents,
    askedAbout: facts.askedAbout,
    spent: facts.spent,
    rerunRefusal: facts.rerunRefusal,
  });
}
