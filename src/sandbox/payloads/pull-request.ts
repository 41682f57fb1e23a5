import { iso, isoOrNull } from '../clock.ts';
import { type FileChange, fileChanges, listRevisions, mergeBase } from '../git/history.ts';
import type { Platform } from '../platform.ts';
import { nodeId } from '../state/ids.ts';
import type { PullRequest, Repository, Review, ReviewComment } from '../state/model.ts';
import { association, labelPayload, reactionRollup } from './issue.ts';
import { repositoryPayload } from './repository.ts';
import type { Rest } from './schemas.ts';
import { userPayload } from './user.ts';

/** The numbers of a pull request that only git can tell. */
export interface PullFigures {
  commits: number;
  files: FileChange[];
}

export async function pullFigures(repository: Repository, pull: PullRequest): Promise<PullFigures> {
  const base = await mergeBase(repository.git, pull.base.sha, pull.head.sha);
  const [commits, files] = await Promise.all([
    listRevisions(repository.git, { from: pull.head.sha, without: pull.base.sha }),
    fileChanges(repository.git, base, pull.head.sha),
  ]);
  return { commits: commits.length, files };
}

function pullLinks(url: string, page: string, issueUrl: string, statusesUrl: string): Rest['pull-request']['_links'] {
  return {
    self: { href: url },
    html: { href: page },
    issue: { href: issueUrl },
    comments: { href: `${issueUrl}/comments` },
    review_comments: { href: `${url}/comments` },
    review_comment: { href: `${url.replace(/\/\d+$/, '')}/comments{/number}` },
    commits: { href: `${url}/commits` },
    statuses: { href: statusesUrl },
  };
}

/** The form in lists. */
export function simplePull(platform: Platform, repository: Repository, pull: PullRequest) {
  const { urls } = platform;
  const { issue } = pull;
  const url = `${urls.repository(repository)}/pulls/${issue.number}`;
  const page = `${urls.repositoryPage(repository)}/pull/${issue.number}`;
  const issueUrl = `${urls.repository(repository)}/issues/${issue.number}`;
  const statusesUrl = `${urls.repository(repository)}/statuses/${pull.head.sha}`;
  const [assignee] = issue.assignees;
  return {
    url,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${urls.repository(repository)}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statusesUrl,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: userPayload(urls, issue.user),
    body: issue.body,
    labels: issue.labels.map((label) => ({ ...labelPayload(platform, repository, label), description: label.description ?? '' })),
    milestone: null,
    active_lock_reason: null,
    created_at: iso(issue.createdAt),
    updated_at: iso(issue.updatedAt),
    closed_at: isoOrNull(issue.closedAt),
    merged_at: isoOrNull(pull.mergedAt),
    merge_commit_sha: pull.mergeCommitSha,
    assignee: assignee ? userPayload(urls, assignee) : null,
    assignees: issue.assignees.map((account) => userPayload(urls, account)),
    requested_reviewers: pull.requestedReviewers.map((account) => userPayload(urls, account)),
    requested_teams: [],
    head: sidePayload(platform, pull.head.repository, pull.head.ref, pull.head.sha),
    base: sidePayload(platform, repository, pull.base.ref, pull.base.sha),
    _links: pullLinks(url, page, issueUrl, statusesUrl),
    author_association: association(repository, issue.user),
    auto_merge: autoMergePayload(platform, pull),
    draft: pull.draft,
  } satisfies Rest['pull-request-simple'];
}

/** The whole form, with figures. */
export function pullPayload(platform: Platform, repository: Repository, pull: PullRequest, figures: PullFigures) {
  const conflicts = pull.mergeCommitSha === null;
  return {
    ...simplePull(platform, repository, pull),
    merged: pull.mergedAt !== null,
    mergeable: pull.mergedAt ? null : !conflicts,
    rebaseable: pull.mergedAt ? null : !conflicts,
    mergeable_state: mergeableState(pull),
    merged_by: pull.mergedBy ? userPayload(platform.urls, pull.mergedBy) : null,
    comments: pull.issue.comments.length,
    review_comments: pull.reviewComments.length,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: figures.commits,
    additions: figures.files.reduce((sum, file) => sum + file.additions, 0),
    deletions: figures.files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: figures.files.length,
  } satisfies Rest['pull-request'];
}

