import { readBranchHead, readPermission, readPullRequest } from '../../github/reads.ts';
import { ruleFor } from '../../policy/rules.ts';
import { moveApproval } from '../../store/approvals/approval-ends.ts';
import {
  type Approval,
  type ApprovalWord,
  approvalEntry,
  decideOnce,
  findApproval,
  noteRefused,
} from '../../store/approvals/approvals.ts';
import { record } from '../../store/audit.ts';
import { findStop } from '../../store/fixes/stops.ts';
import { findIncident } from '../../store/incidents/incidents.ts';
import { requestReport } from '../failures/request-report.ts';
import { requestFix } from '../fixes/request-fix.ts';
import { readPolicy } from '../repository-policy.ts';
import { requestRerun } from '../reruns/rerun-failed.ts';
import type { Services } from '../services.ts';
import { stoppedOn } from '../stopped.ts';
import type { Target } from '../target.ts';
import { requestApproval } from './ask-approval.ts';

/** Who may give commands and decide, as GitHub calls it: roles above `write` and custom ones come as one of the two. */
export const MAY_COMMAND: ReadonlySet<string> = new Set(['admin', 'write']);

/** Who says yes or no. People are asked about on GitHub; keys of the API carry their right in their role. */
export interface Decider {
  name: string;
  kind: 'person' | 'api-key';
  /** `button`, `comment:ID`, `review-comment:ID` or `api`. */
  from: string;
}

export interface Decision {
  to: ApprovalWord['to'];
  by: Decider;
  /** What the person says about it. */
  reason: string | null;
}

/** Why a word had no effect. Stable, for programs. */
export type RefusalCode = 'not-permitted' | 'own-change' | 'stopped' | 'expired' | 'moved-on' | 'ended' | 'decided';

/** What came of a word: `approval` is as it is afterwards. */
export type DecisionAnswer = { approval: Approval } & ({ kind: 'done' } | { kind: 'refused'; why: RefusalCode });

/**
 * Hears a person's yes or no to one approval. Of all that come at once, exactly one is heard; a word that comes twice, late,
 * after a merge or from somebody who may not say it is answered and changes nothing. Safe to repeat: the same word from the
 * same place is the same word.
 */
export async function decideApproval(
  services: Services,
  target: Target,
  asked: Approval,
  decision: Decision,
): Promise<DecisionAnswer> {
  const refuse = (why: RefusalCode) => refused(services, asked, decision, why);
  // 1 Who says it? GitHub is asked now, for permissions change.
  if (!(await mayDecide(target, decision.by))) return refuse('not-permitted');
  // 2 Was it decided before?
  if (asked.state !== 'pending') return heardBefore(services, target, asked, decision);
  // 3 Is it still for what it was asked for?
  const obstacle = await findObstacle(services, target, asked, decision);
  if (obstacle) {
    if (GONE.has(obstacle)) await expire(services, target, asked);
    return refuse(obstacle);
  }
  // 4 Say it, once, with its entry in the books
  const word = { to: decision.to, by: decision.by.name, from: decision.by.from, reason: decision.reason, at: services.now() };
  if (!(await decideWithEntry(services, asked, word))) {
    const now = await findApproval(services.database, asked.id);
    return heardBefore(services, target, now ?? asked, decision);
  }
  // 5 What follows
  const approval = { ...asked, state: word.to, decidedBy: word.by, decidedFrom: word.from, decisionReason: word.reason };
  // Without an agent the story goes on as well: what is left is declined, and said.
  if (word.to === 'approved' || approval.remedy === 'delegate') await carryOutApproved(services, target, approval);
  await reportOf(services, target, approval);
  return { kind: 'done', approval };
}

/** Has what was approved be done. Asking twice does it once: the books and GitHub know what has been done. */
export async function carryOutApproved(services: Services, target: Target, approval: Approval): Promise<void> {
  const { repositoryId, branch, headSha, runId, runAttempt } = approval;
  const installationId = target.repository.installationId ?? 0;
  if (approval.remedy === 'rerun') {
    if (runId === null || runAttempt === null) return;
    if (await isForbidden(services, target, approval)) {
      const reason = 'regreen.yml forbids it by now';
      await moveApproval(services.database, approval.id, { from: 'approved', to: 'expired', at: services.now(), reason });
      return;
    }
    const reason = `${approval.decidedBy} agreed to it.`;
    return requestRerun(services, { installationId, repositoryId, runId, attempt: runAttempt, reason });
  }
  await requestFix(services, { installationId, repositoryId, branch, headSha });
  // The change of an agent may be one that a person is asked about as well.
  if (approval.remedy === 'delegate') await requestApproval(services, { installationId, repositoryId, branch, headSha });
}

