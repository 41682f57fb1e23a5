import { type At, ownerAndRepo } from './client.ts';
import { answered } from './refusals.ts';

/**
 * Starts another attempt of a run: of the jobs that failed and of what depends on them, or of all.
 * @throws RegreenError that says why GitHub refuses
 */
export async function orderRerun(at: At, runId: number, jobs: 'failed' | 'all'): Promise<void> {
  const where = { ...ownerAndRepo(at), run_id: runId };
  if (jobs === 'failed') await answered(at.client.rest.actions.reRunWorkflowFailedJobs(where));
  else await answered(at.client.rest.actions.reRunWorkflow(where));
}

/** Ends a run that is under way; GitHub says yes at once and does it a little later. @throws RegreenError as above */
export async function orderCancel(at: At, runId: number): Promise<void> {
  await answered(at.client.rest.actions.cancelWorkflowRun({ ...ownerAndRepo(at), run_id: runId }));
}
