import { createHash } from 'node:crypto';
import { createComment, findOwnComment, updateComment } from '../../github/comments.ts';
import { GitHubError } from '../../github/errors.ts';
import { ANSWERS_MARKER, ANSWERS_SHOWN, answersComment } from '../../github/texts/answers.ts';
import type { JobData } from '../../queue/queues.ts';
import type { JobContext } from '../../queue/run-job.ts';
import { findThread, newestAnswers, saveThread, type Thread } from '../../store/approvals/answers.ts';
import type { Services } from '../services.ts';
import { findTarget, type Target } from '../target.ts';

type AnswerJob = Extract<JobData['remedies'], { kind: 'answer' }>;

/** Brings Regreen's one comment in an issue or pull request up to date. Written only when it says something new. */
export async function tellAnswers(services: Services, job: AnswerJob, context: JobContext): Promise<void> {
  const target = await findTarget(services, job);
  const { repositoryId, number } = job;
  // 1 What is to be said, and is it said already?
  const answers = await newestAnswers(services.database, repositoryId, number, ANSWERS_SHOWN);
  const known = await findThread(services.database, repositoryId, number);
  if (answers.length === 0) return;
  const body = answersComment(answers);
  const contentHash = createHash('sha256').update(body).digest('hex');
  if (known?.contentHash === contentHash) return;
  // 2 Say it, in the place of what was said before
  try {
    const commentId = await write(services, target, { number, known, body });
    await saveThread(services.database, repositoryId, number, { commentId, contentHash });
  } catch (error) {
    if (!(error instanceof GitHubError) || error.code !== 'THREAD_LOCKED') throw error;
    context.log.info({ number, err: error }, 'not answered: the conversation is locked or gone');
  }
}

async function write(
  services: Services,
  { at }: Target,
  { number, known, body }: { number: number; known: Thread | null; body: string },
): Promise<number> {
  // An attempt that died may have written it and not said so.
  const earlier = known?.commentId ?? (await findOwnComment(at, number, ANSWERS_MARKER, services.github.appId));
  if (earlier !== null && (await updateComment(at, earlier, body))) return earlier;
  return createComment(at, number, body);
}
