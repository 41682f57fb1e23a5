import { findPullRequestByHead, linkPullRequest } from '../../store/books/pull-requests.ts';
import { rerunsOfRuns } from '../../store/fixes/guards.ts';
import { type OvertakenIncident, overtakenIncidents } from '../../store/incidents/overtaken.ts';
import { endWithPull } from '../branches/end-pull-request.ts';
import { branchHasSpoken, endIncident } from '../branches/follow-branch.ts';
import { requestLookAtBranch } from '../branches/look-at-branch.ts';
import type { Services } from '../services.ts';
import type { RedRun } from './record-failures.ts';

/**
 * Does what events have asked for while the logs were read, when there was no incident yet that they could have found: the
 * pull request was told of, the branch became green, the pull request ended. They write their row before they look for incidents,
 * and here it is the other way round, so one of the two sees the other's.
 */
export async function catchUp(services: Services, red: RedRun): Promise<void> {
  const { database } = services;
  const { run, target } = red;
  const { repository } = target;
  // 1 The pull request
  if (red.pullRequestNumber === null && run.event.startsWith('pull_request')) {
    const head = { sha: run.headSha, branch: run.headBranch, repository: run.headRepository };
    const pull = await findPullRequestByHead(database, repository.id, head);
    if (pull?.headSha === run.headSha) await linkPullRequest(database, repository.id, pull);
  }
  // 2 What is over
  const over = await overtakenIncidents(database, {
    repositoryId: repository.id,
    headRepository: run.headRepository ?? '',
    branch: run.headBranch ?? run.headSha,
    workflowPath: run.workflowPath,
  });
  for (const one of over) await end(services, one);
  // 3 GitHub deletes the branch of a merge queue as soon as it is red; of a tag, whose runs name it like a branch, this is not asked
  if (run.event === 'merge_group' && run.headBranch !== null) {
    const { id: repositoryId, installationId } = repository;
    await requestLookAtBranch(services, { installationId: installationId ?? 0, repositoryId, branch: run.headBranch });
  }
  // 4 The default branch is what its runs and its incidents say
  await branchHasSpoken(services, { repository, run });
}

async function end(services: Services, one: OvertakenIncident): Promise<void> {
  if (one.greenRunId !== null) return endIncident(services, one, await reasonOf(services, one, one.greenRunId));
  const { pullRequestNumber: number } = one;
  if (number !== null) await endWithPull(services, one, { number, merged: one.pullRequestMerged ?? false });
}

async function reasonOf(services: Services, one: OvertakenIncident, greenRunId: number): Promise<string> {
  const reruns = greenRunId === one.redRunId ? await rerunsOfRuns(services.database, [greenRunId]) : [];
  return reruns.some(({ outcome }) => outcome === 'green')
    ? 'Regreen ran it again, and it passed'
    : `${one.greenWorkflow} is green again`;
}
