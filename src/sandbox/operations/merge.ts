import { mergeTree } from '../git/history.ts';
import type { Signature } from '../git/objects.ts';
import type { Platform } from '../platform.ts';
import type { Account, PullRequest, Repository } from '../state/model.ts';

/** GitHub's own committer for merges and edits that it makes itself. */
const WEB_FLOW = { name: 'GitHub', email: 'noreply@github.com' };

export function signatureOf(account: Account, date: Date): Signature {
  return { name: account.name, email: account.email, date };
}

export function githubSignature(date: Date): Signature {
  return { ...WEB_FLOW, date };
}

/** Brings `refs/pull/N/head` and the test merge at `refs/pull/N/merge` up to date. */
export async function refreshMerge(platform: Platform, repository: Repository, pull: PullRequest): Promise<void> {
  const { number } = pull.issue;
  await repository.git.exclusive(async () => {
    await repository.git.fetchRef(pull.head.repository.git, pull.head.sha, `refs/pull/${number}/head`);
    const tree = await mergeTree(repository.git, pull.base.sha, pull.head.sha);
    pull.mergeCommitSha = null;
    if (tree === null) return;
    const message = `Merge ${pull.head.sha} into ${pull.base.sha}`;
    const sha = await writeMerge(platform, repository, pull, tree, message);
    await repository.git.updateRef(`refs/pull/${number}/merge`, sha, repository.git.ref(`refs/pull/${number}/merge`) ?? '');
    pull.mergeCommitSha = sha;
  });
}

/** A commit with the base and the head as its parents. */
export function writeMerge(
  platform: Platform,
  repository: Repository,
  pull: PullRequest,
  tree: string,
  message: string,
): Promise<string> {
  const now = platform.clock.now();
  return repository.git.writeCommit({
    tree,
    parents: [pull.base.sha, pull.head.sha],
    author: signatureOf(pull.issue.user, now),
    committer: githubSignature(now),
    message,
    signature: null,
  });
}
