import { changedPaths } from '../git/history.ts';
import { NO_OBJECT } from '../git/repository.ts';
import type { Platform } from '../platform.ts';
import type { PullRequest, Repository } from '../state/model.ts';
import { tellSynchronize } from '../webhooks/pull-request.ts';
import { tellPush } from '../webhooks/push.ts';
import type { Cause } from './cause.ts';
import { requestAppSuite } from './checks.ts';
import { refreshMerge } from './merge.ts';
import { closeWithoutHead } from './pulls.ts';
import { triggerPull } from './triggers.ts';

export interface RefChange {
  ref: string;
  before: string;
  after: string;
}

/** All that follows when a branch or tag has moved, been made or been deleted, in the order in which GitHub tells it. */
export async function afterPush(platform: Platform, repository: Repository, change: RefChange, cause: Cause): Promise<void> {
  repository.pushedAt = platform.clock.now();
  await tellPush(platform, repository, { ...change, actor: cause.actor });
  if (change.ref.startsWith('refs/heads/')) {
    const branch = change.ref.slice('refs/heads/'.length);
    if (change.after === NO_OBJECT) await closeWithoutHead(platform, repository, branch, cause);
    else await branchMoved(platform, repository, branch, change, cause);
  }
  if (change.after !== NO_OBJECT) await triggerPush(platform, repository, change, cause);
  platform.state.changed();
}

async function branchMoved(
  platform: Platform,
  repository: Repository,
  branch: string,
  change: RefChange,
  cause: Cause,
): Promise<void> {
  await requestAppSuite(platform, repository, { sha: change.after, branch, before: change.before }, cause.actor);
  for (const [base, pull] of openPulls(platform)) {
    if (pull.head.repository === repository && pull.head.ref === branch) await synchronize(platform, base, pull, change, cause);
    else if (base === repository && pull.base.ref === branch) {
      pull.base.sha = change.after;
      await refreshMerge(platform, base, pull);
    }
  }
}

/** The head of an open pull request moved. */
async function synchronize(
  platform: Platform,
  base: Repository,
  pull: PullRequest,
  change: RefChange,
  cause: Cause,
): Promise<void> {
  pull.head.sha = change.after;
  pull.issue.updatedAt = platform.clock.now();
  await refreshMerge(platform, base, pull);
  await tellSynchronize(platform, base, pull, cause.actor, change.before);
  await triggerPull(platform, base, pull, 'synchronize', cause);
}

function openPulls(platform: Platform): [Repository, PullRequest][] {
  return [...platform.state.repositories.values()].flatMap((repository) =>
    [...repository.pulls.values()]
      .filter((pull) => pull.issue.state === 'open')
      .map((pull): [Repository, PullRequest] => [repository, pull]),
  );
}

async function triggerPush(platform: Platform, repository: Repository, change: RefChange, cause: Cause): Promise<void> {
  if (!cause.startsWorkflows) return;
  const commit = await repository.git.commit(change.after);
  if (!commit) return;
  const before = change.before === NO_OBJECT ? (commit.parents[0] ?? null) : change.before;
  platform.actions.trigger(platform, repository, {
    event: {
      name: 'push',
      ref: change.ref,
      changedPaths: await changedPaths(repository.git, before, change.after),
      payload: {
        ref: change.ref,
        before: change.before,
        after: change.after,
        head_commit: { id: change.after, message: commit.message },
      },
    },
    headRepository: repository,
    headBranch: change.ref.replace(/^refs\/(heads|tags)\//, ''),
    headSha: change.after,
    checkoutSha: change.after,
    actor: cause.actor,
    title: commit.message.split('\n')[0] ?? '',
    pull: null,
  });
}
