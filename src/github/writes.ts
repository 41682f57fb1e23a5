import { type At, ownerAndRepo } from './client.ts';
import { GitHubError, isLimit, orNullWhenMissing, statusOf } from './errors.ts';
import { readCommit } from './reads.ts';
import { toPullRequest } from './translate.ts';
import type { FileChange, PullRequest, ReviewComment } from './types.ts';

/** Makes the branch at `sha`, or finds it there. @returns the commit that it points at, which may be another one */
export async function ensureBranch(at: At, branch: string, sha: string): Promise<string> {
  try {
    await at.client.rest.git.createRef({ ...ownerAndRepo(at), ref: `refs/heads/${branch}`, sha });
    return sha;
  } catch (error) {
    if (statusOf(error) !== 422) throw error;
    const answer = await orNullWhenMissing(at.client.rest.git.getRef({ ...ownerAndRepo(at), ref: `heads/${branch}` }));
    if (!answer) throw error;
    return answer.data.object.sha;
  }
}

/** Deletes the branch; does nothing when it is gone already. */
export async function deleteBranch(at: At, branch: string): Promise<void> {
  try {
    await at.client.rest.git.deleteRef({ ...ownerAndRepo(at), ref: `heads/${branch}` });
  } catch (error) {
    // 422 "Reference does not exist"
    if (statusOf(error) !== 422 && statusOf(error) !== 404) throw error;
  }
}

const CREATE_COMMIT = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

/**
 * Adds one signed commit to a branch. GitHub refuses when the branch is no longer at `expectedHead`, so two
 * attempts never both succeed. It knows no executable bit, so files that have one are committed as a tree.
 * @throws GitHubError `BRANCH_MOVED` when the branch is elsewhere or gone, `COMMIT_FORBIDDEN` when a right is missing
 * @see https://docs.github.com/graphql/reference/mutations#createcommitonbranch
 */
export async function commitOnBranch(
  at: At,
  commit: { branch: string; expectedHead: string; headline: string; body: string; files: readonly FileChange[] },
): Promise<string> {
  if (commit.files.some(({ executable }) => executable)) return commitTreeOnBranch(at, commit);
  const input = {
    branch: { repositoryNameWithOwner: `${at.repository.owner}/${at.repository.name}`, branchName: commit.branch },
    expectedHeadOid: commit.expectedHead,
    message: { headline: commit.headline, body: commit.body },
    fileChanges: {
      additions: commit.files.map((file) => ({
        path: file.path,
        contents: Buffer.from(file.content, 'utf8').toString('base64'),
      })),
    },
  };
  try {
    const answer = await at.client.graphql<{ createCommitOnBranch: { commit: { oid: string } } }>(CREATE_COMMIT, { input });
    return answer.createCommitOnBranch.commit.oid;
  } catch (error) {
    if (isLimit(error)) throw error;
    if (graphqlErrors(error).some((entry) => entry.type === 'FORBIDDEN')) {
      throw new GitHubError('COMMIT_FORBIDDEN', 'GitHub does not let the app commit this.', { githubStatus: 403, cause: error });
    }
    if (isStale(error))
      throw new GitHubError('BRANCH_MOVED', 'The branch has moved meanwhile.', { githubStatus: 200, cause: error });
    throw error;
  }
}

async function commitTreeOnBranch(at: At, commit: Parameters<typeof commitOnBranch>[1]): Promise<string> {
  const { branch, expectedHead: parent, headline, body, files } = commit;
  const { tree } = await readCommit(at, parent);
  const made = await commitTree(at, { parent, tree, message: `${headline}\n\n${body}`, files });
  try {
    await at.client.rest.git.updateRef({ ...ownerAndRepo(at), ref: `heads/${branch}`, sha: made, force: false });
    return made;
  } catch (error) {
    // "Update is not a fast forward"
    if (statusOf(error) !== 422) throw error;
    throw new GitHubError('BRANCH_MOVED', 'The branch has moved meanwhile.', { githubStatus: 422, cause: error });
  }
}

/** GraphQL errors come with a type; `STALE_DATA` is the one for a wrong expectedHeadOid, `NOT_FOUND` for a branch that is gone. */
function isStale(error: unknown): boolean {
  return graphqlErrors(error).some((entry) => entry.type === 'STALE_DATA' || entry.type === 'NOT_FOUND');
}