/** Whether what was asked under an earlier configuration would not even be asked now. Changes are looked at when they are made. */
async function isForbidden(services: Services, target: Target, { incidentId }: Approval): Promise<boolean> {
  const { config } = await readPolicy(target);
  const incident = await findIncident(services.database, incidentId);
  if (config.mode !== 'fix' || !config.reruns || !incident) return true;
  return ruleFor(config, incident.cause, 'rerun')?.rule === 'never';
}

async function mayDecide({ at }: Target, by: Decider): Promise<boolean> {
  return by.kind === 'api-key' || MAY_COMMAND.has(await readPermission(at, by.name));
}

/** After these it can never be decided any more. */
const GONE: ReadonlySet<RefusalCode> = new Set(['expired', 'moved-on', 'ended']);

/** Rules in order; the first that speaks decides. */
async function findObstacle(
  services: Services,
  target: Target,
  asked: Approval,
  { to, by }: Decision,
): Promise<RefusalCode | null> {
  if (asked.expiresAt <= services.now()) return 'expired';
  const incident = await findIncident(services.database, asked.incidentId);
  if (incident?.status !== 'open') return 'ended';
  if (incident.pullRequestNumber !== null) {
    const pull = await readPullRequest(target.at, incident.pullRequestNumber);
    if (pull?.state !== 'open') return 'ended';
    if (pull.headSha !== asked.headSha) return 'moved-on';
    if (to === 'rejected') return null;
    if (await findStop(services.database, target.repository.id, pull.number)) return 'stopped';
    return (await isOwn(target, by, [asked.askedBy, pull.author])) ? 'own-change' : null;
  }
  if ((await readBranchHead(target.at, asked.branch)) !== asked.headSha) return 'moved-on';
  if (to === 'rejected') return null;
  if (await stoppedOn(services, target, { branch: asked.branch })) return 'stopped';
  return (await isOwn(target, by, [asked.askedBy])) ? 'own-change' : null;
}

/** Where the repository wants four eyes, nobody approves what is theirs. */
async function isOwn(target: Target, { name }: Decider, owners: readonly (string | null)[]): Promise<boolean> {
  if (!owners.some((owner) => owner?.toLowerCase() === name.toLowerCase())) return false;
  return (await readPolicy(target)).config.approvals.fourEyes;
}

async function decideWithEntry(services: Services, asked: Approval, word: ApprovalWord): Promise<boolean> {
  return services.database.transaction().execute(async (transaction) => {
    if (!(await decideOnce(transaction, asked.id, word))) return false;
    const { from, reason } = word;
    await record(
      transaction,
      approvalEntry(asked, word.by, `approval.${word.to}`, { from, ...(reason === null ? {} : { reason }) }),
    );
    return true;
  });
}

/** A retry of the very word that was heard goes on where it was; every other word comes too late. */
async function heardBefore(services: Services, target: Target, approval: Approval, decision: Decision): Promise<DecisionAnswer> {
  const { by, to } = decision;
  const wanted = to === 'approved' ? ['approved', 'used'] : ['rejected'];
  const same = approval.decidedBy === by.name && approval.decidedFrom === by.from && wanted.includes(approval.state);
  if (approval.state === 'approved') await carryOutApproved(services, target, approval);
  // A button says nothing of which press it was: the second press of the same person is the same word.
  if (same) return { kind: 'done', approval };
  return refused(services, approval, decision, approval.state === 'expired' ? 'expired' : 'decided');
}

async function refused(services: Services, approval: Approval, decision: Decision, why: RefusalCode): Promise<DecisionAnswer> {
  const { by, to } = decision;
  await record(services.database, approvalEntry(approval, by.name, 'approval.refused', { wanted: to, why, from: by.from }));
  const refusedTry = { by: by.name, why, at: services.now().toISOString() };
  if (approval.state === 'pending') await noteRefused(services.database, approval.id, refusedTry);
  return { kind: 'refused', why, approval: (await findApproval(services.database, approval.id)) ?? approval };
}

async function expire(services: Services, target: Target, approval: Approval): Promise<void> {
  await moveApproval(services.database, approval.id, { from: 'pending', to: 'expired', at: services.now() });
  await reportOf(services, target, approval);
}

async function reportOf(services: Services, { repository }: Target, { repositoryId, headSha }: Approval): Promise<void> {
  await requestReport(services, { installationId: repository.installationId ?? 0, repositoryId, headSha });
}
