import type { Agent } from '../../agents/agent.ts';
import { applyAnswer } from '../../agents/apply-answer.ts';
import { ENDS_LOOKED_AT, restsUntil } from '../../agents/breaker.ts';
import { AgentError } from '../../agents/errors.ts';
import { mostOf, refuseSpending, takenBy, tightened } from '../../agents/spending.ts';
import type { AgentTask, BackendAnswer } from '../../agents/types.ts';
import type { RepositoryConfig } from '../../config/repository-config.ts';
import { UnavailableError } from '../../errors.ts';
import { readTree } from '../../github/files.ts';
import { readBranchHead } from '../../github/reads.ts';
import type { TreeEntry } from '../../github/types.ts';
import { attemptsAllowed } from '../../policy/budgets.ts';
import type { Edit } from '../../policy/gate.ts';
import type { JobData } from '../../queue/queues.ts';
import type { JobContext } from '../../queue/run-job.ts';
import {
  callsOfIncidents,
  giveUpCalls,
  newestEnds,
  reserveCall,
  type Settlement,
  settleCall,
  spentSince,
} from '../../store/agent-calls/agent-calls.ts';
import { record } from '../../store/audit.ts';
import type { Work } from '../fixes/gather-work.ts';
import { type Attempt, planAttempt } from '../fixes/plan-attempt.ts';
import { readSituation } from '../fixes/read-situation.ts';
import { requestFix } from '../fixes/request-fix.ts';
import { checkSyntax } from '../fixes/syntax-check.ts';
import { readPolicy } from '../repository-policy.ts';
import type { Services } from '../services.ts';
import { stoppedOn } from '../stopped.ts';
import { findTarget, type Target } from '../target.ts';
import { agentTask } from './agent-task.ts';
import { lastWords, turnsLeft } from './agent-turns.ts';
import { findProposal } from './take-proposal.ts';

const DAY_MS = 24 * 3_600_000;
/** After an attempt's time is up, its process has this long to write down what came of it. */
const SETTLING_MS = 60_000;

/** Failures of a back end that may be over soon. */
const PASSING = new Set<AgentError['kind']>(['unavailable', 'rate-limited']);

/**
 * Asks the coding agent about one incident on one commit and keeps what it proposes. Pushes nothing: the proposal is taken
 * over by the next fix, through the same gate as any other. Runs beside the remedies, so nobody waits for the agent.
 */
export async function askAgent(services: Services, job: JobData['agents'], context: JobContext): Promise<void> {
  const { agent } = services;
  if (!agent) return;
  // 1 Is it still to be asked?
  const target = await findTarget(services, job);
  const { config } = await readPolicy(target);
  const attempts = attemptsAllowed(config);
  const subject = await findSubject(services, { target, job, config });
  if (!subject) return;
  const { work, attempt } = subject;
  await giveUp(services, agent, work.incident.id);
  const calls = await callsOfIncidents(services.database, [work.incident.id]);
  if (findProposal(calls, { headSha: job.headSha, attempt })) return goOn(services, job);
  if (turnsLeft(calls, job.headSha, attempts) === 0) return goOn(services, job, lastWords(calls));
  // 2 Is its back end in order?
  const rest = restsUntil(await newestEnds(services.database, agent.backend, ENDS_LOOKED_AT), services.now());
  if (rest) return notNow(services, job, context, `The agent is left alone until ${rest.toISOString()}.`);
  // 3 The question
  const tree = await readTree(target.at, attempt.parentSha);
  if (tree === null) return decline(services, job, context, 'The repository has more files than GitHub lists in one answer.');
  const task = await agentTask(services, { target, job, config, attempt, work, calls, paths: new Set(tree.keys()) });
  if (task.files.length === 0) return decline(services, job, context, 'Nothing that the log names is in the repository.');
  const ceilings = tightened(agent.ceilings, config.agents);
  const asking = { job, agent, attempt, work, task, tree, ceilings, attempts };
  // 4 Reserve, ask, settle
  const settlement = await ask(services, asking, context);
  if (typeof settlement === 'string') return decline(services, job, context, settlement);
  context.log.info({ incident: work.incident.id, outcome: settlement.outcome, tokens: settlement.tokens }, 'agent asked');
  // 5 The fix has its turn again
  if (PASSING.has(settlement.outcome as AgentError['kind'])) return notNow(services, job, context, settlement.reason);
  await goOn(services, job);
}

