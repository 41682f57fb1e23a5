import { z } from 'zod';
import { CONFIG_PATH, isMatcherFile } from '../config/repository-config.ts';
import { requestLookAtBranch } from '../healing/branches/look-at-branch.ts';
import { isDefaultsRepository } from '../healing/repository-policy.ts';
import { isOwnBranch, type Services } from '../healing/services.ts';
import { isWorkflowFile } from '../policy/gate/paths.ts';
import { moveDefaultBranch } from '../store/repositories/default-branch.ts';
import { forgetOrganizationDefault } from '../store/repositories/organization-defaults.ts';
import type { RepositoryEvent } from './handler.ts';
import { readPayload } from './payloads.ts';

const HEADS = 'refs/heads/';

const paths = z.array(z.string()).default([]);
const schema = z.object({
  ref: z.string(),
  before: z.string().default(''),
  after: z.string(),
  deleted: z.boolean().default(false),
  commits: z.array(z.object({ added: paths, modified: paths, removed: paths })).default([]),
});

/**
 * To the default branch: its head is recorded, and its state is what CI has said of that commit: unknown until it
 * speaks, but a push may also be told after its runs, or after a later push. When regreen.yml or a file of problem matchers
 * changed it is checked; when a workflow was removed, what it was red with ends.
 * Another branch that was deleted takes with it what was red on it. Of others nothing is heard: pull requests and runs tell what
 * matters there.
 */
export async function onPush(services: Services, event: RepositoryEvent): Promise<void> {
  const push = readPayload(schema, event.payload);
  const branch = push.ref.startsWith(HEADS) ? push.ref.slice(HEADS.length) : null;
  const isDefault = branch === event.repository.defaultBranch;
  if (branch !== null && push.deleted && !isDefault) return requestLook(services, event, branch);
  if (push.deleted || !isDefault) return;
  if (isDefaultsRepository(event.repository)) {
    await forgetOrganizationDefault(services.database, event.repository.owner, services.now());
  }
  const moved = { sha: push.after, before: push.before };
  await moveDefaultBranch(services.database, event.repository.id, moved, services.now());
  if (push.commits.some((commit) => commit.removed.some(isWorkflowFile))) await requestLook(services, event, branch);
  const changed = push.commits.flatMap((commit) => [...commit.added, ...commit.modified, ...commit.removed]);
  if (event.installationId === null || !changed.some((path) => path === CONFIG_PATH || isMatcherFile(path))) return;
  await services.queue.send('remedies', {
    data: { kind: 'config', installationId: event.installationId, repositoryId: event.repository.id, headSha: push.after },
    key: `config:${event.repository.id}:${push.after}`,
    repositoryId: event.repository.id,
  });
}

/** A file that was renamed is removed under its former name. */
async function requestLook(services: Services, { repository, installationId }: RepositoryEvent, branch: string): Promise<void> {
  if (installationId === null || isOwnBranch(branch)) return;
  await requestLookAtBranch(services, { installationId, repositoryId: repository.id, branch });
}