function graphqlErrors(error: unknown): { type?: string; message?: string }[] {
  const { errors } = error as { errors?: { type?: string; message?: string }[] };
  return Array.isArray(errors) ? errors : [];
}

/**
 * Puts a commit in the place of what a branch of ours holds. One step for whoever looks: were the branch set back first,
 * GitHub would close its pull request for having no commits. A commit that names no author is signed by GitHub as the
 * app's.
 * @see https://docs.github.com/rest/git/commits#create-a-commit "Signature verification for bots"
 */
export async function replaceBranch(at: At, commit: NewCommit & { branch: string }): Promise<string> {
  const made = await commitTree(at, commit);
  await at.client.rest.git.updateRef({ ...ownerAndRepo(at), ref: `heads/${commit.branch}`, sha: made, force: true });
  return made;
}

interface NewCommit {
  parent: string;
  /** The parent's. */
  tree: string;
  message: string;
  files: readonly FileChange[];
}

async function commitTree(at: At, commit: NewCommit): Promise<string> {
  const { data: tree } = await at.client.rest.git.createTree({
    ...ownerAndRepo(at),
    base_tree: commit.tree,
    tree: commit.files.map(({ path, content, executable }) => ({
      path,
      mode: executable ? ('100755' as const) : ('100644' as const),
      type: 'blob' as const,
      content,
    })),
  });
  const { message, parent } = commit;
  const { data } = await at.client.rest.git.createCommit({ ...ownerAndRepo(at), message, tree: tree.sha, parents: [parent] });
  return data.sha;
}

/** Submits one review with all its comments; people are told once. */
export async function createReview(
  at: At,
  review: { number: number; commitSha: string; body: string; comments: readonly ReviewComment[] },
): Promise<void> {
  await at.client.rest.pulls.createReview({
    ...ownerAndRepo(at),
    pull_number: review.number,
    commit_id: review.commitSha,
    event: 'COMMENT',
    body: review.body,
    comments: review.comments.map(({ path, line, startLine, body }) => ({
      path,
      line,
      side: 'RIGHT',
      ...(startLine === undefined ? {} : { start_line: startLine, start_side: 'RIGHT' }),
      body,
    })),
  });
}

/** Opens an issue. @returns its number */
export async function createIssue(at: At, issue: { title: string; body: string; labels: string[] }): Promise<number> {
  return (await at.client.rest.issues.create({ ...ownerAndRepo(at), ...issue })).data.number;
}

export async function updateIssue(
  at: At,
  number: number,
  change: { title: string; body: string; state: 'open' | 'closed' },
): Promise<void> {
  await at.client.rest.issues.update({ ...ownerAndRepo(at), issue_number: number, ...change });
}

/** Adds labels; those that the repository does not have are made by GitHub. */
export async function addLabels(at: At, number: number, labels: string[]): Promise<void> {
  await at.client.rest.issues.addLabels({ ...ownerAndRepo(at), issue_number: number, labels });
}

export interface NewPullRequest {
  head: string;
  base: string;
  title: string;
  body: string;
}

/** Opens a pull request, as a draft where the plan has drafts. */
export async function openPullRequest(at: At, pull: NewPullRequest): Promise<PullRequest> {
  const create = (draft: boolean) => at.client.rest.pulls.create({ ...ownerAndRepo(at), ...pull, draft });
  try {
    return toPullRequest((await create(true)).data);
  } catch (error) {
    if (!refusesDrafts(error)) throw error;
    return toPullRequest((await create(false)).data);
  }
}

/** "Draft pull requests are not supported in this repository.": private repositories of plans without them. */
function refusesDrafts(error: unknown): boolean {
  return statusOf(error) === 422 && error instanceof Error && /draft pull requests are not supported/i.test(error.message);
}

/** @returns the pull request as it is then */
export async function updatePullRequest(
  at: At,
  number: number,
  change: { title?: string; body?: string; state?: 'open' | 'closed' },
): Promise<PullRequest> {
  return toPullRequest((await at.client.rest.pulls.update({ ...ownerAndRepo(at), pull_number: number, ...change })).data);
}

const MARK_READY = `mutation ($id: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } }
}`;

/** Ends the draft state; only GraphQL can. */
export async function markReadyForReview(at: At, nodeId: string): Promise<void> {
  await at.client.graphql(MARK_READY, { id: nodeId });
}

