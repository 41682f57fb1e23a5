import type { ConfigReading } from '../config/effective-config.ts';
import { readBranchHead } from '../github/reads.ts';
import { attemptsAllowed, refuseBudget } from '../policy/budgets.ts';
import type { JobContext } from '../queue/run-job.ts';
import { type Approval, approvalsOfCommit, moveApproval } from '../store/approvals.ts';
import { record } from '../store/audit.ts';
import { diagnosesOfCommit, type StoredDiagnosis } from '../store/diagnoses.ts';
import { fixesOfBranch, openFixPulls } from '../store/fix-queries.ts';
import { type Fix, planFix, supersedeFix, supersedeOthers } from '../store/fixes.ts';
import type { Incident } from '../store/incidents.ts';
import { carryFix } from './carry-fix.ts';
import { chooseWay } from './choose-way.ts';
import { gatherWork, healedBy } from './gather-work.ts';
import { type Change, makeChange } from './make-change.ts';
import { hashOf, unifiedPatch } from './patch.ts';
import { type Attempt, planAttempt, type Situation } from './plan-attempt.ts';
import { readPolicy } from './repository-policy.ts';
import { type FixJob, requestFix } from './request-fix.ts';
import { BRANCH_PREFIX, type Services } from './services.ts';
import { readSpent } from './spent-budgets.ts';
import { whySilent } from './stalled-fix.ts';
import { findTarget, type Target } from './target.ts';
import { storyOf } from './tell-fix.ts';
import { withdrawFix } from './withdraw-fix.ts';

/** So many fixes of a branch are looked at: more than any budget allows in the time that a branch lives. */
const FIXES_LOOKED_AT = 50;

/**
 * Brings all that can be fixed on one head onto one branch and one pull request. A retry of any step finds what is there
 * already: the attempt in the books, the branch, the commit and the pull request on GitHub.
 */
export async function healHead(services: Services, job: FixJob, context: JobContext): Promise<void> {
  const target = await findTarget(services, job);
  // 1 What is there to do, and what is under way?
  const approval = await findApproval(services, job);
  const policy = await readPolicy(target);
  const situation = await readSituation(services, job, approval, attemptsAllowed(policy.config));
  const plan = planAttempt(situation);
  if (plan.kind === 'supersede') return supersede(services, target, plan.fix, job);
  if (plan.kind === 'nothing') {
    context.log.info({ headSha: job.headSha, reason: plan.reason }, 'no fix');
    if (plan.withdraw) await withdrawFix(services, target, plan.withdraw, { reason: 'still-red' });
    return;
  }
  if ((await readBranchHead(target.at, job.branch)) !== job.headSha && plan.kind !== 'resume') {
    context.log.info({ headSha: job.headSha }, 'no fix: the branch has moved on');
    if (plan.on?.outcome === 'refuted') await withdrawFix(services, target, plan.on, { reason: 'still-red' });
    return;
  }
  // 2 Make the change, in processes of their own
  const spent = await readSpent(services, target, { branch: job.branch, incidentIds: [] });
  const refusal = plan.kind === 'resume' ? null : refuseBudget(spent, policy.config);
  if (refusal) return refuse(services, target, plan, refusal.reason, context);
  const request = { target, headSha: job.headSha, attempt: plan, policy, approved: approval !== null, signal: context.signal };
  const change = await makeChange(services, request);
  if ('refusal' in change) {
    return refuse(services, target, plan, change.refusal, context);
  }
  if (approval && hashOf(unifiedPatch(change.added)) !== approval.patchHash) {
    return askAgain(services, job, approval);
  }
  await carry(services, { target, job, plan, change, policy, situation, approval, context });
}

interface Carrying {
  target: Target;
  job: FixJob;
  plan: Attempt;
  change: Change;
  policy: ConfigReading;
  situation: Situation;
  approval: Approval | null;
  context: JobContext;
}

