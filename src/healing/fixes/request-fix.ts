import type { JobData } from '../../queue/queues.ts';
import type { Services } from '../services.ts';

export type FixJob = Extract<JobData['remedies'], { kind: 'fix' }>;

/** Asks for what can be fixed on a head to be fixed; one request at a time waits for each head. */
export async function requestFix(services: Services, head: Omit<FixJob, 'kind'>): Promise<void> {
  await services.queue.send('remedies', {
    data: { ...head, kind: 'fix' },
    key: `fix:${head.repositoryId}:${head.branch}:${head.headSha}${head.unasked ? ':unasked' : ''}`,
    repositoryId: head.repositoryId,
  });
}

/** Asks for what can be fixed on a head to be suggested on its pull request. */
export async function requestSuggestions(
  services: Services,
  head: Omit<Extract<JobData['remedies'], { kind: 'suggest' }>, 'kind'>,
): Promise<void> {
  await services.queue.send('remedies', {
    data: { kind: 'suggest', ...head },
    key: `suggest:${head.repositoryId}:${head.headSha}`,
    repositoryId: head.repositoryId,
  });
}
