import type { JobData } from '../queue/queues.ts';
import type { JobContext } from '../queue/run-job.ts';
import { askForApproval } from './approvals/ask-approval.ts';
import { pressButton } from './approvals/press-button.ts';
import { lookAtPull, lookAtRun } from './branches/look-at.ts';
import { lookAtBranch } from './branches/look-at-branch.ts';
import { answerCommand } from './commands/answer-command.ts';
import { tellAnswers } from './commands/tell-answers.ts';
import { checkConfig } from './failures/check-config.ts';
import { reportCommit } from './failures/report-commit.ts';
import { healHead } from './fixes/heal-head.ts';
import { settleFixes } from './fixes/settle-fixes.ts';
import { suggestChanges } from './fixes/suggest-changes.ts';
import { withdraw } from './fixes/withdraw-fix.ts';
import { keepFlakyIssue } from './reruns/keep-flaky-issue.ts';
import { rerunFailed } from './reruns/rerun-failed.ts';
import type { Services } from './services.ts';

/** Carries out one remedy; which one, the job says. */
export async function carryOut(services: Services, job: JobData['remedies'], context: JobContext): Promise<void> {
  switch (job.kind) {
    case 'report':
      return reportCommit(services, job, context);
    case 'fix':
      return healHead(services, job, context);
    case 'suggest':
      return suggestChanges(services, job, context);
    case 'flaky':
      return keepFlakyIssue(services, job);
    case 'ask':
      return askForApproval(services, job, context);
    case 'press':
      return pressButton(services, job);
    case 'answer':
      return tellAnswers(services, job, context);
    case 'rerun':
      return rerunFailed(services, job, context);
    case 'look-at-run':
      return lookAtRun(services, job);
    case 'look-at-pull':
      return lookAtPull(services, job);
    case 'look-at-branch':
      return lookAtBranch(services, job);
    case 'settle':
      return settleFixes(services, job);
    case 'withdraw':
      return withdraw(services, job);
    case 'config':
      return checkConfig(services, job);
    case 'command':
      return answerCommand(services, job);
  }
}
