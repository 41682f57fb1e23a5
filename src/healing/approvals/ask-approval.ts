import type { ConfigReading } from '../../config/effective-config.ts';
import type { RepositoryConfig } from '../../config/repository-config.ts';
import { readBranchHead, readLatestRun } from '../../github/reads.ts';
import { currentDiagnoses } from '../../github/texts/report.ts';
import { decisionFor, rerunOfRun } from '../../policy/decide.ts';
import { asksForPatch } from '../../policy/rules.ts';
import type { JobData } from '../../queue/queues.ts';
import type { JobContext } from '../../queue/run-job.ts';
import { askApproval, type NewApproval } from '../../store/approvals/approvals.ts';
import { latestRunsOfCommit } from '../../store/books/runs.ts';
import { diagnosesOfCommit, type StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import { requestAgent } from '../delegation/request-agent.ts';
import { proposer } from '../delegation/take-proposal.ts';
import { requestReport } from '../failures/request-report.ts';
import { declineFix } from '../fixes/decline-fix.ts';
import { makeChange } from '../fixes/make-change.ts';
import { hashOf, unifiedPatch } from '../fixes/patch.ts';
import { type Attempt, planAttempt, type Situation } from '../fixes/plan-attempt.ts';
import { readSituation } from '../fixes/read-situation.ts';
import { withdrawFix } from '../fixes/withdraw-fix.ts';
import { readPolicy } from '../repository-policy.ts';
import type { Services } from '../services.ts';
import { stoppedOn } from '../stopped.ts';
import { findTarget, type Target } from '../target.ts';

type AskJob = Extract<JobData['remedies'], { kind: 'ask' }>;

const HOUR_MS = 3_600_000;

/** Asks for people's yes to what the policy lets nobody do without one on a head. */
export async function requestApproval(services: Services, head: Omit<AskJob, 'kind'>): Promise<void> {
  await services.queue.send('remedies', {
    // What is handed in may be a whole job of another kind.
    data: { ...head, kind: 'ask' },
    key: `ask:${head.repositoryId}:${head.headSha}`,
    repositoryId: head.repositoryId,
  });
}

/**
 * Makes ready what needs a person's approval on a head, keeps it, and shows it with buttons on the commit: the change as it
 * would be pushed, and the re-runs. Does nothing of it.
 */
export async function askForApproval(services: Services, job: AskJob, context: JobContext): Promise<void> {
  const target = await findTarget(services, job);
  if (await stoppedOn(services, target, { branch: job.branch, headRepository: job.headRepository })) return;
  const policy = await readPolicy(target);
  // 1 The change
  await askForFix(services, { target, policy, job, context });
  // 2 The re-runs
  await askForReruns(services, { target, policy, job, context });
  // 3 Show it
  await requestReport(services, job);
}

interface Asking {
  target: Target;
  policy: ConfigReading;
  job: AskJob;
  context: JobContext;
}

async function askForFix(services: Services, { target, policy, job, context }: Asking): Promise<void> {
  const { repositoryId, branch, headSha } = job;
  // 1 What may be fixed if somebody agrees
  const situation = await readSituation(services, { repositoryId, branch, headSha }, 'asked', policy.config);
  const attempt = attemptFor(situation);
  const [first] = attempt?.work ?? [];
  if (!attempt || !first || (await readBranchHead(target.at, branch)) !== headSha) return;
  // 2 The change, as it would be pushed
  const { signal } = context;
  const facts = { target, headSha, attempt, policy, approved: true, signal };
  const change = await makeChange(services, { ...facts, propose: proposer(services) });
  const { config } = policy;
  const { answers, words } = await requestAgent(services, { ...job, wanted: 'ask' }, { work: change.toAsk, config });
  // What an agent may add in a minute is asked about together with the rest.
  if (answers.length > 0) return;
  if ('refusal' in change) {
    const work = attempt.work.filter((one) => !words.includes(one));
    await declineFix(services, job, { work, reason: change.refusal }, context);
    if (attempt.kind === 'continue' && attempt.on && words.length === 0) {
      await withdrawFix(services, target, attempt.on, { reason: 'still-red' });
    }
    return;
  }
  // 3 Keep it; the question is about this very patch
  const patch = unifiedPatch(change.added);
  const asked = first.diagnoses[0];
  await ask(services, policy, {
    repositoryId,
    incidentId: first.incident.id,
    remedy: 'fix',
    branch,
    headSha,
    runId: null,
    runAttempt: null,
    patch,
    patchHash: hashOf(patch),
    fixers: change.changes.map((one) => one.fixer),
    reason: asked ? reasonOf(asked, config) : '',
    askedBy: job.askedBy ?? null,
  });
}

/** A change is asked about for what the policy says of fixes, or of what an agent does. */
function reasonOf({ decision, cause }: StoredDiagnosis, config: RepositoryConfig): string {
  const fix = decisionFor(decision, 'fix');
  if (fix.verdict === 'asked') return fix.reason;
  if (asksForPatch(config, cause)) return `regreen.yml wants a person with write permission to agree to fix for ${cause}.`;
  return decisionFor(decision, 'delegate').reason;
}

/** How the change would be carried out if somebody said yes now; `null` when there is nothing (more) to do. */
function attemptFor(situation: Situation): Attempt | null {
  const plan = planAttempt(situation);
  if (plan.kind === 'nothing') return null;
  if (plan.kind !== 'supersede' && plan.kind !== 'resume') return plan;
  // Another fix is half way; what is shown is compared with what comes out once it has arrived.
  const { work, headSha } = situation;
  return { kind: 'fresh', work: [...work], parentSha: headSha, on: null, keeps: false, refutedFixers: new Map() };
}

async function askForReruns(services: Services, { target, policy, job }: Asking): Promise<void> {
  const { repositoryId, branch, headSha } = job;
  const [diagnoses, runs] = await Promise.all([
    diagnosesOfCommit(services.database, repositoryId, headSha),
    latestRunsOfCommit(services.database, repositoryId, headSha),
  ]);
  for (const [runId, failures] of Map.groupBy(currentDiagnoses({ diagnoses, runs }), (one) => one.runId)) {
    const [first] = failures;
    // Failed jobs are run again together.
    const decision = rerunOfRun(failures.map((one) => one.decision));
    const run = first && decision.verdict === 'asked' ? await readLatestRun(target.at, runId) : null;
    if (!first || run?.attempt !== first.runAttempt || run.status !== 'completed') continue;
    await ask(services, policy, {
      repositoryId,
      incidentId: first.incidentId,
      remedy: 'rerun',
      branch,
      headSha,
      runId,
      runAttempt: run.attempt,
      patch: '',
      patchHash: hashOf(`rerun:${runId}:${run.attempt}`),
      fixers: [],
      reason: decision.reason,
      askedBy: job.askedBy ?? null,
    });
  }
}

async function ask(services: Services, { config }: ConfigReading, approval: Omit<NewApproval, 'expiresAt'>): Promise<void> {
  const now = services.now();
  const expiresAt = new Date(now.getTime() + config.approvals.expiresAfterHours * HOUR_MS);
  await askApproval(services.database, { ...approval, expiresAt }, now);
}
