import { readLatestRun } from '../../github/reads.ts';
import { record } from '../../store/audit.ts';
import { findRepositoryByName } from '../../store/repositories/repositories.ts';
import type { Services } from '../services.ts';

/** A run that somebody wants to have diagnosed. */
export interface DiagnosisRequest {
  repository: { owner: string; name: string };
  runId: number;
  /** The latest attempt when undefined. */
  attempt: number | undefined;
  requestedBy: string;
  correlationId: string;
}

export type DiagnosisAnswer =
  | { kind: 'queued'; taskId: string }
  | { kind: 'unknown-repository' }
  | { kind: 'not-installed' }
  | { kind: 'unknown-run' };

/** Diagnoses a run by hand: asks GitHub for it, writes down who asked, and queues the analysis. */
export async function triggerDiagnosis(services: Services, request: DiagnosisRequest): Promise<DiagnosisAnswer> {
  const repository = await findRepositoryByName(services.database, request.repository.owner, request.repository.name);
  if (!repository) return { kind: 'unknown-repository' };
  if (repository.installationId === null) return { kind: 'not-installed' };
  const at = await services.github.at(repository.installationId, repository);
  const run = await readLatestRun(at, request.runId);
  const attempt = request.attempt ?? run?.attempt ?? 1;
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
  return { kind: 'queued', taskId: taskId ?? key };
}
