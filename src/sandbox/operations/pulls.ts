import { listRevisions, mergeTree } from '../git/history.ts';
import { Refusal, validationFailed } from '../http/refusal.ts';
import type { Platform } from '../platform.ts';
import type { PullRequest, Repository } from '../state/model.ts';
import { networkRoot } from '../state/state.ts';
import { tellPull } from '../webhooks/pull-request.ts';
import type { Cause } from './cause.ts';
import { closeIssue, newIssue, refuseBadTitle, refuseLongBody, reopenIssue } from './issues.ts';
import { githubSignature, refreshMerge, signatureOf, writeMerge } from './merge.ts';
import { heldBack, type MergeMethod, refuseMergeMethod } from './protection.ts';
import { afterPush } from './push.ts';
import { refuseWorkflowChanges } from './refs.ts';
import { triggerPull } from './triggers.ts';

export interface NewPull {
  title: string;
  body: string | null;
  /** `branch`, or `owner:branch` of a fork. */
  head: string;
  base: string;
  draft: boolean;
  maintainerCanModify?: boolean;
}

/** Opens a pull request. Source of the refusals: https://docs.github.com/en/rest/pulls/pulls#create-a-pull-request */
export async function createPull(platform: Platform, repository: Repository, facts: NewPull, cause: Cause): Promise<PullRequest> {
  refuseWorkflow(repository, cause);
  refuseBadTitle('PullRequest', facts.title);
  refuseLongBody('PullRequest', facts.body);
  const head = findHead(platform, repository, facts.head);
  const baseSha = repository.git.branch(facts.base);
  if (!baseSha) throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  if (!head) throw validationFailed({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  refuseDraft(repository, facts.draft);
  refuseDuplicate(repository, head, facts.base);
  if (head.repository !== repository)
    await repository.git.fetchRef(head.repository.git, head.sha, `refs/sandbox/head-${repository.nextNumber}`);
  await refuseWithoutCommits(repository, facts, head.sha, baseSha);
  // Again, because a twin may have been opened meanwhile; from here to the entry in the books nothing waits.
  refuseDuplicate(repository, head, facts.base);
  const pull = newPull(platform, repository, facts, { head, baseSha }, cause);
  await refreshMerge(platform, repository, pull);
  await tellPull(platform, repository, pull, 'opened', cause.actor);
  await triggerPull(platform, repository, pull, 'opened', cause);
  platform.state.changed();
  return pull;
}

/**
 * A setting of the repository keeps GITHUB_TOKEN from opening pull requests.
 * Source: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/managing-github-actions-settings-for-a-repository#preventing-github-actions-from-creating-or-approving-pull-requests
 */
function refuseWorkflow(repository: Repository, cause: Cause): void {
  if (cause.startsWorkflows || repository.actionsMayOpenPulls) return;
  throw new Refusal(403, 'GitHub Actions is not permitted to create or approve pull requests.');
}

function newPull(
  platform: Platform,
  repository: Repository,
  facts: NewPull,
  sides: { head: PullRequest['head']; baseSha: string },
  cause: Cause,
): PullRequest {
  const pull: PullRequest = {
    id: platform.state.ids.take('pullRequest'),
    issue: newIssue(platform, repository, facts, cause),
    head: sides.head,
    base: { ref: facts.base, sha: sides.baseSha },
    draft: facts.draft,
    mergedAt: null,
    mergedBy: null,
    mergeCommitSha: null,
    autoMerge: null,
    maintainerCanModify: sides.head.repository !== repository && (facts.maintainerCanModify ?? true),
    requestedReviewers: [],
    reviews: [],
    reviewComments: [],
  };
  repository.pulls.set(pull.issue.number, pull);
  return pull;
}

function findHead(platform: Platform, repository: Repository, head: string): PullRequest['head'] | null {
  const [owner, ref] = head.includes(':')
    ? [head.slice(0, head.indexOf(':')), head.slice(head.indexOf(':') + 1)]
    : [repository.owner.login, head];
  const network = networkRoot(repository);
  const from = [...platform.state.repositories.values()].find(
    (one) => one.owner.login.toLowerCase() === owner.toLowerCase() && networkRoot(one) === network,
  );
  const sha = from?.git.branch(ref);
  return from && sha ? { repository: from, ref, sha } : null;
}

/**
 * Drafts in private repositories need a paid plan.
 * Source: https://docs.github.com/en/get-started/learning-about-github/githubs-plans, "Draft pull requests"
 */
function refuseDraft(repository: Repository, draft: boolean): void {
  if (!draft || !repository.private || repository.owner.plan !== 'free') return;
  throw new Refusal(422, 'Draft pull requests are not supported in this repository.');
}

function refuseDuplicate(repository: Repository, head: PullRequest['head'], base: string): void {
  const duplicate = [...repository.pulls.values()].some(
    (pull) =>
      pull.issue.state === 'open' &&
      pull.base.ref === base &&
      pull.head.ref === head.ref &&
      pull.head.repository === head.repository,
  );
  if (!duplicate) return;
  const message = `A pull request already exists for ${head.repository.owner.login}:${head.ref}.`;
  throw validationFailed({ resource: 'PullRequest', code: 'custom', message });
}

async function refuseWithoutCommits(repository: Repository, facts: NewPull, headSha: string, baseSha: string): Promise<void> {
  const commits = await listRevisions(repository.git, { from: headSha, without: baseSha, limit: 1 });
  if (commits.length > 0) return;
  const message = `No commits between ${facts.base} and ${facts.head}`;
  throw validationFailed({ resource: 'PullRequest', code: 'custom', message });
}

export async function closePull(platform: Platform, repository: Repository, pull: PullRequest, cause: Cause): Promise<void> {
  closeIssue(platform, pull.issue, cause, null);
  await tellPull(platform, repository, pull, 'closed', cause.actor);
  platform.state.changed();
}

/** Source: a pull request whose head branch is gone or that has a twin can't be reopened (422). */
export async function reopenPull(platform: Platform, repository: Repository, pull: PullRequest, cause: Cause): Promise<void> {
  const sha = pull.head.repository.git.branch(pull.head.ref);
  if (pull.mergedAt || !sha) {
    throw validationFailed({ resource: 'PullRequest', field: 'state', code: 'invalid', message: 'state cannot be changed.' });
  }
  refuseDuplicate(repository, pull.head, pull.base.ref);
  reopenIssue(platform, pull.issue);
  pull.head.sha = sha;
  await refreshMerge(platform, repository, pull);
  await tellPull(platform, repository, pull, 'reopened', cause.actor);
  await triggerPull(platform, repository, pull, 'reopened', cause);
}

/** Deleting a branch closes the pull requests that it is the head of. */
export async function closeWithoutHead(platform: Platform, head: Repository, branch: string, cause: Cause): Promise<void> {
  for (const repository of platform.state.repositories.values()) {
    for (const pull of repository.pulls.values()) {
      const concerned = pull.issue.state === 'open' && pull.head.repository === head && pull.head.ref === branch;
      if (concerned) await closePull(platform, repository, pull, cause);
    }
  }
}

export async function setDraft(
  platform: Platform,
  repository: Repository,
  pull: PullRequest,
  draft: boolean,
  cause: Cause,
): Promise<void> {
  if (pull.draft === draft) return;
  refuseDraft(repository, draft);
  pull.draft = draft;
  await tellPull(platform, repository, pull, draft ? 'converted_to_draft' : 'ready_for_review', cause.actor);
  if (!draft) await triggerPull(platform, repository, pull, 'ready_for_review', cause);
}

export interface MergeOptions {
  method: MergeMethod;
  title?: string;
  message?: string;
  /** The head that the caller has seen. */
  sha?: string;
}

/** Merges. Source of the refusals: https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request (405, 409) */
export async function mergePull(
  platform: Platform,
  repository: Repository,
  pull: PullRequest,
  options: MergeOptions,
  cause: Cause,
): Promise<string> {
  if (options.sha && options.sha !== pull.head.sha)
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  if (pull.issue.state === 'closed' || pull.draft) throw new Refusal(405, 'Pull Request is not mergeable');
  const refused = refuseMergeMethod(repository, options.method) ?? heldBack(repository, pull);
  if (refused !== null) throw new Refusal(405, refused);
  const before = pull.base.sha;
  const tree = await mergeTree(repository.git, before, pull.head.sha);
  if (tree === null) throw new Refusal(405, 'Pull Request has merge conflicts');
  await refuseWorkflowChanges(repository, before, pull.head.sha, cause);
  const sha = await writeResult(platform, repository, pull, tree, options, cause);
  const ref = `refs/heads/${pull.base.ref}`;
  await repository.git.exclusive(async () => {
    if (repository.git.ref(ref) !== before) throw new Refusal(405, 'Base branch was modified. Review and try the merge again.');
    await repository.git.updateRef(ref, sha, before);
  });
  Object.assign(pull, {
    mergedAt: platform.clock.now(),
    mergedBy: cause.actor,
    mergeCommitSha: sha,
  } satisfies Partial<PullRequest>);
  closeIssue(platform, pull.issue, cause, null);
  await tellPull(platform, repository, pull, 'closed', cause.actor);
  await afterPush(platform, repository, { ref, before, after: sha }, cause);
  return sha;
}

function writeResult(
  platform: Platform,
  repository: Repository,
  pull: PullRequest,
  tree: string,
  options: MergeOptions,
  cause: Cause,
) {
  const { number, title } = pull.issue;
  const now = platform.clock.now();
  if (options.method === 'merge') {
    const subject = options.title ?? `Merge pull request #${number} from ${pull.head.repository.owner.login}/${pull.head.ref}`;
    return writeMerge(platform, repository, pull, tree, `${subject}\n\n${options.message ?? title}`);
  }
  // A rebase of one commit and a squash have the same tree; a rebase of several is told as one here.
  return repository.git.writeCommit({
    tree,
    parents: [pull.base.sha],
    author: signatureOf(cause.actor, now),
    committer: githubSignature(now),
    message: `${options.title ?? `${title} (#${number})`}${options.message ? `\n\n${options.message}` : ''}`,
    signature: null,
  });
}
