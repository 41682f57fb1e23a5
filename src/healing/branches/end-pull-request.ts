import type { PullRequest } from '../../github/types.ts';
import { record } from '../../store/audit.ts';
import { type BranchLife, lifeOfBranch } from '../../store/books/branch-life.ts';
import { findFixByBranch } from '../../store/fixes/fix-queries.ts';
import { rejectFix } from '../../store/fixes/fixes.ts';
import {
  findIncidents,
  type Incident,
  isRedByItself,
  linkRedHead,
  openIncidents,
  relinkIncident,
} from '../../store/incidents/incidents.ts';
import { currentCorrelationId } from '../../telemetry/log.ts';
import { isForEnded, openFixes } from '../fixes/settle-fixes.ts';
import { requestWithdrawal } from '../fixes/withdraw-fix.ts';
import { isOwnHead } from '../own-head.ts';
import { BRANCH_PREFIX, isOwnBranch, type Services } from '../services.ts';
import { endIncident } from './follow-branch.ts';

interface EndedPullRequest {
  repository: { id: number; owner: string; name: string };
  installationId: number | null;
  pull: PullRequest;
  by: string;
}

/** A pull request was merged or closed: what was open because of it ends. */
export async function pullRequestEnded(services: Services, ended: EndedPullRequest): Promise<void> {
  const { repository, pull } = ended;
  const repositoryId = repository.id;
  // 1 Its own incidents
  await endIncidentsOfHead(services, ended);
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

async function endIncidentsOfHead(services: Services, { repository, pull }: EndedPullRequest): Promise<void> {
  const { database } = services;
  const repositoryId = repository.id;
  const headRepository = pull.headRepository ?? '';
  const { lasts, otherPull } = await lifeOf(services, { repositoryId, branch: pull.headBranch, headRepository }, pull.number);
  if (!lasts && otherPull === null) await linkRedHead(database, repositoryId, { ...pull, headRepository });
  for (const incident of await openIncidents(database, { repositoryId, pullRequestNumber: pull.number })) {
    await endWithPull(services, incident, pull);
  }
}

/**
 * Ends an incident whose pull request has ended. One of a branch that lasts without it, and that is red by itself, or in
 * another pull request, stays open, and hangs on that.
 */
export async function endWithPull(
  services: Services,
  incident: Pick<Incident, 'id' | 'repositoryId' | 'branch' | 'headRepository'>,
  pull: { number: number; merged: boolean },
): Promise<void> {
  const { otherPull, lasts } = await lifeOf(services, incident, pull.number);
  if (otherPull !== null || (lasts && (await isRedByItself(services.database, incident.id)))) {
    return relinkIncident(services.database, incident.id, otherPull);
  }
  await endIncident(services, incident, `#${pull.number} was ${pull.merged ? 'merged' : 'closed'}`);
}

function lifeOf(
  services: Services,
  { repositoryId, branch, headRepository }: Pick<Incident, 'repositoryId' | 'branch' | 'headRepository'>,
  number: number,
): Promise<BranchLife> {
  return lifeOfBranch(services.database, { repositoryId, branch, headRepository, number, ownPrefix: BRANCH_PREFIX });
}

/** Fixes are for branches of the repository itself; a fork's branch of the same name is none of theirs. */
async function endFixesOf(services: Services, { repository, installationId, pull }: EndedPullRequest): Promise<void> {
  if (installationId === null || !isOwnHead(repository, pull.headRepository)) return;
  const repositoryId = repository.id;
  for (const fix of await openFixes(services, repositoryId, pull.headBranch)) {
    const healed = await findIncidents(
      services.database,
      fix.heals.map((one) => one.incidentId),
    );
    if (!isForEnded(healed, [pull.number])) continue;
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
