import type { JobData } from '../queue/queues.ts';
import type { JobContext } from '../queue/run-job.ts';
import { answerCommand } from './answer-command.ts';
import { askForApproval } from './ask-approval.ts';
import { checkConfig } from './check-config.ts';
import { healHead } from './heal-head.ts';
import { keepFlakyIssue } from './keep-flaky-issue.ts';
import { lookAtPull, lookAtRun } from './look-at.ts';
import { pressButton } from './press-button.ts';
import { reportCommit } from './report-commit.ts';
import { rerunFailed } from './rerun-failed.ts';
import type { Services } from './services.ts';
import { settleFixes } from './settle-fixes.ts';
import { suggestChanges } from './suggest-changes.ts';
import { tellAnswers } from './tell-answers.ts';
import { withdraw } from './withdraw-fix.ts';

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
