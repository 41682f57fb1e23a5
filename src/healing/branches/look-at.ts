import { readClosedBy } from '../../github/pull-reads.ts';
import { readLatestRun, readPullRequest } from '../../github/reads.ts';
import type { JobData } from '../../queue/queues.ts';
import { savePullRequest } from '../../store/books/pull-requests.ts';
import { rerunsOfRuns } from '../../store/fixes/guards.ts';
import { requestRerun } from '../reruns/rerun-failed.ts';
import type { Services } from '../services.ts';
import { findTarget } from '../target.ts';
import { pullRequestEnded } from './end-pull-request.ts';
import { followRun } from './follow-run.ts';

type LookAtRunJob = Extract<JobData['remedies'], { kind: 'look-at-run' }>;
type LookAtPullJob = Extract<JobData['remedies'], { kind: 'look-at-pull' }>;

/** A run of which no end was told for long: GitHub is asked, and what was missed is done. */
export async function lookAtRun(services: Services, job: LookAtRunJob): Promise<void> {
  const target = await findTarget(services, job);
  const { installationId, repositoryId, runId } = job;
  const run = await readLatestRun(target.at, runId);
  if (!run) return;
  // 1 A re-run that was written down and, it seems, never asked for; asking checks it once more
  const asked = (await rerunsOfRuns(services.database, [runId])).find((one) => one.outcome === null);
  if (asked?.attempt === run.attempt && run.status === 'completed') {
    return requestRerun(services, { installationId, repositoryId, runId, attempt: run.attempt, reason: asked.reason });
  }
  // 2 As if its event had come
  await followRun(services, { repository: target.repository, installationId, run, heardAt: services.now() });
}

/** A pull request that something waits for: GitHub is asked whether it still is open. */
export async function lookAtPull(services: Services, job: LookAtPullJob): Promise<void> {
  const target = await findTarget(services, job);
  const { installationId, repositoryId, number } = job;
  const pull = await readPullRequest(target.at, number);
  if (!pull) return;
  await savePullRequest(services.database, repositoryId, pull);
  if (pull.state === 'open') return;
  const by = (await readClosedBy(target.at, number)) ?? 'ghost';
  await pullRequestEnded(services, { repository: target.repository, installationId, pull, by });
}
