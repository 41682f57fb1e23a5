import type { ConfigReading } from '../../config/effective-config.ts';
import { readBranchHead } from '../../github/reads.ts';
import { whySilent } from '../../github/texts/silent.ts';
import { refuseBudget } from '../../policy/budgets.ts';
import type { JobContext } from '../../queue/run-job.ts';
import { useAnswers } from '../../store/agent-calls/agent-calls.ts';
import { moveApproval } from '../../store/approvals/approval-ends.ts';
import { type Approval, approvalsOfCommit } from '../../store/approvals/approvals.ts';
import { type Fix, planFix, supersedeFix, supersedeOthers } from '../../store/fixes/fixes.ts';
import { requestApproval } from '../approvals/ask-approval.ts';
import { askInstead } from '../approvals/ask-instead.ts';
import { requestAgent } from '../delegation/request-agent.ts';
import { proposer } from '../delegation/take-proposal.ts';
import { requestReport } from '../failures/request-report.ts';
import { readPolicy } from '../repository-policy.ts';
import type { Services } from '../services.ts';
import { stoppedFor, stoppedOn } from '../stopped.ts';
import { findTarget, type Target } from '../target.ts';
import { branchName } from './branch-name.ts';
import { carryFix } from './carry-fix.ts';
import { chooseWay } from './choose-way.ts';
import { declineFix } from './decline-fix.ts';
import type { Work } from './gather-work.ts';
import { healedBy } from './healed-by.ts';
import { type Change, makeChange } from './make-change.ts';
import { hashOf, unifiedPatch } from './patch.ts';
import { type Attempt, planAttempt, type Situation } from './plan-attempt.ts';
import { readSituation } from './read-situation.ts';
import { type FixJob, requestFix } from './request-fix.ts';
import { readSpent } from './spent-budgets.ts';
import { storyOf } from './tell-fix.ts';
import { withdrawFix } from './withdraw-fix.ts';

/**
 * Brings all that can be fixed on one head onto one branch and one pull request. A retry of any step finds what is there
 * already: the attempt in the books, the branch, the commit and the pull request on GitHub.
 */
export async function healHead(services: Services, job: FixJob, context: JobContext): Promise<void> {
  const target = await findTarget(services, job);
  // 1 Has a person agreed to something here, or told us to leave it alone?
  const approval = await findApproved(services, job);
  const stop = await stoppedOn(services, target, job);
  if (stop) {
    context.log.info({ headSha: job.headSha, pullRequest: stop.number }, 'no fix: stopped');
    if (approval) await endApproval(services, job, approval, { done: false, reason: `#${stop.number} was stopped` });
    return;
  }
  // 2 What needs nobody's yes, or what a person has agreed to, and then the other
  const end = await healPass(services, { target, job, approval, context });
  if (!approval) return;
  if (end !== 'busy') await endApproval(services, job, approval, end);
  else await healPass(services, { target, job, approval: null, context });
  await requestFix(services, job);
}

interface Pass {
  target: Target;
  job: FixJob;
  /** What a person has agreed to; `null` for what needs nobody's yes. */
  approval: Approval | null;
  context: JobContext;
}

/** What came of a pass; `busy` when a fix that needs no approval is half way and comes first. */
type PassEnd = { done: boolean; reason: string } | 'busy';

