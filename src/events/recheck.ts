import { isRed } from '../healing/failures/red.ts';
import type { Services } from '../healing/services.ts';
import { latestRunsOfCommit } from '../store/books/runs.ts';
import { audit, type RepositoryEvent, requestReport } from './handler.ts';

/** A person pressed "Re-run" on our check: the failed runs of the commit are diagnosed again. */
export async function requestRecheck(services: Services, event: RepositoryEvent, headSha: string): Promise<void> {
  await audit(services, event, { action: 'check.rerequested', subject: `commit:${headSha}` });
  if (event.installationId === null) return;
  const runs = await latestRunsOfCommit(services.database, event.repository.id, headSha);
  for (const run of runs.filter((one) => isRed(one.conclusion))) {
    await services.queue.send('analysis', {
      data: { installationId: event.installationId, repositoryId: event.repository.id, runId: run.id, attempt: run.attempt },
      key: `run:${run.id}:${run.attempt}`,
      repositoryId: event.repository.id,
    });
  }
  await requestReport(services, event, headSha);
}
