import { orderCancel, orderRerun } from '../../github/run-orders.ts';
import { record } from '../../store/audit.ts';
import type { Services } from '../services.ts';
import { runTarget } from './known-places.ts';

/** Who asks for something, for the audit. */
export interface Requester {
  /** The key's name, or a GitHub login. */
  requestedBy: string;
  correlationId: string;
}

/**
 * Runs a run again on GitHub because a person wants it; the limits for Regreen's own re-runs are not theirs.
 * @returns the attempt that was the newest when it was asked for
 * @throws RegreenError that says why it can't be
 */
export async function rerunBuild(
  services: Services,
  { runId, jobs, ...asked }: { runId: number; jobs: 'failed' | 'all' } & Requester,
): Promise<{ attempt: number }> {
  const { target, run } = await runTarget(services, runId);
  await orderRerun(target.at, runId, jobs);
  await note(services, { ...asked, action: 'run.rerun', runId, repositoryId: target.repository.id, details: { jobs } });
  return { attempt: run.attempt };
}

/** Ends a run on GitHub because a person wants it. @throws RegreenError that says why it can't be */
export async function cancelBuild(
  services: Services,
  { runId, ...asked }: { runId: number } & Requester,
): Promise<{ attempt: number }> {
  const { target, run } = await runTarget(services, runId);
  await orderCancel(target.at, runId);
  await note(services, { ...asked, action: 'run.cancelled', runId, repositoryId: target.repository.id, details: {} });
  return { attempt: run.attempt };
}

async function note(
  services: Services,
  one: Requester & { action: string; runId: number; repositoryId: number; details: Record<string, unknown> },
): Promise<void> {
  await record(services.database, {
    actor: one.requestedBy,
    action: one.action,
    subject: `run:${one.runId}`,
    repositoryId: one.repositoryId,
    correlationId: one.correlationId,
    details: one.details,
  });
}