async function healPass(services: Services, { target, job, approval, context }: Pass): Promise<PassEnd> {
  // 1 What is there to do, and what is under way?
  const policy = await readPolicy(target);
  const situation = await readSituation(services, job, approval ? 'asked' : 'allowed', policy.config);
  const plan = planAttempt(situation);
  if (plan.kind === 'supersede') {
    if (approval && plan.fix.baseSha === job.headSha) return 'busy';
    await supersede(services, target, plan.fix, job);
    return { done: false, reason: `${job.branch} has moved on` };
  }
  if (plan.kind === 'nothing') {
    await declineFix(services, job, { work: situation.work, reason: plan.reason }, context);
    if (plan.withdraw) await withdrawFix(services, target, plan.withdraw, { reason: 'still-red' });
    return { done: isMade(situation, approval), reason: plan.reason };
  }
  if (plan.on && (await stoppedFor(services, target, plan.on))) {
    return { done: false, reason: `#${plan.on.pullRequestNumber} was stopped` };
  }
  if ((await readBranchHead(target.at, job.branch)) !== job.headSha && plan.kind !== 'resume') {
    await declineFix(services, job, { work: plan.work, reason: `${job.branch} has moved on.` }, context);
    if (plan.on?.outcome === 'refuted') await withdrawFix(services, target, plan.on, { reason: 'still-red' });
    return { done: false, reason: `${job.branch} has moved on` };
  }
  // 2 Make the change, in processes of their own
  const spent = await readSpent(services, target, { branch: job.branch, incidentIds: [] });
  const refusal = plan.kind === 'resume' ? null : refuseBudget(spent, policy.config);
  if (refusal) return refuse(services, target, { job, plan, reason: refusal.reason }, context);
  const { signal } = context;
  const facts = { target, headSha: job.headSha, attempt: plan, policy, approved: approval !== null, signal };
  const change = await makeChange(services, { ...facts, propose: proposer(services) });
  await askInstead(services, { job, plan, policy }, change.asks);
  // What is left to an agent comes later: with the next attempt, or as a further commit on this one
  const delegated = approval === null ? await delegate(services, job, change.toAsk, policy) : [];
  if ('refusal' in change) {
    const work = plan.work.filter((one) => !change.asks.has(one.incident.id) && !delegated.includes(one));
    const reason = [change.refusal, ...(approval ? [] : whyUnasked(job, change.toAsk, delegated))].join(' ');
    if (delegated.length > 0) {
      await declineFix(services, job, { work, reason }, context);
      return { done: false, reason: 'A coding agent is asked first.' };
    }
    return refuse(services, target, { job, plan: { ...plan, work }, reason }, context);
  }
  if (approval && hashOf(unifiedPatch(change.added)) !== approval.patchHash) {
    await requestApproval(services, job);
    return { done: false, reason: 'The change is another one by now; it is asked again.' };
  }
  change.unanswered = change.unanswered.filter(({ work }) => !delegated.includes(work));
  return carry(services, { target, job, plan, change, policy, situation, approval, context });
}

/** Hands over to an agent what is left to one. @returns what its answer, or a person's word about asking it, is waited for */
async function delegate(services: Services, job: FixJob, toAsk: readonly Work[], { config }: ConfigReading) {
  const { answers, words } = await requestAgent(services, { ...job, wanted: 'fix' }, { work: toAsk, config });
  return [...answers, ...words];
}

function whyUnasked({ unasked }: FixJob, toAsk: readonly Work[], delegated: readonly Work[]): string[] {
  if (unasked) return [unasked];
  return toAsk.some((one) => !delegated.includes(one)) ? ['Nobody has agreed to asking a coding agent.'] : [];
}

/** A pass that died between GitHub and the books has made what was agreed to. */
function isMade({ fixes, headSha }: Situation, approval: Approval | null): boolean {
  return fixes.some(
    (fix) =>
      fix.baseSha === headSha && fix.commitSha !== null && fix.heals.some((one) => one.incidentId === approval?.incidentId),
  );
}

async function endApproval(
  services: Services,
  job: FixJob,
  { id }: Approval,
  { done, reason }: { done: boolean; reason: string },
): Promise<void> {
  const move = { from: 'approved' as const, at: services.now() };
  await moveApproval(services.database, id, done ? { ...move, to: 'used' } : { ...move, to: 'expired', reason });
  await requestReport(services, job);
}

interface Carrying extends Pass {
  plan: Attempt;
  change: Change;
  policy: ConfigReading;
  situation: Situation;
}

