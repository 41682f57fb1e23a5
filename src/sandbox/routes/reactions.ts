import { z } from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.ts';
import { idParameter, paginate } from '../http/pages.ts';
import { notFound } from '../http/refusal.ts';
import { findComment } from '../operations/issues.ts';
import { reactionPayload } from '../payloads/issue.ts';
import type { Platform } from '../platform.ts';
import type { Account, Reaction, ReactionContent, Repository } from '../state/model.ts';
import { issueOrPull } from '../state/state.ts';

const READ = [{ issues: 'read' }, { pull_requests: 'read' }] as const;
const WRITE = [{ issues: 'write' }, { pull_requests: 'write' }] as const;
const body = z.object({ content: z.enum(['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes']) });

function commentReactions(repository: Repository, id: string): Reaction[] {
  const found = findComment(repository, idParameter(id));
  if (!found) throw notFound();
  return found.comment.reactions;
}

function reviewCommentReactions(repository: Repository, id: string): Reaction[] {
  const wanted = idParameter(id);
  const comments = [...repository.pulls.values()].flatMap((pull) => pull.reviewComments);
  const found = comments.find((comment) => comment.id === wanted);
  if (!found) throw notFound();
  return found.reactions;
}

function issueReactions(repository: Repository, number: string): Reaction[] {
  const issue = issueOrPull(repository, idParameter(number));
  if (!issue) throw notFound();
  return issue.reactions;
}

/** A person reacts once with each content: the same again answers 200 with what is there. Source: https://docs.github.com/en/rest/reactions/reactions */
function react(platform: Platform, reactions: Reaction[], user: Account, content: ReactionContent) {
  const known = reactions.find((one) => one.user === user && one.content === content);
  if (known) return { status: 200 as const, body: reactionPayload(platform, known) };
  const reaction = { id: platform.state.ids.take('reaction'), content, user, createdAt: platform.clock.now() };
  reactions.push(reaction);
  return { status: 201 as const, body: reactionPayload(platform, reaction) };
}

export const reactionRoutes: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', {
    access: READ,
    source: 'reactions/reactions#list-reactions-for-an-issue-comment',
    handle: (call) => {
      const page = paginate(call, commentReactions(call.repository, call.params.comment_id));
      return { status: 200, body: page.items.map((one) => reactionPayload(call.platform, one)), headers: page.headers };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', {
    access: WRITE,
    source: 'reactions/reactions#create-reaction-for-an-issue-comment',
    body,
    handle: ({ platform, repository, params, body: given, actor }) =>
      react(platform, commentReactions(repository, params.comment_id), actor(), given.content),
  }),
  endpoint('post', '/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions', {
    access: [{ pull_requests: 'write' }],
    source: 'reactions/reactions#create-reaction-for-a-pull-request-review-comment',
    body,
    handle: ({ platform, repository, params, body: given, actor }) =>
      react(platform, reviewCommentReactions(repository, params.comment_id), actor(), given.content),
  }),
  endpoint('post', '/repos/{owner}/{repo}/issues/{issue_number}/reactions', {
    access: WRITE,
    source: 'reactions/reactions#create-reaction-for-an-issue',
    body,
    handle: ({ platform, repository, params, body: given, actor }) =>
      react(platform, issueReactions(repository, params.issue_number), actor(), given.content),
  }),
];
