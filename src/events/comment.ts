import { z } from 'zod';
import type { Services } from '../healing/services.ts';
import type { JobData } from '../queue/queues.ts';
import { readCommand } from './command.ts';
import { audit, type RepositoryEvent } from './handler.ts';
import { readPayload } from './payloads.ts';

const commentSchema = z.object({
  id: z.number().int(),
  body: z.string().nullable(),
  user: z.object({ login: z.string(), type: z.string().nullish() }).nullish(),
});

const issueSchema = z.object({
  comment: commentSchema,
  issue: z.object({ number: z.number().int(), pull_request: z.object({}).nullish() }),
});

const reviewSchema = z.object({ comment: commentSchema, pull_request: z.object({ number: z.number().int() }) });

/** created: a command (`/regreen …`) on a pull request is written down and answered; everything else is not ours. */
export async function onIssueComment(services: Services, event: RepositoryEvent): Promise<void> {
  const { comment, issue } = readPayload(issueSchema, event.payload);
  if (issue.pull_request) await onCommand(services, event, { comment, number: issue.number, thread: 'issue' });
}

/** created: the same for a comment in a review thread. */
export async function onReviewComment(services: Services, event: RepositoryEvent): Promise<void> {
  const { comment, pull_request: pull } = readPayload(reviewSchema, event.payload);
  await onCommand(services, event, { comment, number: pull.number, thread: 'review' });
}

interface Command {
  comment: z.output<typeof commentSchema>;
  number: number;
  thread: 'issue' | 'review';
}

async function onCommand(services: Services, event: RepositoryEvent, { comment, number, thread }: Command): Promise<void> {
  // Bots answering bots is how loops begin.
  if (comment.user?.type === 'Bot') return;
  const command = readCommand(comment.body ?? '');
  if (command === null) return;
  await audit(services, event, {
    action: 'command.given',
    subject: `${event.repository.owner}/${event.repository.name}#${number}`,
    details: { command: command.name, known: command.known },
  });
  if (event.installationId === null) return;
  const data: JobData['remedies'] = {
    kind: 'command',
    installationId: event.installationId,
    repositoryId: event.repository.id,
    pullRequestNumber: number,
    commentId: comment.id,
    thread,
    command: command.known ? command.name : null,
    author: comment.user?.login ?? 'ghost',
  };
  await services.queue.send('remedies', {
    data,
    key: `command:${thread}:${comment.id}`,
    repositoryId: event.repository.id,
    priority: 20,
  });
}
