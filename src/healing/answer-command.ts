import { readPermission, readPullRequest } from '../github/reads.ts';
import { type Reaction, reactToComment, reactToReviewComment } from '../github/writes.ts';
import type { JobData } from '../queue/queues.ts';
import { record } from '../store/audit.ts';
import { diagnosesOfCommit } from '../store/diagnoses.ts';
import { closeBreaker } from '../store/guards.ts';
import { latestRunsOfCommit } from '../store/runs.ts';
import { currentCorrelationId } from '../telemetry/log.ts';
import { isRed } from './red.ts';
import type { Services } from './services.ts';
import { findTarget, type Target } from './target.ts';

type CommandJob = Extract<JobData['remedies'], { kind: 'command' }>;

/** Who may give commands, as GitHub calls it. */
export const MAY_COMMAND = new Set(['admin', 'maintain', 'write']);

/** Answers a command in a comment: a reaction at once, then what was asked for. */
export async function answerCommand(services: Services, job: CommandJob): Promise<void> {
  const target = await findTarget(services, job);
  // 1 Who asks? GitHub is asked now, for permissions change.
  const permitted = MAY_COMMAND.has(await readPermission(target.at, job.author));
  if (!permitted || job.command === null) return react(target, job, 'confused');
  await react(target, job, 'eyes');
  if (job.command === 'resume') await resume(services, job);
  // 2 The head of the pull request
  const pull = await readPullRequest(target.at, job.pullRequestNumber);
  if (!pull) return;
  // 3 What was asked for
  if (job.command !== 'explain' || (await diagnosesOfCommit(services.database, job.repositoryId, pull.headSha)).length === 0) {
    await diagnoseAgain(services, job, pull.headSha);
  }
  await services.queue.send('remedies', {
    data: { kind: 'report', installationId: job.installationId, repositoryId: job.repositoryId, headSha: pull.headSha },
    key: `report:${job.repositoryId}:${pull.headSha}`,
    repositoryId: job.repositoryId,
  });
}

/** A person lets fixes go on in a repository where refuted ones had stopped them. */
async function resume(services: Services, job: CommandJob): Promise<void> {
  if (!(await closeBreaker(services.database, job.repositoryId, job.author, services.now()))) return;
  await record(services.database, {
    actor: job.author,
    action: 'breaker.closed',
    subject: `repository:${job.repositoryId}`,
    repositoryId: job.repositoryId,
    correlationId: currentCorrelationId() ?? null,
  });
}

async function diagnoseAgain(services: Services, job: CommandJob, headSha: string): Promise<void> {
  for (const run of await latestRunsOfCommit(services.database, job.repositoryId, headSha)) {
    if (!isRed(run.conclusion)) continue;
    await services.queue.send('analysis', {
      data: { installationId: job.installationId, repositoryId: job.repositoryId, runId: run.id, attempt: run.attempt },
      key: `run:${run.id}:${run.attempt}`,
      repositoryId: job.repositoryId,
    });
  }
}

async function react({ at }: Target, job: CommandJob, reaction: Reaction): Promise<void> {
  if (job.thread === 'review') await reactToReviewComment(at, job.commentId, reaction);
  else await reactToComment(at, job.commentId, reaction);
}
