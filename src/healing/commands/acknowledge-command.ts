import { statusOf } from '../../github/errors.ts';
import { readPermission } from '../../github/reads.ts';
import { reactToComment, reactToReviewComment } from '../../github/writes.ts';
import type { JobData } from '../../queue/queues.ts';
import { Obsolete } from '../../queue/run-job.ts';
import { MAY_COMMAND } from '../approvals/decide-approval.ts';
import { readPolicy } from '../repository-policy.ts';
import type { Services } from '../services.ts';
import { findTarget } from '../target.ts';

type CommandJob = Extract<JobData['remedies'], { kind: 'command' }>;

/**
 * Shows at once that a command was seen, for the job that carries it out may wait behind others of the repository: eyes, or
 * confusion where the person may not command or the command does not exist. Nothing in mode `observe`.
 */
export async function acknowledge(services: Services, job: CommandJob, known: boolean): Promise<void> {
  const target = await findTarget(services, job).catch(whenGone);
  if (target === null) return;
  if ((await readPolicy(target)).config.mode === 'observe') return;
  const permitted = MAY_COMMAND.has(await readPermission(target.at, job.author));
  const reaction = permitted && known ? 'eyes' : 'confused';
  try {
    if (job.thread === 'review') await reactToReviewComment(target.at, job.commentId, reaction);
    else await reactToComment(target.at, job.commentId, reaction);
  } catch (error) {
    // Reactions are off in locked conversations: https://docs.github.com/en/communities/moderating-comments-and-conversations/locking-conversations
    if (statusOf(error) !== 403 && statusOf(error) !== 422) throw error;
  }
}

function whenGone(error: unknown): null {
  if (error instanceof Obsolete) return null;
  throw error;
}
