import { fileChanges, mergeBase } from '../git/history.ts';
import { unprocessable, validationFailed } from '../http/refusal.ts';
import type { Platform } from '../platform.ts';
import type { PullRequest, Repository, Review, ReviewComment } from '../state/model.ts';
import { tellReview, tellReviewComment } from '../webhooks/pull-request.ts';
import { mergeWaiting } from './auto-merge.ts';
import type { Cause } from './cause.ts';
import { refuseLongBody } from './issues.ts';

type Side = 'LEFT' | 'RIGHT';

export interface NewReviewComment {
  path: string;
  body: string;
  line?: number | null | undefined;
  side?: Side | undefined;
  start_line?: number | null | undefined;
  start_side?: Side | undefined;
  subject_type?: 'line' | 'file' | undefined;
}

export interface NewReview {
  event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';
  body: string;
  commitSha: string;
  comments: readonly NewReviewComment[];
}

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

/** Submits a review. Source of the refusals: https://docs.github.com/en/rest/pulls/reviews#create-a-review-for-a-pull-request */
export async function createReview(
  platform: Platform,
  repository: Repository,
  pull: PullRequest,
  facts: NewReview,
  cause: Cause,
): Promise<Review> {
  refuseLongBody('PullRequestReview', facts.body);
  const bodyNeeded = facts.event === 'REQUEST_CHANGES' || (facts.event === 'COMMENT' && facts.comments.length === 0);
  if (bodyNeeded && facts.body.trim() === '') throw unprocessable('Unprocessable Entity: body is required');
  if (facts.event !== 'COMMENT' && cause.actor.id === pull.issue.user.id) {
    throw unprocessable(`Can not ${facts.event === 'APPROVE' ? 'approve' : 'request changes on'} your own pull request`);
  }
  const hunks = await Promise.all(facts.comments.map((comment) => hunkOf(repository, pull, comment)));
  const review: Review = {
    id: platform.state.ids.take('review'),
    user: cause.actor,
    body: facts.body,
    state: STATES[facts.event],
    commitSha: facts.commitSha,
    submittedAt: platform.clock.now(),
  };
  pull.reviews.push(review);
  await tellReview(platform, repository, pull, review);
  for (const [index, comment] of facts.comments.entries()) {
    await addComment(platform, repository, pull, { review, given: comment, diffHunk: hunks[index] ?? '' }, cause);
  }
  await mergeWaiting(platform, repository, pull, cause);
  return review;
}

/** A single comment on the diff; GitHub makes a review around it. */
export async function createReviewComment(
  platform: Platform,
  repository: Repository,
  pull: PullRequest,
  facts: { given: NewReviewComment; commitSha: string },
  cause: Cause,
): Promise<ReviewComment> {
  const diffHunk = await hunkOf(repository, pull, facts.given);
  const review: Review = {
    id: platform.state.ids.take('review'),
    user: cause.actor,
    body: '',
    state: 'COMMENTED',
    commitSha: facts.commitSha,
    submittedAt: platform.clock.now(),
  };
  pull.reviews.push(review);
  return addComment(platform, repository, pull, { review, given: facts.given, diffHunk }, cause);
}

async function addComment(
  platform: Platform,
  repository: Repository,
  pull: PullRequest,
  facts: { review: Review; given: NewReviewComment; diffHunk: string },
  cause: Cause,
): Promise<ReviewComment> {
  const { review, given, diffHunk } = facts;
  const now = platform.clock.now();
  const comment: ReviewComment = {
    id: platform.state.ids.take('reviewComment'),
    reviewId: review.id,
    user: cause.actor,
    body: given.body,
    path: given.path,
    commitSha: review.commitSha,
    diffHunk,
    line: given.line ?? null,
    side: given.side ?? 'RIGHT',
    startLine: given.start_line ?? null,
    startSide: given.start_line ? (given.start_side ?? 'RIGHT') : null,
    subject: given.subject_type ?? 'line',
    inReplyTo: null,
    reactions: [],
    createdAt: now,
    updatedAt: now,
  };
  pull.reviewComments.push(comment);
  await tellReviewComment(platform, repository, pull, comment);
  return comment;
}

/**
 * The hunk that a comment stands on. Comments stand only on lines of the diff.
 * Source: https://docs.github.com/en/rest/pulls/comments#create-a-review-comment-for-a-pull-request (422)
 */
async function hunkOf(repository: Repository, pull: PullRequest, comment: NewReviewComment): Promise<string> {
  refuseLongBody('PullRequestReviewComment', comment.body);
  const start = await mergeBase(repository.git, pull.base.sha, pull.head.sha);
  const file = (await fileChanges(repository.git, start, pull.head.sha)).find((one) => one.path === comment.path);
  if (!file) throw notPartOfDiff('path', 'path is not part of the diff');
  if (comment.subject_type === 'file') return file.patch ?? '';
  const side = comment.side ?? 'RIGHT';
  const hunk = comment.line ? findHunk(file.patch ?? '', comment.line, side) : null;
  if (hunk === null) throw notPartOfDiff('line', 'line must be part of the diff');
  if (comment.start_line && comment.start_line >= (comment.line ?? 0)) {
    throw notPartOfDiff('start_line', 'start_line must precede the end line.');
  }
  return hunk;
}

function notPartOfDiff(field: string, message: string) {
  const resource = 'PullRequestReviewComment';
  return validationFailed({ resource, field: `pull_request_review_thread.${field}`, code: 'custom', message });
}

/** The hunk of a patch that shows the line of that side, or `null`. */
function findHunk(patch: string, line: number, side: Side): string | null {
  for (const hunk of patch.split(/^(?=@@ )/m)) {
    const [header = '', ...rows] = hunk.split('\n');
    const match = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(header);
    let at = Number(side === 'LEFT' ? match?.[1] : match?.[2]);
    const other = side === 'LEFT' ? '+' : '-';
    for (const row of rows) {
      if (row.startsWith(other) || row.startsWith('\\')) continue;
      if (at === line && row !== '') return hunk.trimEnd();
      at += 1;
    }
  }
  return null;
}
