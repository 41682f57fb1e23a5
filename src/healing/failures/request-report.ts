import type { Services } from '../services.ts';

/** Asks for the check run of a commit to be brought up to date; one request at a time waits for each commit. */
export async function requestReport(
  services: Services,
  { installationId, repositoryId, headSha }: { installationId: number; repositoryId: number; headSha: string },
): Promise<void> {
  await services.queue.send('remedies', {
    data: { kind: 'report', installationId, repositoryId, headSha },
    key: `report:${repositoryId}:${headSha}`,
    repositoryId,
  });
}
