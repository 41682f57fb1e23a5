import { readLatestRun } from '../../github/reads.ts';
import type { Run } from '../../github/types.ts';
import { rerunFailedJobs } from '../../github/writes.ts';
import type { JobData } from '../../queue/queues.ts';
import type { JobContext } from '../../queue/run-job.ts';
import { endApprovedRerun } from '../../store/approvals/approval-ends.ts';
import { record } from '../../store/audit.ts';
import { endRerun, planRerun } from '../../store/fixes/guards.ts';
import { requestReport } from '../failures/request-report.ts';
import type { Services } from '../services.ts';
import { stoppedOn } from '../stopped.ts';
import { findTarget, type Target } from '../target.ts';

type RerunJob = Extract<JobData['remedies'], { kind: 'rerun' }>;

/** Asks for the failed jobs of a run to be run again; one request for each attempt that was red. */
export async function requestRerun(services: Services, one: Omit<RerunJob, 'kind'>): Promise<void> {
  await services.queue.send('remedies', {
    data: { kind: 'rerun', ...one },
    key: `rerun:${one.runId}:${one.attempt}`,
    repositoryId: one.repositoryId,
    priority: 5,
  });
}

/** Runs the failed jobs of a run again, once for an attempt; a newer attempt, whoever asked for it, is enough. */
export async function rerunFailed(services: Services, job: RerunJob, context: JobContext): Promise<void> {
  const { runId, attempt, repositoryId, reason } = job;
  const target = await findTarget(services, job);
  // 1 Has a person stopped us there?
  const run = await readLatestRun(target.at, runId);
  if (run && (await isStopped(services, target, run))) {
    context.log.info({ run: runId }, 'not run again: stopped');
    return endApprovedRerun(services.database, { runId, attempt }, 'expired');
  }
  // 2 Write it down before GitHub is asked
  const first = await planRerun(services.database, repositoryId, { runId, attempt, reason }, services.now());
  // 3 Has it been run again already, by an earlier attempt of this job or by a person?
  const wanted = run?.attempt === attempt && run.status === 'completed';
  if (wanted) {
    const started = await rerunFailedJobs(target.at, runId);
    if (!started) await endRerun(services.database, { runId, attempt }, 'refused', services.now());
    await endApprovedRerun(services.database, { runId, attempt }, started ? 'used' : 'expired');
    if (first) {
      await record(services.database, {
        actor: 'regreen',
        action: started ? 'run.rerun' : 'run.rerun_refused',
        subject: `run:${runId}`,
        repositoryId,
        correlationId: context.correlationId,
        details: { attempt, reason },
      });
    }
  }
  // What somebody else has run again by now is done.
  else await endApprovedRerun(services.database, { runId, attempt }, 'used');
  // 4 The commit says so
  if (!run) return;
  await requestReport(services, { installationId: job.installationId, repositoryId, headSha: run.headSha });
}

async function isStopped(services: Services, target: Target, { headBranch, headRepository }: Run): Promise<boolean> {
  return headBranch !== null && (await stoppedOn(services, target, { branch: headBranch, headRepository })) !== null;
}

/** Writes down what came of a re-run. @returns whether Regreen had asked for it */
export async function rerunEnded(services: Services, run: Pick<Run, 'id' | 'attempt' | 'conclusion'>): Promise<boolean> {
  if (run.attempt < 2) return false;
  const outcome = run.conclusion === 'success' ? 'green' : 'red';
  return endRerun(services.database, { runId: run.id, attempt: run.attempt - 1 }, outcome, services.now());
}
