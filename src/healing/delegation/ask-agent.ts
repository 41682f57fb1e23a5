import type { Agent } from '../../agents/agent.ts';
import { tightened } from '../../agents/spending.ts';
import type { RepositoryConfig } from '../../config/repository-config.ts';
import { UnavailableError } from '../../errors.ts';
import { readTree } from '../../github/files.ts';
import { readBranchHead } from '../../github/reads.ts';
import { attemptsAllowed } from '../../policy/budgets.ts';
import type { JobData } from '../../queue/queues.ts';
import { type JobContext, NotYet } from '../../queue/run-job.ts';
import { callsOfIncidents, giveUpCalls } from '../../store/agent-calls/agent-calls.ts';
import { endSpendingApprovals } from '../../store/approvals/approval-ends.ts';
import { record } from '../../store/audit.ts';
import type { AgentCallOutcome } from '../../store/tables/agent-tables.ts';
import { planAttempt } from '../fixes/plan-attempt.ts';
import { readSituation } from '../fixes/read-situation.ts';
import { requestFix } from '../fixes/request-fix.ts';
import { readPolicy } from '../repository-policy.ts';
import type { Services } from '../services.ts';
import { stoppedOn } from '../stopped.ts';
import { findTarget, type Target } from '../target.ts';
import { agentRest } from './agent-state.ts';
import { agentTask } from './agent-task.ts';
import { lastWords, turnsLeft } from './agent-turns.ts';
import { mayBeAsked } from './ask-spending.ts';
import { putQuestion } from './put-question.ts';
import { findProposal } from './take-proposal.ts';

/** After an attempt's time is up, its process has this long to write down what came of it. */
const SETTLING_MS = 60_000;

/** Failures of a back end that may be over soon. */
const PASSING: ReadonlySet<AgentCallOutcome> = new Set(['unavailable', 'rate-limited']);
/** A back end that wants to be left alone for longer is not waited for: people would have mended it by then. */
const LONGEST_WAIT_SECONDS = 900;

/**
 * Asks the coding agent about one incident on one commit and keeps what it proposes. Pushes nothing: the proposal is taken
 * over by the next fix, through the same gate as any other. Runs beside the remedies, so nobody waits for the agent.
 */
export async function askAgent(services: Services, job: JobData['agents'], context: JobContext): Promise<void> {
  const { agent } = services;
  if (!agent) return;
  // 1 Is it still to be asked?
  const target = await findTarget(services, job);
  const { config } = await readPolicy(target, { fresh: true });
  const attempts = attemptsAllowed(config);
  await giveUp(services, agent, job.incidentId);
  // Before the fixes are read: a fix that takes an answer over meanwhile would else be missed, and its answer with it.
  const calls = await callsOfIncidents(services.database, [job.incidentId]);
  const subject = await findSubject(services, { target, job, config });
  if (!subject || config.agents.use !== agent.backend) return;
  if (!(await mayBeAsked(services, agent, config, { head: job, work: subject.work }))) return;
  const { work, attempt } = subject;
  if (findProposal(calls, { headSha: job.headSha, attempt })) return goOn(services, job);
  if (turnsLeft(calls, job.headSha, attempts) === 0) return goOn(services, job, lastWords(calls));
  // 2 Is its back end in order?
  const rest = await agentRest(services, agent);
  if (rest) {
    const seconds = Math.ceil((rest.getTime() - services.now().getTime()) / 1_000);
    return notNow(services, job, context, { reason: `The agent is left alone until ${rest.toISOString()}.`, seconds });
  }
  // 3 The question
  const tree = await readTree(target.at, attempt.parentSha);
  if (tree === null) return decline(services, job, context, 'The repository has more files than GitHub lists in one answer.');
  const task = await agentTask(services, { target, job, config, attempt, work, calls, paths: new Set(tree.keys()) });
  if (task.files.length === 0) return decline(services, job, context, 'Nothing that the log names is in the repository.');
  const ceilings = tightened(agent.ceilings, config.agents);
  const asking = { job, agent, attempt, work, task, tree, ceilings, attempts };
  // 4 Reserve, ask, settle
  const settlement = await putQuestion(services, asking, context);
  if (typeof settlement === 'string') return decline(services, job, context, settlement);
  context.log.info({ incident: work.incident.id, outcome: settlement.outcome, tokens: settlement.tokens }, 'agent asked');
  // 5 The fix has its turn again
  if (PASSING.has(settlement.outcome)) {
    return notNow(services, job, context, { reason: settlement.reason, seconds: settlement.retryAfterSeconds });
  }
  await goOn(services, job);
}

/** What the next attempt on this head would be about, when the incident is still a part of it. */
async function findSubject(
  services: Services,
  { target, job, config }: { target: Target; job: JobData['agents']; config: RepositoryConfig },
) {
  if (await stoppedOn(services, target, job)) return null;
  const situation = await readSituation(services, job, job.wanted === 'ask' ? 'asked' : 'allowed', config);
  const plan = planAttempt(situation);
  if (plan.kind === 'nothing' || plan.kind === 'supersede') return null;
  const work = plan.work.find((one) => one.incident.id === job.incidentId && one.mayDelegate);
  if (!work || (await readBranchHead(target.at, job.branch)) !== job.headSha) return null;
  return { work, attempt: plan };
}

async function giveUp(services: Services, agent: Agent, incidentId: string): Promise<void> {
  const now = services.now();
  const startedBefore = new Date(now.getTime() - agent.ceilings.attempt.milliseconds - SETTLING_MS);
  await giveUpCalls(services.database, { incidentId, startedBefore }, now);
}

/** The queue tries again; when it does no more, the fix goes on without. */
async function notNow(
  services: Services,
  job: JobData['agents'],
  context: JobContext,
  { reason, seconds }: { reason: string; seconds: number | null },
): Promise<void> {
  const tooLong = seconds !== null && seconds > LONGEST_WAIT_SECONDS;
  if (context.lastAttempt || tooLong) return decline(services, job, context, reason);
  // When it says when, that is the time; otherwise the queue knows how to wait.
  throw seconds === null ? new UnavailableError('AGENT_NOT_NOW', reason) : new NotYet('AGENT_NOT_NOW', reason, seconds);
}

async function decline(services: Services, job: JobData['agents'], context: JobContext, reason: string): Promise<void> {
  context.log.info({ incident: job.incidentId, reason }, 'agent not asked');
  await endSpendingApprovals(services.database, { ...job, to: 'expired', reason });
  await record(services.database, {
    actor: 'regreen',
    action: 'agent.declined',
    subject: `incident:${job.incidentId}`,
    repositoryId: job.repositoryId,
    correlationId: context.correlationId,
    details: { reason },
  });
  await goOn(services, job, reason);
}

/** What waits for the answer has its turn. Where none will come it is told why, and asks no further question. */
async function goOn(services: Services, job: JobData['agents'], unasked?: string): Promise<void> {
  const { installationId, repositoryId, branch, headSha, wanted, askedBy } = job;
  const head = { installationId, repositoryId, branch, headSha };
  if (wanted === 'fix') return requestFix(services, { ...head, ...(unasked === undefined ? {} : { unasked }) });
  if (unasked !== undefined) return;
  await services.queue.send('remedies', {
    data: { kind: 'ask', ...head, askedBy },
    key: `ask:${repositoryId}:${headSha}`,
    repositoryId,
  });
}
