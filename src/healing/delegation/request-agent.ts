import type { RepositoryConfig } from '../../config/repository-config.ts';
import type { JobData } from '../../queue/queues.ts';
import type { Work } from '../fixes/gather-work.ts';
import type { Services } from '../services.ts';
import { askBeforeSpending, mayBeAsked } from './ask-spending.ts';

type AgentRequest = Omit<JobData['agents'], 'incidentId'> & { unasked?: string };

/**
 * Asks for an agent to be asked about the first of these that it may be asked about; the others have their turn when its answer
 * is there. Where a person must agree first, that person is asked.
 * @returns the work for which an agent's answer is waited for, and that for which a person's word is
 */
export async function requestAgent(
  services: Services,
  request: AgentRequest,
  { work, config }: { work: readonly Work[]; config: RepositoryConfig },
): Promise<{ answers: readonly Work[]; words: readonly Work[] }> {
  const { agent } = services;
  if (!agent || request.unasked) return { answers: [], words: [] };
  const words: Work[] = [];
  const free: Work[] = [];
  for (const one of work) {
    if (await mayBeAsked(services, agent, config, { head: request, work: one })) free.push(one);
    else if (await askBeforeSpending(services, agent, config, { head: request, work: one })) words.push(one);
  }
  const [first] = free;
  if (!first) return { answers: free, words };
  const { installationId, repositoryId, branch, headSha, wanted, askedBy } = request;
  const incidentId = first.incident.id;
  await services.queue.send('agents', {
    data: { installationId, repositoryId, branch, headSha, incidentId, wanted, askedBy },
    key: `agent:${incidentId}:${headSha}`,
    repositoryId,
  });
  return { answers: free, words };
}
