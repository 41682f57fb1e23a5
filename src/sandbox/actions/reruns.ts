import { Refusal } from '../http/refusal.ts';
import type { Platform } from '../platform.ts';
import type { Account, Job, Repository, Run } from '../state/model.ts';
import { latestAttempt } from '../state/state.ts';

/** Source: https://docs.github.com/en/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs, "up to 30 days after its initial run" */
const RERUN_WINDOW_MS = 30 * 24 * 60 * 60 * 1000;
/** Source: https://github.blog/changelog/ of 10 April 2026: a workflow run can be re-run at most 50 times. */
const MAX_RERUNS = 50;

/** Starts another attempt of all jobs. */
export async function rerunAll(platform: Platform, repository: Repository, run: Run, actor: Account): Promise<void> {
  refuseRerun(platform, run);
  await platform.actions.startAttempt(platform, repository, run, actor, {});
}

/** Starts another attempt of the jobs that did not succeed. */
export async function rerunFailed(platform: Platform, repository: Repository, run: Run, actor: Account): Promise<void> {
  refuseRerun(platform, run);
  const failed = latestAttempt(run).jobs.filter((job) => job.state.conclusion !== 'success');
  if (!failed.some((job) => job.state.conclusion !== 'skipped')) throw new Refusal(403, 'This workflow run cannot be retried');
  await platform.actions.startAttempt(platform, repository, run, actor, { onlyJobs: failed.map((job) => job.state.name) });
}

/** Starts another attempt of one job. */
export async function rerunJob(platform: Platform, repository: Repository, run: Run, job: Job, actor: Account): Promise<void> {
  refuseRerun(platform, run);
  await platform.actions.startAttempt(platform, repository, run, actor, { onlyJobs: [job.state.name] });
}

function refuseRerun(platform: Platform, run: Run): void {
  const attempt = latestAttempt(run);
  if (attempt.status !== 'completed') throw new Refusal(403, 'This workflow is already running');
  if (attempt.conclusion === 'startup_failure' || attempt.conclusion === 'action_required') {
    throw new Refusal(403, 'Unable to retry this workflow run because it was never started');
  }
  if (platform.clock.now().getTime() - run.createdAt.getTime() > RERUN_WINDOW_MS) {
    throw new Refusal(403, 'Unable to retry this workflow run because it was created over a month ago');
  }
  if (run.attempts.length > MAX_RERUNS) {
    throw new Refusal(403, `Unable to retry this workflow run because it has been re-run ${MAX_RERUNS} times`);
  }
}
