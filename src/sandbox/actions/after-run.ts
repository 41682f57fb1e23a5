import { runPayload, workflowPayload } from '../payloads/actions.ts';
import { fullRepository } from '../payloads/repository.ts';
import type { Platform } from '../platform.ts';
import type { Repository, Run } from '../state/model.ts';
import { latestAttempt } from '../state/state.ts';

/**
 * Starts what listens to `workflow_run`: the files of the default branch, on its newest commit, with rights and secrets whatever
 * the run was for.
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflow_run
 */
export async function triggerAfterRun(platform: Platform, repository: Repository, run: Run): Promise<void> {
  // "You can't use workflow_run to chain together more than three levels of workflows": one is enough here.
  const head = repository.git.branch(repository.defaultBranch);
  if (run.event.name === 'workflow_run' || !head) return;
  const actor = latestAttempt(run).triggeringActor;
  platform.actions.trigger(platform, repository, {
    event: {
      name: 'workflow_run',
      action: 'completed',
      ref: `refs/heads/${repository.defaultBranch}`,
      changedPaths: [],
      payload: {
        action: 'completed',
        repository: fullRepository(platform.urls, repository),
        workflow: workflowPayload(platform, repository, run.record),
        workflow_run: await runPayload(platform, repository, run),
      },
    },
    headRepository: repository,
    headBranch: repository.defaultBranch,
    headSha: head,
    checkoutSha: head,
    actor,
    title: run.record.name,
    pull: null,
  });
}