function mergeableState(pull: PullRequest): string {
  if (pull.mergedAt) return 'unknown';
  if (pull.mergeCommitSha === null) return 'dirty';
  return pull.draft ? 'draft' : 'clean';
}

function autoMergePayload({ urls }: Platform, pull: PullRequest) {
  if (!pull.autoMerge) return null;
  return {
    enabled_by: userPayload(urls, pull.autoMerge.enabledBy),
    merge_method: pull.autoMerge.method,
    commit_title: pull.autoMerge.title,
    commit_message: pull.autoMerge.message,
  } satisfies Rest['auto-merge'];
}

function sidePayload({ urls }: Platform, repository: Repository, ref: string, sha: string) {
  return {
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: userPayload(urls, repository.owner),
    repo: repositoryPayload(urls, repository),
  };
}

/** The form inside check runs, suites and workflow runs. */
export function minimalPull({ urls }: Platform, repository: Repository, pull: PullRequest) {
  const side = (of: Repository, ref: string, sha: string) => ({
    ref,
    sha,
    repo: { id: of.id, url: urls.repository(of), name: of.name },
  });
  return {
    url: `${urls.repository(repository)}/pulls/${pull.issue.number}`,
    id: pull.id,
    number: pull.issue.number,
    head: side(pull.head.repository, pull.head.ref, pull.head.sha),
    base: side(repository, pull.base.ref, pull.base.sha),
  } satisfies Rest['pull-request-minimal'];
}

export function reviewPayload({ urls }: Platform, repository: Repository, pull: PullRequest, review: Review) {
  const pullUrl = `${urls.repository(repository)}/pulls/${pull.issue.number}`;
  const page = `${urls.repositoryPage(repository)}/pull/${pull.issue.number}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: userPayload(urls, review.user),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pullUrl,
    author_association: association(repository, review.user),
    _links: { html: { href: page }, pull_request: { href: pullUrl } },
    submitted_at: iso(review.submittedAt),
    commit_id: review.commitSha,
  } satisfies Rest['pull-request-review'];
}

export function reviewCommentPayload(platform: Platform, repository: Repository, pull: PullRequest, comment: ReviewComment) {
  const { urls } = platform;
  const url = `${urls.repository(repository)}/pulls/comments/${comment.id}`;
  const pullUrl = `${urls.repository(repository)}/pulls/${pull.issue.number}`;
  const page = `${urls.repositoryPage(repository)}/pull/${pull.issue.number}#discussion_r${comment.id}`;
  return {
    url,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: nodeId('PRRC', comment.id),
    diff_hunk: comment.diffHunk,
    path: comment.path,
    commit_id: comment.commitSha,
    original_commit_id: comment.commitSha,
    user: userPayload(urls, comment.user),
    body: comment.body,
    created_at: iso(comment.createdAt),
    updated_at: iso(comment.updatedAt),
    html_url: page,
    pull_request_url: pullUrl,
    author_association: association(repository, comment.user),
    _links: { self: { href: url }, html: { href: page }, pull_request: { href: pullUrl } },
    start_line: comment.startLine,
    original_start_line: comment.startLine,
    start_side: comment.startSide,
    ...(comment.line === null ? {} : { line: comment.line, original_line: comment.line }),
    side: comment.side,
    subject_type: comment.subject,
    ...(comment.inReplyTo === null ? {} : { in_reply_to_id: comment.inReplyTo }),
    reactions: reactionRollup(url, comment.reactions),
  } satisfies Rest['pull-request-review-comment'];
}
