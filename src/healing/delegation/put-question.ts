import type { Agent } from '../../agents/agent.ts';
import { applyAnswer } from '../../agents/apply-answer.ts';
import { AgentError } from '../../agents/errors.ts';
import { mostOf, refuseSpending, takenBy } from '../../agents/spending.ts';
import type { AgentTask, BackendAnswer } from '../../agents/types.ts';
import type { TreeEntry } from '../../github/types.ts';
import type { Edit } from '../../policy/gate.ts';
import type { JobData } from '../../queue/queues.ts';
import type { JobContext } from '../../queue/run-job.ts';
import { reserveCall, type Settlement, settleCall, spentSince } from '../../store/agent-calls/agent-calls.ts';
import { endSpendingApprovals } from '../../store/approvals/approval-ends.ts';
import { noteCeiling } from '../../store/notifications/notices.ts';
import type { Work } from '../fixes/gather-work.ts';
import type { Attempt } from '../fixes/plan-attempt.ts';
import { checkSyntax } from '../fixes/syntax-check.ts';
import type { Services } from '../services.ts';

const DAY_MS = 24 * 3_600_000;

/** A question that is ready to be asked. */
export interface Asking {
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

/** What a question took and brought. */
export type Asked = Settlement & { retryAfterSeconds: number | null };

/**
 * Reserves what the question may cost, asks it, and writes down what it did cost.
 * @returns what came of it, or why it was not asked
 */
export async function putQuestion(services: Services, asking: Asking, context: JobContext): Promise<Asked | string> {
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
  if (tooMuch) return tellCeiling(services, asking, tooMuch);
  const allowance = { attempts: asking.attempts, repository, server };
  const id = await reserveCall(services.database, reservation, allowance, services.now());
  if (id === null) return whyNoRoom(services, asking, most);
  await endSpendingApprovals(services.database, { ...job, to: 'used' });
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
  return { ...settlement, retryAfterSeconds: retryAfterOf(ended) };
}

function retryAfterOf(ended: object): number | null {
  return 'error' in ended && ended.error instanceof AgentError ? ended.error.retryAfterSeconds : null;
}

const NOTHING = { tokens: 0, microDollars: 0, milliseconds: 0 };

async function whyNoRoom(services: Services, asking: Asking, most: typeof NOTHING): Promise<string> {
  const { ceilings, job } = asking;
  const since = new Date(services.now().getTime() - DAY_MS);
  const [repository, server] = await Promise.all([
    spentSince(services.database, since, job.repositoryId),
    spentSince(services.database, since),
  ]);
  const refusal = refuseSpending(most, { repository, server }, ceilings);
  return refusal === null ? 'The agent is being asked about this already.' : tellCeiling(services, asking, refusal);
}

/** Somebody may want to know that a ceiling keeps the agent from work. @returns the same refusal */
async function tellCeiling(services: Services, { job, work }: Asking, reason: string): Promise<string> {
  const { repositoryId } = job;
  await noteCeiling(services.database, { repositoryId, incidentId: work.incident.id, reason, at: services.now() });
  return reason;
}

type Answered = BackendAnswer & { milliseconds: number; question: Parameters<Agent['ask']>[0] };

/** An answer becomes edits that may go to the gate; the syntax is looked at now, in a process of its own. */
async function settleAnswer(
  services: Services,
  asking: Asking & Pick<ReturnType<Agent['compose']>, 'shown' | 'label'>,
  { answer, usage, milliseconds, question }: Answered,
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
  }: { agent: Agent; question: Answered['question']; milliseconds: number; most: typeof NOTHING },
): Settlement {
  if (!(error instanceof AgentError)) throw error;
  const facts = { state: 'failed' as const, outcome: error.kind, reason: error.message, edits: null, ...error.usage };
  if (error.isFree) return { ...facts, tokens: 0, microDollars: 0, milliseconds, estimated: false };
  if (error.usage.inputTokens === null || error.usage.outputTokens === null)
    return { ...facts, ...most, milliseconds, estimated: true };
  return { ...facts, ...takenBy({ question, answered: '', usage: error.usage, milliseconds }, agent.prices) };
}
