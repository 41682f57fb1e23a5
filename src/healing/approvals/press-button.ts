import { type Button, readButton, shortId } from '../../github/texts/approval.ts';
import type { JobData } from '../../queue/queues.ts';
import { type Approval, approvalsOfCommit } from '../../store/approvals/approvals.ts';
import { requestReport } from '../failures/request-report.ts';
import type { Services } from '../services.ts';
import { findTarget } from '../target.ts';
import { decideApproval } from './decide-approval.ts';

/** A person has pressed a button of the check run: heard for what the person could see, one question after the other. */
export async function pressButton(services: Services, job: Extract<JobData['remedies'], { kind: 'press' }>): Promise<void> {
  const target = await findTarget(services, job);
  // 1 What is it about? A button of a question that is not known is about nothing.
  const pressed = readButton(job.identifier);
  const approvals = await approvalsOfCommit(services.database, job.repositoryId, job.headSha);
  const seen = pressed && approvals.find((one) => shortId(one) === pressed.shortId);
  if (!pressed || !seen) return;
  // 2 Hear the word
  const by = { name: job.author, kind: 'person' as const, from: 'button' };
  for (const approval of meant(pressed.button, approvals, seen)) {
    await decideApproval(services, target, approval, {
      to: pressed.button === 'dismiss' ? 'rejected' : 'approved',
      by,
      reason: null,
    });
  }
  // 3 The check run says what came of it
  await requestReport(services, job);
}

/** Those of the button's kind that were asked when the person looked; the one that names the button when all are decided. */
function meant(button: Button, approvals: readonly Approval[], seen: Approval): Approval[] {
  const waiting = approvals.filter((one) => one.state === 'pending' && one.askedAt <= seen.askedAt && ofKind(button, one, seen));
  return waiting.length > 0 ? waiting : [seen];
}

function ofKind(button: Button, one: Approval, seen: Approval): boolean {
  switch (button) {
    case 'dismiss':
      return true;
    case 'rerun':
      return one.remedy === 'rerun';
    case 'agent':
      return one.remedy === 'delegate';
    case 'apply':
      return one.id === seen.id;
  }
}
