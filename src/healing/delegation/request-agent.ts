import type { JobData } from '../../queue/queues.ts';
import type { Work } from '../fixes/gather-work.ts';
import type { Services } from '../services.ts';

type AgentRequest = Omit<JobData['agents'], 'incidentId'> & { unasked?: string };

/**
 * Asks for an agent to be asked about the first of these; the others have their turn when its answer is there.
 * @returns false when there is nothing to ask, or an agent has just been asked in vain
 */
export async function requestAgent(services: Services, request: AgentRequest, work: readonly Work[]): Promise<boolean> {
  const [first] = work;
  if (!services.agent || !first || request.unasked) return false;
  const { installationId, repositoryId, branch, headSha, wanted, askedBy } = request;
  const incidentId = first.incident.id;
  await services.queue.send('agents', {
    data: { installationId, repositoryId, branch, headSha, incidentId, wanted, askedBy },
    key: `agent:${incidentId}:${headSha}`,
    repositoryId,
  });
  return true;
}
