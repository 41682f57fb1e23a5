import { z } from 'zod';
import { acknowledge } from '../healing/commands/acknowledge-command.ts';
import type { Services } from '../healing/services.ts';
import { readCommand } from './command.ts';
import { audit, type RepositoryEvent } from './handler.ts';
import { readPayload } from './payloads.ts';

const commentSchema = z.object({
  id: z.number().int(),
  body: z.string().nullable(),
  user: z.object({ login: z.string(), type: z.string().nullish() }).nullish(),
  created_at: z.iso.datetime({ offset: true }).nullish().catch(null),
});

const issueSchema = z.object({
  comment: commentSchema,
  issue: z.object({ number: z.number().int(), pull_request: z.object({}).nullish() }),
});

const reviewSchema = z.object({ comment: commentSchema, pull_request: z.object({ number: z.number().int() }) });

/**
 * created: a command (`/regreen …`) on a pull request or an issue is written down, acknowledged and answered; everything else
 * is not ours. An edited comment is no new command.
 */
export async function onIssueComment(services: Services, event: RepositoryEvent): Promise<void> {
  const { comment, issue } = readPayload(issueSchema, event.payload);
  const onPullRequest = (issue.pull_request ?? null) !== null;
  await onCommand(services, event, { comment, number: issue.number, onPullRequest, thread: 'issue' });
}

/** created: the same for a comment in a review thread. */
export async function onReviewComment(services: Services, event: RepositoryEvent): Promise<void> {
  const { comment, pull_request: pull } = readPayload(reviewSchema, event.payload);
  await onCommand(services, event, { comment, number: pull.number, onPullRequest: true, thread: 'review' });
}

interface Command {
  comment: z.output<typeof commentSchema>;
  number: number;
  onPullRequest: boolean;
  thread: 'issue' | 'review';
}

async function onCommand(services: Services, event: RepositoryEvent, { comment, ...where }: Command): Promise<void> {
  // Bots answering bots is how loops begin.
  if (comment.user?.type === 'Bot') return;
  const command = readCommand(comment.body ?? '');
  if (command === null) return;
  await audit(services, event, {
    action: 'command.given',
    subject: `${event.repository.owner}/${event.repository.name}#${where.number}`,
    details: {
      command: command.name,
      known: command.known,
      from: `${where.thread === 'review' ? 'review-comment' : 'comment'}:${comment.id}`,
    },
  });
  if (event.installationId === null) return;
  const job = {
    kind: 'command' as const,
    installationId: event.installationId,
    repositoryId: event.repository.id,
    ...where,
    commentId: comment.id,
    command: command.name,
    argument: command.argument.slice(0, 1_000),
    more: command.more,
    author: comment.user?.login ?? 'ghost',
    commentedAt: comment.created_at ?? services.now().toISOString(),
  };
  await services.queue.send('remedies', {
    data: job,
    key: `command:${where.thread}:${comment.id}`,
    repositoryId: event.repository.id,
    priority: 20,
  });
  await acknowledge(services, job, command.known);
}
