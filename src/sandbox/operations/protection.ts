import type { PullRequest, Repository } from '../state/model.ts';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

const METHODS: Record<MergeMethod, string> = {
  merge: 'Merge commits are not allowed on this repository.',
  squash: 'Squash merges are not allowed on this repository.',
  rebase: 'Rebase merges are not allowed on this repository.',
};

/**
 * The words of the 405 where the repository's settings leave a merge method out.
 * Source: https://github.com/Mergifyio/mergify/pull/1812
 */
export function refuseMergeMethod(repository: Repository, method: MergeMethod): string | null {
  return repository.mergeMethods.has(method) ? null : METHODS[method];
}

/**
 * Why the protection of a base holds a merge back; `null` when nothing does.
 * Source: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches
 */
export function heldBack(repository: Repository, pull: PullRequest): string | null {
  const rules = repository.protectedBranches.get(pull.base.ref);
  if (!rules) return null;
  const approvals = new Set(
    pull.reviews
      .filter((review) => review.state === 'APPROVED' && review.user.id !== pull.issue.user.id)
      .map(({ user }) => user.id),
  );
  if (approvals.size >= rules.approvals) return null;
  return `At least ${rules.approvals} approving review is required by reviewers with write access.`;
}
