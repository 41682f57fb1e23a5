import { z } from 'zod';
import { CONFIG_PATH } from '../config/repository-config.ts';
import type { Services } from '../healing/services.ts';
import { setDefaultBranch } from '../store/repositories.ts';
import type { RepositoryEvent } from './handler.ts';
import { readPayload } from './payloads.ts';

const paths = z.array(z.string()).default([]);
const schema = z.object({
  ref: z.string(),
  after: z.string(),
  deleted: z.boolean().default(false),
  commits: z.array(z.object({ added: paths, modified: paths, removed: paths })).default([]),
});

/**
 * To the default branch: its head is recorded and its state is unknown until CI speaks; when regreen.yml changed it is
 * checked. To other branches: nothing, for pull requests and runs tell what matters there.
 */
export async function onPush(services: Services, event: RepositoryEvent): Promise<void> {
  const push = readPayload(schema, event.payload);
  if (push.deleted || push.ref !== `refs/heads/${event.repository.defaultBranch}`) return;
  await setDefaultBranch(services.database, event.repository.id, { sha: push.after, state: 'unknown' }, services.now());
  const changed = push.commits.flatMap((commit) => [...commit.added, ...commit.modified, ...commit.removed]);
  if (event.installationId === null || !changed.includes(CONFIG_PATH)) return;
  await services.queue.send('remedies', {
    data: { kind: 'config', installationId: event.installationId, repositoryId: event.repository.id, headSha: push.after },
    key: `config:${event.repository.id}:${push.after}`,
    repositoryId: event.repository.id,
  });
}
