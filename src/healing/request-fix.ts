import type { JobData } from '../queue/queues.ts';
import type { Services } from './services.ts';

export type FixJob = Extract<JobData['remedies'], { kind: 'fix' }>;

/** Asks for what can be fixed on a head to be fixed; one request at a time waits for each head. */
export async function requestFix(services: Services, head: Omit<FixJob, 'kind'>): Promise<void> {
  await services.queue.send('remedies', {
    data: { ...head, kind: 'fix' },
    key: `fix:${head.repositoryId}:${head.branch}:${head.headSha}`,
    repositoryId: head.repositoryId,
  });
}