const ENABLE_AUTO_MERGE = `mutation ($id: ID!, $head: GitObjectID!, $how: PullRequestMergeMethod!) {
  enablePullRequestAutoMerge(input: { pullRequestId: $id, expectedHeadOid: $head, mergeMethod: $how }) { clientMutationId }
}`;
const MERGE_METHODS = ['MERGE', 'SQUASH', 'REBASE'] as const;

/** What became of a wish to merge; GitHub's own words where it refuses. */
export type MergeEnd = { kind: 'merged' } | { kind: 'waiting' } | { kind: 'refused'; reason: string };

/**
 * Has GitHub merge the pull request once all its rules are met. GitHub does not wait where nothing holds the merge back
 * ("clean status"), where the base has no rules, or where the repository does not allow waiting: then it is merged at once,
 * which GitHub refuses where a rule is not met. Only the head that was seen is merged.
 */
export async function mergeWhenReady(at: At, pull: Pick<PullRequest, 'number' | 'nodeId' | 'headSha'>): Promise<MergeEnd> {
  for (const method of MERGE_METHODS) {
    try {
      await at.client.graphql(ENABLE_AUTO_MERGE, { id: pull.nodeId, head: pull.headSha, how: method });
      return { kind: 'waiting' };
    } catch (error) {
      const messages = graphqlErrors(error).map((entry) => entry.message ?? '');
      if (messages.length === 0 || isLimit(error)) throw error;
      if (!messages.some((message) => /merge method|are not allowed on this repository/i.test(message))) break;
    }
  }
  return mergeNow(at, pull);
}

async function mergeNow(at: At, { number, headSha }: Pick<PullRequest, 'number' | 'headSha'>): Promise<MergeEnd> {
  let reason = '';
  for (const method of ['merge', 'squash', 'rebase'] as const) {
    try {
      await at.client.rest.pulls.merge({ ...ownerAndRepo(at), pull_number: number, sha: headSha, merge_method: method });
      return { kind: 'merged' };
    } catch (error) {
      // 403 a right is missing, 405 not mergeable so, 409 the head has moved, 422 a rule: then a person merges it.
      const status = statusOf(error);
      if (status === undefined || !MERGE_REFUSALS.has(status) || isLimit(error)) throw error;
      reason = messageOf(error);
      if (status !== 405 || !/are not allowed on this repository/i.test(reason)) break;
    }
  }
  return { kind: 'refused', reason };
}

const MERGE_REFUSALS: ReadonlySet<number> = new Set([403, 405, 409, 422]);

/** GitHub's words, without the link that Octokit hangs on. */
function messageOf(error: unknown): string {
  const { response } = error as { response?: { data?: { message?: unknown } } };
  return typeof response?.data?.message === 'string' ? response.data.message : 'GitHub gave no reason.';
}

/**
 * Runs the failed jobs of a run again, and what depends on them.
 * @returns false when GitHub refuses: the run is under way, too old, or has been run again too often, or a right is missing
 */
export async function rerunFailedJobs(at: At, runId: number): Promise<boolean> {
  try {
    await at.client.rest.actions.reRunWorkflowFailedJobs({ ...ownerAndRepo(at), run_id: runId });
    return true;
  } catch (error) {
    const status = statusOf(error);
    if (isLimit(error) || (status !== 403 && status !== 409 && status !== 422)) throw error;
    return false;
  }
}

export type Reaction = 'eyes' | '+1' | 'confused';

/**
 * Puts a reaction on a comment; the same one twice is one (GitHub answers 200 instead of 201). A comment that was deleted
 * meanwhile gets none.
 */
export async function reactToComment(at: At, commentId: number, reaction: Reaction): Promise<void> {
  await orNullWhenMissing(
    at.client.rest.reactions.createForIssueComment({ ...ownerAndRepo(at), comment_id: commentId, content: reaction }),
  );
}

/** The same for a comment in a review thread. */
export async function reactToReviewComment(at: At, commentId: number, reaction: Reaction): Promise<void> {
  await orNullWhenMissing(
    at.client.rest.reactions.createForPullRequestReviewComment({
      ...ownerAndRepo(at),
      comment_id: commentId,
      content: reaction,
    }),
  );
}