async function carry(services: Services, one: Carrying): Promise<void> {
  const { target, job, plan, change, approval, context } = one;
  // 3 Write the attempt down before anything is pushed; what it takes the place of is over
  const resumed = plan.kind === 'resume' ? plan.on : null;
  const fix = resumed ?? (await planFix(services.database, await planned(services, one)));
  if (fix.delivery === 'pull-request') {
    const reason = plan.kind === 'rebuild' ? `${job.branch} has moved on` : 'more was added to the fix';
    await supersedeOthers(services.database, fix, { reason, at: services.now() });
  }
  // 4 Branch, commit, pull request
  const story = await storyOf(services, fix);
  const carried = await carryFix(services, { target, story, change, resumed: context.again || resumed !== null, context });
  if (approval) await moveApproval(services.database, approval.id, { from: 'approved', to: 'used', at: services.now() });
  if (!carried) return;
  // 5 Show it on the commit that failed
  await services.queue.send('remedies', {
    data: { kind: 'report', installationId: job.installationId, repositoryId: job.repositoryId, headSha: job.headSha },
    key: `report:${job.repositoryId}:${job.headSha}`,
    repositoryId: job.repositoryId,
  });
}

/** What a person has agreed to on this head and was not made yet. */
async function findApproval(services: Services, { repositoryId, headSha }: FixJob): Promise<Approval | null> {
  const approvals = await approvalsOfCommit(services.database, repositoryId, headSha);
  return approvals.findLast((one) => one.state === 'approved') ?? null;
}

/** The change is another one by now than the person has seen. */
async function askAgain(services: Services, job: FixJob, approval: Approval): Promise<void> {
  await moveApproval(services.database, approval.id, { from: 'approved', to: 'expired', at: services.now() });
  await services.queue.send('remedies', {
    data: { ...job, kind: 'ask' },
    key: `ask:${job.repositoryId}:${job.headSha}`,
    repositoryId: job.repositoryId,
  });
}

async function readSituation(services: Services, job: FixJob, approval: Approval | null, attempts: number): Promise<Situation> {
  const { repositoryId, branch, headSha } = job;
  const [work, all, openPulls] = await Promise.all([
    gatherWork(services, { repositoryId, branch, headSha }, approval ? 'asked' : 'allowed'),
    fixesOfBranch(services.database, { repositoryId, baseBranch: branch }, FIXES_LOOKED_AT),
    openFixPulls(services.database, repositoryId),
  ]);
  // Suggestions push nothing, and so stand in nobody's way.
  const fixes = all.filter((fix) => fix.delivery !== 'suggestion');
  return { headSha, work, fixes, openPulls, attempts, followUps: await readFollowUps(services, fixes[0]) };
}

/** What CI said on the newest fix's own commit. */
async function readFollowUps(services: Services, fix: Fix | undefined): Promise<StoredDiagnosis[]> {
  if (!fix?.commitSha || fix.outcome !== 'refuted') return [];
  return diagnosesOfCommit(services.database, fix.repositoryId, fix.commitSha);
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

/** `regreen/<workflow>-<fingerprint>`, the same for one incident; later attempts and pull requests are told apart. */
function branchName(incident: Incident | undefined, attempt: number): string {
  const workflow = (incident?.workflowPath.split('/').at(-1) ?? 'ci')
    .replace(/\.ya?ml$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 40);
  const where = incident?.pullRequestNumber ? `-pr${incident.pullRequestNumber}` : '';
  const again = attempt === 1 ? '' : `-${attempt}`;
  return `${BRANCH_PREFIX}${workflow}-${incident?.fingerprint.slice(0, 12)}${where}-${incident?.id.slice(0, 4)}${again}`;
}

/** No fix is made: the books say why, and one that CI has refuted has nothing to wait for any more. */
async function refuse(
  services: Services,
  target: Target,
  { work, on }: Attempt,
  reason: string,
  context: JobContext,
): Promise<void> {
  for (const { incident } of work) {
    context.log.info({ incident: incident.id, reason }, 'no fix: declined');
    await record(services.database, {
      actor: 'regreen',
      action: 'fix.declined',
      subject: `incident:${incident.id}`,
      repositoryId: incident.repositoryId,
      correlationId: context.correlationId,
      details: { reason },
    });
  }
  if (on?.outcome === 'refuted') await withdrawFix(services, target, on, { reason: 'still-red' });
}