interface Asking {
  job: JobData['agents'];
  agent: Agent;
  attempt: Attempt;
  work: Work;
  task: AgentTask;
  tree: ReadonlyMap<string, TreeEntry>;
  /** The server's, where the repository's own are not lower. */
  ceilings: Agent['ceilings'];
  attempts: number;
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

/** @returns what the question took and brought, or why it was not asked */
async function ask(services: Services, asking: Asking, context: JobContext): Promise<Settlement | string> {
  const { agent, job, attempt, work, task, ceilings } = asking;
  const { question, shown, label } = agent.compose(task, ceilings.attempt.tokens);
  const most = mostOf(question, agent.prices, ceilings.attempt.milliseconds);
  const reservation = {
    repositoryId: job.repositoryId,
    incidentId: work.incident.id,
    baseSha: job.headSha,
    parentSha: attempt.parentSha,
    backend: agent.backend,
    model: agent.model,
    correlationId: context.correlationId,
    ...most,
  };
  const { repository, server } = ceilings;
  const tooMuch = refuseSpending(most, { repository: NOTHING, server: NOTHING }, ceilings);
  if (tooMuch) return tooMuch;
  const allowance = { attempts: asking.attempts, repository, server };
  const id = await reserveCall(services.database, reservation, allowance, services.now());
  if (id === null) return whyNoRoom(services, asking, most);
  const startedAt = performance.now();
  const ended = await agent.ask(question, most.milliseconds, context.signal).then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  const milliseconds = Math.ceil(performance.now() - startedAt);
  const settlement =
    'error' in ended
      ? settleFailure(ended.error, { agent, question, milliseconds, most })
      : await settleAnswer(services, { ...asking, shown, label }, { ...ended.answer, milliseconds, question }, context);
  await settleCall(services.database, id, settlement, services.now());
  services.observe.agentAsked(agent.backend, settlement.outcome, settlement);
  return settlement;
}

const NOTHING = { tokens: 0, microDollars: 0, milliseconds: 0 };

async function whyNoRoom(services: Services, { ceilings, job }: Asking, most: typeof NOTHING): Promise<string> {
  const since = new Date(services.now().getTime() - DAY_MS);
  const [repository, server] = await Promise.all([
    spentSince(services.database, since, job.repositoryId),
    spentSince(services.database, since),
  ]);
  return refuseSpending(most, { repository, server }, ceilings) ?? 'The agent is being asked about this already.';
}

type Asked = BackendAnswer & { milliseconds: number; question: Parameters<Agent['ask']>[0] };

/** An answer becomes edits that may go to the gate; the syntax is looked at now, in a process of its own. */
async function settleAnswer(
  services: Services,
  asking: Asking & Pick<ReturnType<Agent['compose']>, 'shown' | 'label'>,
  { answer, usage, milliseconds, question }: Asked,
  context: JobContext,
): Promise<Settlement> {
  const { agent, task, tree, shown, label, work } = asking;
  const taken = takenBy({ question, answered: JSON.stringify(answer), usage, milliseconds }, agent.prices);
  const facts = { ...taken, state: 'answered' as const, ...usage };
  if (answer.edits.length === 0) return { ...facts, outcome: 'nothing', reason: answer.reason, edits: null };
  const applied = applyAnswer(answer, { shown, paths: new Set(tree.keys()), limits: task.limits, label });
  const refusal =
    'refusal' in applied ? applied.refusal : await whyRefused(services, applied.edits, { tree, work }, context.signal);
  if (refusal !== null) return { ...facts, outcome: 'refused', reason: refusal, edits: null };
  return { ...facts, outcome: 'edits', reason: answer.reason, edits: 'edits' in applied ? applied.edits : [] };
}

/** Neither symlinks nor submodules. */
const FILE_MODES = new Set(['100644', '100755']);

async function whyRefused(
  services: Services,
  edits: readonly Edit[],
  { tree, work }: Pick<Asking, 'tree' | 'work'>,
  signal: AbortSignal,
): Promise<string | null> {
  if (edits.length === 0) return 'The answer changes nothing.';
  const special = edits.find(({ path }) => tree.has(path) && !FILE_MODES.has(tree.get(path)?.mode ?? ''));
  if (special) return `${special.path} is a symlink or a submodule.`;
  const [diagnosis] = work.diagnoses;
  return diagnosis ? checkSyntax(services, edits, diagnosis, signal) : null;
}

/** Where nothing was sent nothing is paid; where that is not known, all that was reserved is. */
function settleFailure(
  error: unknown,
  {
    agent,
    question,
    milliseconds,
    most,
  }: { agent: Agent; question: Asked['question']; milliseconds: number; most: typeof NOTHING },
): Settlement {
  if (!(error instanceof AgentError)) throw error;
  const facts = { state: 'failed' as const, outcome: error.kind, reason: error.message, edits: null, ...error.usage };
  if (error.isFree) return { ...facts, tokens: 0, microDollars: 0, milliseconds, estimated: false };
  if (error.usage.inputTokens === null || error.usage.outputTokens === null)
    return { ...facts, ...most, milliseconds, estimated: true };
  return { ...facts, ...takenBy({ question, answered: '', usage: error.usage, milliseconds }, agent.prices) };
}

async function giveUp(services: Services, agent: Agent, incidentId: string): Promise<void> {
  const now = services.now();
  const startedBefore = new Date(now.getTime() - agent.ceilings.attempt.milliseconds - SETTLING_MS);
  await giveUpCalls(services.database, { incidentId, startedBefore }, now);
}

/** The queue tries again; when it does no more, the fix goes on without. */
async function notNow(services: Services, job: JobData['agents'], context: JobContext, reason: string): Promise<void> {
  if (!context.lastAttempt) throw new UnavailableError('AGENT_NOT_NOW', reason);
  await decline(services, job, context, reason);
}

async function decline(services: Services, job: JobData['agents'], context: JobContext, reason: string): Promise<void> {
  context.log.info({ incident: job.incidentId, reason }, 'agent not asked');
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
