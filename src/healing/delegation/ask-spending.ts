import type { Agent } from '../../agents/agent.ts';
import { dollarsText, tightened } from '../../agents/spending.ts';
import type { RepositoryConfig } from '../../config/repository-config.ts';
import { attemptsAllowed } from '../../policy/budgets.ts';
import { decisionFor } from '../../policy/decide.ts';
import { type Approval, approvalsOfCommit, askApproval } from '../../store/approvals/approvals.ts';
import { requestReport } from '../failures/request-report.ts';
import type { Work } from '../fixes/gather-work.ts';
import { hashOf } from '../fixes/patch.ts';
import type { Services } from '../services.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** The commit on which an agent may be asked. */
export interface AgentHead {
  installationId: number;
  repositoryId: number;
  branch: string;
  headSha: string;
  /** The person who wants it; nobody when the policy alone brought it about. */
  askedBy?: string | undefined;
}

/**
 * Whether the agent may be asked about this without a further word: the policy asks for none, or a person has agreed to this
 * agent, at these prices, for this incident on this commit.
 */
export async function mayBeAsked(
  services: Services,
  agent: Agent,
  config: RepositoryConfig,
  { head, work }: { head: Pick<AgentHead, 'repositoryId' | 'headSha'>; work: Work },
): Promise<boolean> {
  if (!work.asksBeforeAgent) return true;
  const approval = await findSpendingApproval(services, agent, config, { head, work });
  return approval?.state === 'approved' || approval?.state === 'used';
}

/** What was asked, and what was answered, about the costs of an agent's answer; `null` where nobody was asked. */
export async function findSpendingApproval(
  services: Services,
  agent: Agent,
  config: RepositoryConfig,
  { head, work }: { head: Pick<AgentHead, 'repositoryId' | 'headSha'>; work: Work },
): Promise<Approval | null> {
  const hash = termsHash(agent, config);
  const approvals = await approvalsOfCommit(services.database, head.repositoryId, head.headSha);
  const isOurs = (one: Approval) => one.remedy === 'delegate' && one.incidentId === work.incident.id && one.patchHash === hash;
  return approvals.findLast(isOurs) ?? null;
}

/**
 * Asks a person whether the agent may be asked, before it costs anything or anything is sent to it.
 * @returns whether somebody's word is waited for; not where it was a no
 */
export async function askBeforeSpending(
  services: Services,
  agent: Agent,
  config: RepositoryConfig,
  { head, work }: { head: AgentHead; work: Work },
): Promise<boolean> {
  const now = services.now();
  const [diagnosis] = work.diagnoses;
  await askApproval(
    services.database,
    {
      repositoryId: head.repositoryId,
      incidentId: work.incident.id,
      remedy: 'delegate',
      branch: head.branch,
      headSha: head.headSha,
      runId: null,
      runAttempt: null,
      patch: '',
      patchHash: termsHash(agent, config),
      fixers: [agent.backend],
      reason: [diagnosis ? decisionFor(diagnosis.decision, 'delegate').reason : '', termsText(agent, config)].join(' ').trim(),
      askedBy: head.askedBy ?? null,
      expiresAt: new Date(now.getTime() + config.approvals.expiresAfterHours * HOUR_MS),
    },
    now,
  );
  await requestReport(services, head);
  return (await findSpendingApproval(services, agent, config, { head, work }))?.state === 'pending';
}

/** What a person agrees to. A yes to other terms is none. */
function termsOf(agent: Agent, config: RepositoryConfig) {
  const { backend, model, prices } = agent;
  return { backend, model, prices, attempt: tightened(agent.ceilings, config.agents).attempt, attempts: attemptsAllowed(config) };
}

function termsHash(agent: Agent, config: RepositoryConfig): string {
  return hashOf(`delegate:${JSON.stringify(termsOf(agent, config))}`);
}

function termsText(agent: Agent, config: RepositoryConfig): string {
  const { backend, model, attempt, attempts } = termsOf(agent, config);
  const times = attempts === 1 ? 'once' : `up to ${attempts} times`;
  const minutes = Math.ceil(attempt.milliseconds / MINUTE_MS);
  return `${backend} (${model}) would be sent the excerpt of the log and the files that it names, ${times}; each time takes ${attempt.tokens} tokens, ${dollarsText(attempt.microDollars)} and ${minutes} minutes at most.`;
}
