import { z } from 'zod';
import type { Run } from '../github/types.ts';
import { branchIsGreen, branchIsRed } from '../healing/follow-branch.ts';
import { noteOutcomes } from '../healing/note-outcomes.ts';
import { isRed } from '../healing/red.ts';
import { rerunEnded } from '../healing/rerun-failed.ts';
import { isOwnBranch, type Services } from '../healing/services.ts';
import { requestSettlement } from '../healing/settle-fixes.ts';
import { currentReceipt } from '../queue/receipt.ts';
import { findFixByCommit } from '../store/fix-queries.ts';
import { findPullRequestByHead } from '../store/pull-requests.ts';
import { saveRun } from '../store/runs.ts';
import { type RepositoryEvent, requestReport } from './handler.ts';
import { readPayload, runSchema } from './payloads.ts';

const schema = z.object({ workflow_run: runSchema });

/**
 * requested, in_progress: the run is recorded.
 * completed: also judged: red asks for a diagnosis, green closes incidents, and on a fix's commit the fix is verified.
 */
export async function onWorkflowRun(services: Services, event: RepositoryEvent): Promise<void> {
  const { workflow_run: run } = readPayload(schema, event.payload);
  const pullRequestNumber = await pullRequestOf(services, event, run);
  await saveRun(services.database, event.repository.id, run, pullRequestNumber, currentReceipt() ?? services.now());
  if (run.status !== 'completed' || event.installationId === null) return;
  const fix = await findFixByCommit(services.database, event.repository.id, run.headSha);
  if (fix) await requestVerification(services, event, fix.id);
  const ours = await rerunEnded(services, run);
  if (isOwnBranch(run.headBranch)) return;
  if (isRed(run.conclusion)) {
    await branchIsRed(services, { repository: event.repository, run });
    await requestDiagnosis(services, event, run);
  } else if (run.conclusion === 'success') {
    await branchIsGreen(services, { repository: event.repository, run, afterRerun: ours });
    await noteOutcomes(services, {
      installationId: event.installationId,
      repositoryId: event.repository.id,
      workflowPath: run.workflowPath,
      headSha: run.headSha,
    });
    await requestReport(services, event, run.headSha);
    await requestSettlement(services, {
      installationId: event.installationId,
      repositoryId: event.repository.id,
      branch: run.headBranch ?? run.headSha,
    });
  }
}

async function requestDiagnosis(services: Services, event: RepositoryEvent, run: Run): Promise<void> {
  await services.queue.send('analysis', {
    data: { installationId: event.installationId ?? 0, repositoryId: event.repository.id, runId: run.id, attempt: run.attempt },
    key: `run:${run.id}:${run.attempt}`,
    repositoryId: event.repository.id,
  });
}

async function requestVerification(services: Services, event: RepositoryEvent, fixId: string): Promise<void> {
  await services.queue.send('verification', {
    data: { installationId: event.installationId ?? 0, repositoryId: event.repository.id, fixId },
    key: `verify:${fixId}`,
    repositoryId: event.repository.id,
  });
}

/** A run from a fork names no pull request; the books may know it. */
async function pullRequestOf(services: Services, event: RepositoryEvent, run: Run): Promise<number | null> {
  if (run.pullRequests[0] !== undefined) return run.pullRequests[0];
  if (!run.event.startsWith('pull_request')) return null;
  const head = { sha: run.headSha, branch: run.headBranch, repository: run.headRepository };
  return (await findPullRequestByHead(services.database, event.repository.id, head))?.number ?? null;
}
