import type { Run } from '../../github/types.ts';
import { findPullRequestByHead } from '../../store/books/pull-requests.ts';
import { saveRun } from '../../store/books/runs.ts';
import { findFixByCommit } from '../../store/fixes/fix-queries.ts';
import { noteOutcomes } from '../failures/note-outcomes.ts';
import { isRed } from '../failures/red.ts';
import { requestReport } from '../failures/request-report.ts';
import { requestSettlement } from '../fixes/settle-fixes.ts';
import { rerunEnded } from '../reruns/rerun-failed.ts';
import { isOwnBranch, type Services } from '../services.ts';
import { branchHasSpoken, branchIsGreen } from './follow-branch.ts';

/** A run as an event tells it, or as it was found when its event was lost. */
export interface HeardRun {
  repository: { id: number; owner: string; name: string; defaultBranch: string };
  /** `null` for events that no installation sent, which allow no call to GitHub. */
  installationId: number | null;
  run: Run;
  heardAt: Date;
}

/**
 * Records what is known of a run. One that has ended is also judged: red asks for a diagnosis, green closes incidents, and on
 * a fix's commit the fix is verified.
 */
export async function followRun(services: Services, { repository, installationId, run, heardAt }: HeardRun): Promise<void> {
  const repositoryId = repository.id;
  await saveRun(services.database, repositoryId, run, await pullRequestOf(services, repositoryId, run), heardAt);
  if (run.status !== 'completed' || installationId === null) return;
  const fix = await findFixByCommit(services.database, repositoryId, run.headSha);
  if (fix) await requestVerification(services, { installationId, repositoryId, fixId: fix.id });
  const afterRerun = await rerunEnded(services, run);
  if (isOwnBranch(run.headBranch)) return;
  const { headSha, workflowPath } = run;
  if (isRed(run.conclusion)) {
    await branchHasSpoken(services, { repository, run });
    await requestDiagnosis(services, { installationId, repositoryId, runId: run.id, attempt: run.attempt });
  } else if (run.conclusion === 'success') {
    await branchIsGreen(services, { repository, run, afterRerun });
    await noteOutcomes(services, { installationId, repositoryId, workflowPath, headSha });
    await requestReport(services, { installationId, repositoryId, headSha });
    await requestSettlement(services, { installationId, repositoryId, branch: run.headBranch ?? headSha });
  }
}

/** Asks for the logs of a red attempt to be read. */
export async function requestDiagnosis(
  services: Services,
  attempt: { installationId: number; repositoryId: number; runId: number; attempt: number },
): Promise<void> {
  await services.queue.send('analysis', {
    data: attempt,
    key: `run:${attempt.runId}:${attempt.attempt}`,
    repositoryId: attempt.repositoryId,
  });
}

async function requestVerification(
  services: Services,
  data: { installationId: number; repositoryId: number; fixId: string },
): Promise<void> {
  await services.queue.send('verification', { data, key: `verify:${data.fixId}`, repositoryId: data.repositoryId });
}

/** A run from a fork names no pull request; the books may know it. */
async function pullRequestOf(services: Services, repositoryId: number, run: Run): Promise<number | null> {
  if (run.pullRequests[0] !== undefined) return run.pullRequests[0];
  if (!run.event.startsWith('pull_request')) return null;
  const head = { sha: run.headSha, branch: run.headBranch, repository: run.headRepository };
  return (await findPullRequestByHead(services.database, repositoryId, head))?.number ?? null;
}