async function carry(services: Services, one: Carrying): Promise<PassEnd> {
  const { target, job, plan, change, context } = one;
  // 3 Write the attempt down before anything is pushed; what it takes the place of is over
  const resumed = plan.kind === 'resume' ? plan.on : null;
  const fix = resumed ?? (await planFix(services.database, await planned(services, one)));
  await useAnswers(services.database, change.agentCalls, fix.id);
  if (fix.delivery === 'pull-request') {
    const reason = plan.kind === 'rebuild' ? `${job.branch} has moved on` : 'more was added to the fix';
    await supersedeOthers(services.database, fix, { reason, at: services.now() });
  }
  // 4 Branch, commit, pull request
  const story = await storyOf(services, fix);
  const givenUp = await carryFix(services, { target, story, change, resumed: context.again || resumed !== null, context });
  for (const { work, reason } of change.unanswered) await declineFix(services, job, { work: [work], reason }, context);
  if (givenUp !== null) return { done: false, reason: `It was given up: ${givenUp}.` };
  // 5 Show it on the commit that failed
  await requestReport(services, job);
  return { done: true, reason: '' };
}

/** The change that a person has agreed to on this head and that was not made yet. */
async function findApproved(services: Services, { repositoryId, headSha }: FixJob): Promise<Approval | null> {
  const approvals = await approvalsOfCommit(services.database, repositoryId, headSha);
  return approvals.findLast((one) => one.state === 'approved' && one.remedy === 'fix') ?? null;
}

/** An attempt that was planned for another commit is over; the head has its own turn. */
async function supersede(services: Services, target: Target, fix: Fix, job: FixJob): Promise<void> {
  const shared = fix.pullRequestNumber !== null || fix.delivery !== 'pull-request';
  if (shared) await supersedeFix(services.database, fix.id, { reason: `${job.branch} has moved on`, at: services.now() });
  else await withdrawFix(services, target, fix, { reason: 'moved-on' });
  await requestFix(services, job);
}

async function planned(services: Services, { target, job, plan, change, policy, situation, context }: Carrying) {
  const { on } = plan;
  const kept = plan.keeps ? (on?.heals ?? []) : [];
  const healed = change.work.map(healedBy).filter((one) => !kept.some((other) => other.incidentId === one.incidentId));
  const heals = [...kept, ...healed];
  const leading = change.work[0]?.incident;
  const own = situation.fixes.filter((fix) => fix.heals.some((one) => one.incidentId === leading?.id));
  const fixBranch = on?.branch ?? branchName(leading, own.length + 1);
  const course = on ?? (await chooseWay(services, { target, ...job, fixBranch, change, policy }));
  const attempt = Math.max(0, ...situation.fixes.map((fix) => fix.attempt)) + 1;
  const patch = unifiedPatch(change.edits);
  return {
    repositoryId: target.repository.id,
    attempt,
    baseBranch: job.branch,
    baseSha: job.headSha,
    parentSha: plan.parentSha,
    branch: course.delivery === 'commit' ? job.branch : fixBranch,
    targetBranch: course.targetBranch,
    courseNote: 'note' in course ? course.note : course.courseNote,
    delivery: course.delivery,
    stalledReason: 'silent' in course ? whySilent(course.silent) : course.stalledReason,
    pullRequestNumber: on?.pullRequestNumber ?? null,
    patch,
    patchHash: hashOf(patch),
    paths: change.edits.map((edit) => edit.path),
    changes: change.changes,
    heals,
    correlationId: context.correlationId,
  };
}

/** No fix is made: the books say why, and one that CI has refuted has nothing to wait for any more. */
async function refuse(
  services: Services,
  target: Target,
  { job, plan: { work, on }, reason }: { job: FixJob; plan: Attempt; reason: string },
  context: JobContext,
): Promise<PassEnd> {
  await declineFix(services, job, { work, reason }, context);
  if (on?.outcome === 'refuted') await withdrawFix(services, target, on, { reason: 'still-red' });
  return { done: false, reason };
}
