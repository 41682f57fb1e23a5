import type { At } from '../../github/index.ts';
import { readJob, readLatestRun } from '../../github/reads.ts';
import { answered } from '../../github/refusals.ts';
import { record } from '../../store/audit.ts';
import { findRepositoryByName } from '../../store/repositories/repositories.ts';
import type { Services } from '../services.ts';

/** A run that somebody wants to have diagnosed. */
export interface DiagnosisRequest {
  repository: { owner: string; name: string };
  which: { runId: number /** The latest when undefined. */; attempt: number | undefined } | { jobId: number };
  requestedBy: string;
  correlationId: string;
}

export type DiagnosisAnswer =
  | { kind: 'queued'; taskId: string; runId: number; attempt: number }
  | { kind: 'unknown-repository' }
  | { kind: 'not-installed' }
  | { kind: 'unknown-run' };

/** Diagnoses a run by hand: asks GitHub for it, writes down who asked, and queues the analysis. */
export async function triggerDiagnosis(services: Services, request: DiagnosisRequest): Promise<DiagnosisAnswer> {
  const repository = await findRepositoryByName(services.database, request.repository.owner, request.repository.name);
  if (!repository) return { kind: 'unknown-repository' };
  if (repository.installationId === null) return { kind: 'not-installed' };
  const at = await services.github.at(repository.installationId, repository);
  const wanted = 'jobId' in request.which ? await runOfJob(at, request.which.jobId) : request.which;
  const run = wanted && (await answered(readLatestRun(at, wanted.runId)));
  const attempt = wanted?.attempt ?? run?.attempt ?? 1;
  if (!run || attempt > run.attempt) return { kind: 'unknown-run' };
  const key = `run:${run.id}:${attempt}`;
  const taskId = await services.queue.send('analysis', {
    data: { installationId: repository.installationId, repositoryId: repository.id, runId: run.id, attempt },
    key,
    repositoryId: repository.id,
    correlationId: request.correlationId,
  });
  await record(services.database, {
    actor: request.requestedBy,
    action: 'diagnosis.requested',
    subject: `run:${run.id}`,
    repositoryId: repository.id,
    correlationId: request.correlationId,
    details: { attempt },
  });
  // The same is waiting already: its key names it as well.
  return { kind: 'queued', taskId: taskId ?? key, runId: run.id, attempt };
}

/** The logs of all failed jobs of the attempt are read: what is wrong with one may be said by another. */
async function runOfJob(at: At, jobId: number): Promise<{ runId: number; attempt: number } | null> {
  const job = await answered(readJob(at, jobId));
  return job && { runId: job.runId, attempt: job.runAttempt };
}
