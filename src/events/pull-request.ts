import { z } from 'zod';
import type { PullRequest } from '../github/types.ts';
import { pullRequestEnded } from '../healing/branches/end-pull-request.ts';
import { isOwnHead } from '../healing/own-head.ts';
import { isOwnBranch, type Services } from '../healing/services.ts';
import { savePullRequest } from '../store/books/pull-requests.ts';
import { asKnown, type RepositoryEvent, requestReport } from './handler.ts';
import { pullRequestSchema, readPayload } from './payloads.ts';

const schema = z.object({ pull_request: pullRequestSchema });

/**
 * opened, reopened, synchronize, ready_for_review: the pull request is recorded, runs of its head that do not know it
 * are linked to it, and what is known of the head is shown on it.
 * opened, reopened, synchronize: what it makes of regreen.yml, if it changes it, is told on its head.
 * closed: its incidents end; a fix pull request that was closed without merging counts as rejected.
 */
export async function onPullRequest(services: Services, event: RepositoryEvent): Promise<void> {
  const { pull_request: told } = readPayload(schema, event.payload);
  const { repository, head: pull } = await asKnown(services, event.repository, told);
  const state = await savePullRequest(services.database, event.repository.id, pull);
  if (event.action === 'closed') {
    // Told late: it is open again, and what is red on it by now is no matter of the time before.
    if (state === 'open') return;
    await pullRequestEnded(services, {
      repository,
      installationId: event.installationId,
      pull,
      by: event.sender,
    });
    return;
  }
  await requestReport(services, event, pull.headSha);
  const mayChangeConfig = event.action !== 'ready_for_review' && !isOwnPullRequest(repository, pull);
  if (mayChangeConfig) await requestConfigCheck(services, event, pull);
}

/** Regreen's own fixes never touch regreen.yml: the gate refuses it. */
function isOwnPullRequest(repository: RepositoryEvent['repository'], pull: PullRequest): boolean {
  return isOwnBranch(pull.headBranch) && isOwnHead(repository, pull.headRepository);
}

/** Whether the pull request changes regreen.yml is for the job to find out: the event does not say. */
async function requestConfigCheck(
  services: Services,
  { installationId, repository }: RepositoryEvent,
  pull: { number: number; headSha: string },
): Promise<void> {
  if (installationId === null) return;
  await services.queue.send('remedies', {
    data: { kind: 'config', installationId, repositoryId: repository.id, headSha: pull.headSha, pullRequestNumber: pull.number },
    key: `config:${repository.id}:${pull.headSha}`,
    repositoryId: repository.id,
  });
}
