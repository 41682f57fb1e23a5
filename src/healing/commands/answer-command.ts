import { readPermission, readPullRequest } from '../../github/reads.ts';
import { ENDED, helpText, moreCommandsLine, NO_PULL_REQUEST, NOT_PERMITTED } from '../../github/texts/answers.ts';
import type { PullRequest } from '../../github/types.ts';
import type { JobData } from '../../queue/queues.ts';
import { isAnswered, saveAnswer } from '../../store/approvals/answers.ts';
import { savePullRequest } from '../../store/books/pull-requests.ts';
import { MAY_COMMAND } from '../approvals/decide-approval.ts';
import { readPolicy } from '../repository-policy.ts';
import type { Services } from '../services.ts';
import { findTarget, type Target } from '../target.ts';
import { COMMANDS_OF_PULL_REQUESTS, COMMANDS_OF_REPOSITORIES } from './commands.ts';

export type CommandJob = Extract<JobData['remedies'], { kind: 'command' }>;

/** What is said to a command; with `once`, only the first time in a thread. */
interface Reply {
  text: string;
  once?: string;
}

/** Carries a command out and answers it, in the one comment of its thread. A comment is answered once, however often it comes. */
export async function answerCommand(services: Services, job: CommandJob): Promise<void> {
  const target = await findTarget(services, job);
  const { repositoryId, number, thread, commentId, author, command } = job;
  if ((await readPolicy(target)).config.mode === 'observe') return;
  if (await isAnswered(services.database, repositoryId, { thread, commentId })) return requestAnswer(services, job);
  // 1 Carry it out
  const reply = await carryOutCommand(services, target, job);
  if (reply === null) return;
  // 2 Answer it
  const text = job.more > 0 ? `${reply.text}\n\n${moreCommandsLine(job.more)}` : reply.text;
  const answer = { thread, commentId, number, author, command, text, once: reply.once ?? null, at: services.now() };
  if (await saveAnswer(services.database, repositoryId, answer)) await requestAnswer(services, job);
}

async function carryOutCommand(services: Services, target: Target, job: CommandJob): Promise<Reply | null> {
  // 1 Who asks? GitHub is asked now, for permissions change.
  if (!MAY_COMMAND.has(await readPermission(target.at, job.author))) {
    return job.onPullRequest ? { text: NOT_PERMITTED, once: `not-permitted:${job.author}` } : null;
  }
  // 2 What is for everywhere
  const anywhere = COMMANDS_OF_REPOSITORIES[job.command];
  if (!job.onPullRequest && anywhere) return { text: await anywhere(services, { target, job }) };
  const onPull = COMMANDS_OF_PULL_REQUESTS[job.command];
  if (job.command === 'help') return { text: helpText(null) };
  if (!onPull) return { text: helpText(job.command), once: 'help' };
  if (!job.onPullRequest) return { text: NO_PULL_REQUEST };
  // 3 What is for pull requests, as GitHub has them now
  const pull = await readPullRequest(target.at, job.number);
  if (!pull) return null;
  await remember(services, target, pull);
  if (pull.state !== 'open') return { text: ENDED };
  return { text: await onPull(services, { target, job, pull }) };
}

/** A pull request that is older than the installation is known from its first command on. */
async function remember(services: Services, { repository }: Target, pull: PullRequest): Promise<void> {
  await savePullRequest(services.database, repository.id, pull);
}

async function requestAnswer(services: Services, { installationId, repositoryId, number }: CommandJob): Promise<void> {
  await services.queue.send('remedies', {
    data: { kind: 'answer', installationId, repositoryId, number },
    key: `answer:${repositoryId}:${number}`,
    repositoryId,
    priority: 15,
  });
}
