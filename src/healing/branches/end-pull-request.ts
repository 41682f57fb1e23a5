import type { PullRequest } from '../../github/types.ts';
import { record } from '../../store/audit.ts';
import { findFixByBranch, fixesOfBranch, openFixPulls } from '../../store/fixes/fix-queries.ts';
import { rejectFix } from '../../store/fixes/fixes.ts';
import { openIncidents } from '../../store/incidents/incidents.ts';
import { currentCorrelationId } from '../../telemetry/log.ts';
import { requestWithdrawal } from '../fixes/withdraw-fix.ts';
import { isOwnBranch, type Services } from '../services.ts';
import { endIncident } from './follow-branch.ts';

const FIXES_LOOKED_AT = 50;

interface EndedPullRequest {
  repositoryId: number;
  installationId: number | null;
  pull: PullRequest;
  by: string;
}

/** A pull request was merged or closed: what was open because of it ends. */
export async function pullRequestEnded(services: Services, ended: EndedPullRequest): Promise<void> {
  const { repositoryId, pull } = ended;
  // 1 Its own incidents
  for (const incident of await openIncidents(services.database, { repositoryId, pullRequestNumber: pull.number })) {
    await endIncident(services, incident, pull.merged ? `#${pull.number} was merged` : `#${pull.number} was closed`);
  }
  // 2 If it is a fix of ours, a person has decided about it; if not, fixes for it have lost their aim
  if (!isOwnBranch(pull.headBranch)) return endFixesOf(services, ended);
  const fix = await findFixByBranch(services.database, repositoryId, pull.headBranch);
  if (!fix || fix.pullRequestNumber !== pull.number) return;
  // Its author is Regreen: when it closes one itself, CI has refuted the fix, and no person has rejected it.
  if (!pull.merged && ended.by !== pull.author) await reject(services, fix.id, ended);
  await record(services.database, {
    actor: ended.by,
    action: pull.merged ? 'fix.merged' : 'fix.closed',
    subject: `fix:${fix.id}`,
    repositoryId,
    correlationId: currentCorrelationId() ?? null,
    details: { pullRequest: pull.number },
  });
  // 3 The commit that failed says so
  if (ended.installationId === null) return;
  if (pull.merged) {
    const { installationId } = ended;
    await requestWithdrawal(services, { installationId, repositoryId, fixId: fix.id, reason: 'merged' });
  }
  await services.queue.send('remedies', {
    data: { kind: 'report', installationId: ended.installationId, repositoryId, headSha: fix.baseSha },
    key: `report:${repositoryId}:${fix.baseSha}`,
    repositoryId,
  });
}

async function endFixesOf(services: Services, { repositoryId, installationId, pull }: EndedPullRequest): Promise<void> {
  const open = new Set(await openFixPulls(services.database, repositoryId));
  const fixes = await fixesOfBranch(services.database, { repositoryId, baseBranch: pull.headBranch }, FIXES_LOOKED_AT);
  for (const fix of fixes) {
    if (installationId === null || fix.pullRequestNumber === null || !open.delete(fix.pullRequestNumber)) continue;
    await requestWithdrawal(services, { installationId, repositoryId, fixId: fix.id, reason: 'base-ended' });
  }
}

async function reject(services: Services, fixId: string, { pull, by }: EndedPullRequest): Promise<void> {
  const first = await rejectFix(services.database, fixId, {
    reason: `${by} closed #${pull.number} without merging`,
    at: services.now(),
  });
  if (first) services.observe.fixEnded('rejected');
}
