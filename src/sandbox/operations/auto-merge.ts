import type { Platform } from '../platform.ts';
import type { PullRequest, Repository } from '../state/model.ts';
import type { Cause } from './cause.ts';
import { heldBack, type MergeMethod, refuseMergeMethod } from './protection.ts';
import { mergePull } from './pulls.ts';

/** Why GitHub does not wait with a merge; its words come twice named, as in `Pull request Pull request is in clean status`. */
export class AutoMergeRefusedError extends Error {}

/**
 * Has a pull request merged once its base's protection lets it. Sources of the refusals:
 * https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/automatically-merging-a-pull-request
 * and, for the words, https://github.com/iterative/cml/pull/955, https://github.com/AliceJump/ok-end-field/pull/211,
 * https://github.com/peter-evans/enable-pull-request-automerge/issues/343
 * @throws AutoMergeRefusedError
 */
export function enableAutoMerge(
  platform: Platform,
  repository: Repository,
  pull: PullRequest,
  facts: { method: MergeMethod; expectedHead: string | null; title: string; message: string },
  cause: Cause,
): void {
  const refuse = (why: string): never => {
    throw new AutoMergeRefusedError(`Pull request ${why}`);
  };
  if (!repository.allowAutoMerge) refuse('Auto merge is not allowed for this repository');
  if (facts.expectedHead && facts.expectedHead !== pull.head.sha) refuse('The head of the pull request is not the expected one');
  const method = refuseMergeMethod(repository, facts.method);
  if (method) refuse(`Merge method ${method.charAt(0).toLowerCase()}${method.slice(1)}`);
  if (!repository.protectedBranches.has(pull.base.ref)) refuse('Protected branch rules not configured for this branch');
  if (pull.mergeCommitSha === null) refuse('Pull request is in dirty status');
  if (heldBack(repository, pull) === null) refuse('Pull request is in clean status');
  pull.autoMerge = { method: facts.method, enabledBy: cause.actor, title: facts.title, message: facts.message };
  platform.state.changed();
}

/** Merges what waits for it, once nothing holds it back any more. */
export async function mergeWaiting(platform: Platform, repository: Repository, pull: PullRequest, cause: Cause): Promise<void> {
  if (!pull.autoMerge || pull.issue.state === 'closed' || heldBack(repository, pull) !== null) return;
  const { method, enabledBy } = pull.autoMerge;
  await mergePull(platform, repository, pull, { method }, { ...cause, actor: enabledBy });
}
