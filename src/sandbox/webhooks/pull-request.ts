import { pullFigures, pullPayload, reviewCommentPayload, reviewPayload, simplePull } from '../payloads/pull-request.ts';
import type { Hook } from '../payloads/schemas.ts';
import type { Platform } from '../platform.ts';
import type { Account, PullRequest, Repository, Review, ReviewComment } from '../state/model.ts';
import { type Envelope, tell } from './envelope.ts';

type Fields = Envelope & { number: number; pull_request: Awaited<ReturnType<typeof hookPull>> };

/** One line an activity type: each must fit its own schema. */
const PULL_EVENTS = {
  opened: (fields: Fields): Hook['webhook-pull-request-opened'] => ({ ...fields, action: 'opened' }),
  closed: (fields: Fields): Hook['webhook-pull-request-closed'] => ({ ...fields, action: 'closed' }),
  reopened: (fields: Fields): Hook['webhook-pull-request-reopened'] => ({ ...fields, action: 'reopened' }),
  ready_for_review: (fields: Fields): Hook['webhook-pull-request-ready-for-review'] => ({
    ...fields,
    action: 'ready_for_review',
  }),
  converted_to_draft: (fields: Fields): Hook['webhook-pull-request-converted-to-draft'] => ({
    ...fields,
    action: 'converted_to_draft',
  }),
  edited: (fields: Fields): Hook['webhook-pull-request-edited'] => ({ ...fields, changes: {}, action: 'edited' }),
};

export type PullAction = keyof typeof PULL_EVENTS;

export function tellPull(
  platform: Platform,
  repository: Repository,
  pull: PullRequest,
  action: PullAction,
  sender: Account,
): Promise<void> {
  return tell(platform, { event: 'pull_request', repository, sender }, async (common) =>
    PULL_EVENTS[action]({ ...common, number: pull.issue.number, pull_request: await hookPull(platform, repository, pull) }),
  );
}

/** The head moved from `before` to where it is now. */
export function tellSynchronize(platform: Platform, repository: Repository, pull: PullRequest, sender: Account, before: string) {
  return tell<Hook['webhook-pull-request-synchronize']>(
    platform,
    { event: 'pull_request', repository, sender },
    async (common) => ({
      ...common,
      action: 'synchronize',
      number: pull.issue.number,
      before,
      after: pull.head.sha,
      pull_request: await hookPull(platform, repository, pull),
    }),
  );
}

export function tellReview(platform: Platform, repository: Repository, pull: PullRequest, review: Review): Promise<void> {
  return tell<Hook['webhook-pull-request-review-submitted']>(
    platform,
    { event: 'pull_request_review', repository, sender: review.user },
    (common) => ({
      ...common,
      action: 'submitted',
      review: { ...reviewPayload(platform, repository, pull, review), state: review.state.toLowerCase() },
      pull_request: hookSimplePull(platform, repository, pull),
    }),
  );
}

export function tellReviewComment(
  platform: Platform,
  repository: Repository,
  pull: PullRequest,
  comment: ReviewComment,
): Promise<void> {
  return tell<Hook['webhook-pull-request-review-comment-created']>(
    platform,
    { event: 'pull_request_review_comment', repository, sender: comment.user },
    (common) => ({
      ...common,
      action: 'created',
      comment: {
        ...reviewCommentPayload(platform, repository, pull, comment),
        line: comment.line,
        original_line: comment.line ?? 1,
        position: comment.line,
        original_position: comment.line ?? 1,
      },
      pull_request: hookSimplePull(platform, repository, pull),
    }),
  );
}

/** As in REST, with labels in the webhooks' form. */
async function hookPull(platform: Platform, repository: Repository, pull: PullRequest) {
  return withHookLabels(pullPayload(platform, repository, pull, await pullFigures(repository, pull)));
}

/** Reviews and their comments carry the pull request without its figures. */
function hookSimplePull(platform: Platform, repository: Repository, pull: PullRequest) {
  return withHookLabels(simplePull(platform, repository, pull));
}

function withHookLabels<T extends ReturnType<typeof simplePull>>(payload: T) {
  return { ...payload, labels: payload.labels.map((label) => ({ ...label, archived_by: null })) };
}

/** `github.event` of a workflow that a pull request starts. */
export async function pullEventPayload(platform: Platform, repository: Repository, pull: PullRequest, action: string) {
  return { action, number: pull.issue.number, pull_request: await hookPull(platform, repository, pull) };
}
