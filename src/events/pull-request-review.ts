import { z } from 'zod';
import { isOwnBranch, type Services } from '../healing/services.ts';
import { audit, type RepositoryEvent } from './handler.ts';
import { readPayload } from './payloads.ts';

const schema = z.object({
  review: z.object({ state: z.string(), user: z.object({ login: z.string() }).nullish() }),
  // Reviews carry a shorter form of the pull request than its own events.
  pull_request: z.object({ number: z.number().int(), head: z.object({ ref: z.string() }) }),
});

/** submitted, dismissed, edited: a person's word on one of our fix pull requests goes into the audit log. */
export async function onPullRequestReview(services: Services, event: RepositoryEvent): Promise<void> {
  const { review, pull_request: pull } = readPayload(schema, event.payload);
  if (!isOwnBranch(pull.head.ref)) return;
  await audit(services, event, {
    action: `review.${event.action ?? 'submitted'}`,
    subject: `${event.repository.owner}/${event.repository.name}#${pull.number}`,
    details: { state: review.state.toLowerCase(), reviewer: review.user?.login ?? null },
  });
}
