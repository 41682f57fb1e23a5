import { changedPaths, isAncestor, mergeBase } from '../git/history.ts';
import { isValidRefName } from '../git/paths.ts';
import { NO_OBJECT } from '../git/repository.ts';
import { Refusal, unprocessable } from '../http/refusal.ts';
import type { Platform } from '../platform.ts';
import type { Repository } from '../state/model.ts';
import type { Cause } from './cause.ts';
import { afterPush } from './push.ts';

/** Makes a branch or tag. Source of the refusals: https://docs.github.com/en/rest/git/refs#create-a-reference */
export async function createRef(
  platform: Platform,
  repository: Repository,
  ref: string,
  sha: string,
  cause: Cause,
): Promise<void> {
  if (!isValidRefName(ref)) throw unprocessable(`${ref} is not a valid ref name.`);
  if (repository.git.ref(ref)) throw unprocessable('Reference already exists');
  if (!(await repository.git.read(sha))) throw unprocessable('Object does not exist');
  await refuseWorkflowChanges(repository, await startOf(repository, sha), sha, cause);
  await repository.git.exclusive(async () => {
    if (repository.git.ref(ref)) throw unprocessable('Reference already exists');
    await repository.git.updateRef(ref, sha, NO_OBJECT);
  });
  await afterPush(platform, repository, { ref, before: NO_OBJECT, after: sha }, cause);
}

/** Moves a ref. Source of the refusals: https://docs.github.com/en/rest/git/refs#update-a-reference */
export async function updateRef(
  platform: Platform,
  repository: Repository,
  change: { ref: string; sha: string; force: boolean },
  cause: Cause,
): Promise<void> {
  const before = repository.git.ref(change.ref);
  if (!before) throw unprocessable('Reference does not exist');
  if (!(await repository.git.commit(change.sha))) throw unprocessable('Object does not exist');
  if (before === change.sha) return;
  if (!change.force && !(await isAncestor(repository.git, before, change.sha)))
    throw unprocessable('Update is not a fast forward');
  await refuseWorkflowChanges(repository, before, change.sha, cause);
  await repository.git.exclusive(async () => {
    if (repository.git.ref(change.ref) !== before) throw unprocessable('Reference cannot be updated');
    await repository.git.updateRef(change.ref, change.sha, before);
  });
  await afterPush(platform, repository, { ref: change.ref, before, after: change.sha }, cause);
}

export async function deleteRef(platform: Platform, repository: Repository, ref: string, cause: Cause): Promise<void> {
  const before = repository.git.ref(ref);
  if (!before) throw unprocessable('Reference does not exist');
  if (ref === `refs/heads/${repository.defaultBranch}`) throw unprocessable('Cannot delete the default branch');
  await repository.git.exclusive(() => repository.git.deleteRef(ref));
  await afterPush(platform, repository, { ref, before, after: NO_OBJECT }, cause);
}

/**
 * A token without `workflows: write` may not change workflow files.
 * Source: https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps#repository-permissions-for-workflows
 */
export async function refuseWorkflowChanges(
  repository: Repository,
  before: string | null,
  after: string,
  cause: Cause,
): Promise<void> {
  if (mayChangeWorkflows(cause)) return;
  const paths = await changedPaths(repository.git, before, after);
  refuseWorkflowPaths(paths, cause);
}

export function refuseWorkflowPaths(paths: readonly string[], cause: Cause): void {
  if (mayChangeWorkflows(cause)) return;
  const touched = paths.find((path) => path.startsWith('.github/workflows/'));
  if (touched === undefined) return;
  throw new Refusal(
    403,
    `refusing to allow a GitHub App to create or update workflow \`${touched}\` without \`workflows\` permission`,
    {
      headers: { 'x-accepted-github-permissions': 'workflows=write' },
    },
  );
}

function mayChangeWorkflows(cause: Cause): boolean {
  return cause.permissions === null || cause.permissions.workflows === 'write';
}

/** What a new ref is compared with: itself when a ref holds that commit already, else where it left the default branch. */
async function startOf(repository: Repository, sha: string): Promise<string | null> {
  if (repository.git.listRefs('refs/').some(([, known]) => known === sha)) return sha;
  const main = repository.git.branch(repository.defaultBranch);
  if (!main || !(await repository.git.commit(sha))) return sha;
  return mergeBase(repository.git, main, sha);
}
