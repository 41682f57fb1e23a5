import { z } from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.ts';
import { idParameter, paginate } from '../http/pages.ts';
import { notFound } from '../http/refusal.ts';
import { causeOf } from '../operations/cause.ts';
import { createReview, createReviewComment } from '../operations/reviews.ts';
import { reviewCommentPayload, reviewPayload } from '../payloads/pull-request.ts';
import { findPull } from './pulls.ts';

const READ = [{ pull_requests: 'read' }] as const;
const WRITE = [{ pull_requests: 'write' }] as const;

const side = z.enum(['LEFT', 'RIGHT']);

const comment = z.object({
  path: z.string(),
  body: z.string().min(1),
  line: z.int().positive().optional(),
  side: side.optional(),
  start_line: z.int().positive().optional(),
  start_side: side.optional(),
  subject_type: z.enum(['line', 'file']).optional(),
});

export const reviewRoutes: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
    access: READ,
    source: 'pulls/reviews#list-reviews-for-a-pull-request',
    handle: (call) => {
      const { platform, repository, params } = call;
      const pull = findPull(repository, params.pull_number);
      const page = paginate(call, pull.reviews);
      return {
        status: 200,
        body: page.items.map((review) => reviewPayload(platform, repository, pull, review)),
        headers: page.headers,
      };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
    access: WRITE,
    source: 'pulls/reviews#create-a-review-for-a-pull-request',
    body: z.object({
      commit_id: z.string().optional(),
      body: z.string().default(''),
      event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']),
      comments: z.array(comment).default([]),
    }),
    handle: async ({ platform, repository, params, body, caller }) => {
      const pull = findPull(repository, params.pull_number);
      const { commit_id: commitSha = pull.head.sha, ...facts } = body;
      const review = await createReview(platform, repository, pull, { ...facts, commitSha }, causeOf(caller));
      return { status: 200, body: reviewPayload(platform, repository, pull, review) };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/pulls/{pull_number}/comments', {
    access: READ,
    source: 'pulls/comments#list-review-comments-on-a-pull-request',
    handle: (call) => {
      const { platform, repository, params } = call;
      const pull = findPull(repository, params.pull_number);
      const page = paginate(call, pull.reviewComments);
      const body = page.items.map((one) => reviewCommentPayload(platform, repository, pull, one));
      return { status: 200, body, headers: page.headers };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/pulls/{pull_number}/comments', {
    access: WRITE,
    source: 'pulls/comments#create-a-review-comment-for-a-pull-request',
    body: comment.extend({ commit_id: z.string() }),
    handle: async ({ platform, repository, params, body, caller }) => {
      const pull = findPull(repository, params.pull_number);
      const { commit_id: commitSha, ...given } = body;
      const made = await createReviewComment(platform, repository, pull, { given, commitSha }, causeOf(caller));
      return { status: 201, body: reviewCommentPayload(platform, repository, pull, made) };
    },
  }),
  endpoint('patch', '/repos/{owner}/{repo}/pulls/comments/{comment_id}', {
    access: WRITE,
    source: 'pulls/comments#update-a-review-comment-for-a-pull-request',
    body: z.object({ body: z.string().min(1) }),
    handle: ({ platform, repository, params, body }) => {
      const id = idParameter(params.comment_id);
      for (const pull of repository.pulls.values()) {
        const found = pull.reviewComments.find((one) => one.id === id);
        if (!found) continue;
        Object.assign(found, { body: body.body, updatedAt: platform.clock.now() });
        return { status: 200, body: reviewCommentPayload(platform, repository, pull, found) };
      }
      throw notFound();
    },
  }),
];
