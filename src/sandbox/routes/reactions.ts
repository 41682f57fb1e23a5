import { z } from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.ts';
import { idParameter, paginate } from '../http/pages.ts';
import { notFound, Refusal } from '../http/refusal.ts';
import { findComment } from '../operations/issues.ts';
import { reactionPayload } from '../payloads/issue.ts';
import type { Platform } from '../platform.ts';
import type { Account, Issue, Reaction, ReactionContent, Repository } from '../state/model.ts';
import { issueOrPull } from '../state/state.ts';

const READ = [{ issues: 'read' }, { pull_requests: 'read' }] as const;
const WRITE = [{ issues: 'write' }, { pull_requests: 'write' }] as const;
const body = z.object({ content: z.enum(['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes']) });

function commentReactions(repository: Repository, id: string, level: 'read' | 'write'): Reaction[] {
  const found = findComment(repository, idParameter(id));
  if (!found) throw notFound();
  if (level === 'write') refuseWhenLocked(found.issue);
  return found.comment.reactions;
}

/**
 * Nobody reacts in a locked conversation, whatever the permission.
 * Source: https://docs.github.com/en/communities/moderating-comments-and-conversations/locking-conversations "Reactions and votes in a locked conversation are disabled for all users"
 */
function refuseWhenLocked({ locked }: Issue): void {
  if (locked) throw new Refusal(403, 'Resource not accessible by integration');
}

function reviewCommentReactions(repository: Repository, id: string): Reaction[] {
  const wanted = idParameter(id);
  const pull = [...repository.pulls.values()].find((one) => one.reviewComments.some((comment) => comment.id === wanted));
  const found = pull?.reviewComments.find((comment) => comment.id === wanted);
  if (!pull || !found) throw notFound();
  refuseWhenLocked(pull.issue);
  return found.reactions;
}

function issueReactions(repository: Repository, number: string): Reaction[] {
  const issue = issueOrPull(repository, idParameter(number));
  if (!issue) throw notFound();
  refuseWhenLocked(issue);
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
      const page = paginate(call, commentReactions(call.repository, call.params.comment_id, 'read'));
      return { status: 200, body: page.items.map((one) => reactionPayload(call.platform, one)), headers: page.headers };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', {
    access: WRITE,
    source: 'reactions/reactions#create-reaction-for-an-issue-comment',
    body,
    handle: ({ platform, repository, params, body: given, actor }) =>
      react(platform, commentReactions(repository, params.comment_id, 'write'), actor(), given.content),
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
