import { changedPaths, mergeBase } from '../git/history.ts';
import type { Platform } from '../platform.ts';
import type { PullRequest, Repository } from '../state/model.ts';
import { pullEventPayload } from '../webhooks/pull-request.ts';
import type { Cause } from './cause.ts';

/** What GITHUB_TOKEN does with a pull request has workflows wait for an approval; anything else that it does starts none. */
const WAITING = new Set(['opened', 'synchronize', 'reopened']);

/**
 * Starts the workflows that listen to a pull request. They run on its test merge, so one that conflicts starts none.
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request,
 * https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow
 */
export async function triggerPull(
  platform: Platform,
  base: Repository,
  pull: PullRequest,
  action: string,
  cause: Cause,
): Promise<void> {
  const starts = cause.startsWorkflows || WAITING.has(action);
  if (!starts || pull.mergeCommitSha === null) return;
  const start = await mergeBase(base.git, pull.base.sha, pull.head.sha);
  platform.actions.trigger(platform, base, {
    event: {
      name: 'pull_request',
      action,
      ref: `refs/pull/${pull.issue.number}/merge`,
      baseBranch: pull.base.ref,
      changedPaths: await changedPaths(base.git, start, pull.head.sha),
      payload: await pullEventPayload(platform, base, pull, action),
    },
    headRepository: pull.head.repository,
    headBranch: pull.head.ref,
    headSha: pull.head.sha,
    checkoutSha: pull.mergeCommitSha,
    actor: cause.actor,
    title: pull.issue.title,
    pull,
    byWorkflow: !cause.startsWorkflows,
  });
}
