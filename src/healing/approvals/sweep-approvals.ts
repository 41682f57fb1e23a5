import { readBranchHead } from '../../github/reads.ts';
import { expireOverdue, moveApproval } from '../../store/approvals/approval-ends.ts';
import { type Approval, approvedBefore } from '../../store/approvals/approvals.ts';
import { findRepository } from '../../store/repositories/repositories.ts';
import { requestReport } from '../failures/request-report.ts';
import type { Services } from '../services.ts';
import { findTarget } from '../target.ts';
import { carryOutApproved } from './decide-approval.ts';

/** What was approved and not begun by then was lost with a process, in milliseconds. */
const LOST_AFTER_MS = 60_000;
/** What can't be done in this time is not what the person had in mind any more. */
const GIVEN_UP_AFTER_MS = 3_600_000;
const MOST_AT_ONCE = 100;

/** Ends questions that nobody can answer any more, and has done what was approved and lost. */
export async function sweepApprovals(services: Services): Promise<void> {
  const now = services.now();
  // 1 The check runs lose their buttons
  const commits = new Map(
    (await expireOverdue(services.database, now)).map((one) => [`${one.repositoryId}:${one.headSha}`, one]),
  );
  for (const commit of commits.values()) await report(services, commit);
  // 2 What was approved is done, or given up
  const lost = await approvedBefore(services.database, new Date(now.getTime() - LOST_AFTER_MS), MOST_AT_ONCE);
  for (const approval of lost) await takeUp(services, approval);
}

async function takeUp(services: Services, approval: Approval): Promise<void> {
  const repository = await findRepository(services.database, approval.repositoryId);
  if (!repository?.installationId || repository.removedAt !== null) return;
  const since = services.now().getTime() - (approval.decidedAt?.getTime() ?? 0);
  if (since > GIVEN_UP_AFTER_MS) {
    return giveUp(services, approval, 'It could not be carried out within an hour.');
  }
  const target = await findTarget(services, { installationId: repository.installationId, repositoryId: repository.id });
  // A change and a re-run find that out themselves; an agent would not be asked at all.
  if (approval.remedy === 'delegate' && (await readBranchHead(target.at, approval.branch)) !== approval.headSha) {
    return giveUp(services, approval, `${approval.branch} has moved on`);
  }
  await carryOutApproved(services, target, approval);
}

async function giveUp(services: Services, approval: Approval, reason: string): Promise<void> {
  await moveApproval(services.database, approval.id, { from: 'approved', to: 'expired', at: services.now(), reason });
  await report(services, approval);
}

async function report(services: Services, { repositoryId, headSha }: Pick<Approval, 'repositoryId' | 'headSha'>): Promise<void> {
  const repository = await findRepository(services.database, repositoryId);
  if (!repository?.installationId) return;
  await requestReport(services, { installationId: repository.installationId, repositoryId, headSha });
}
