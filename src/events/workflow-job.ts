import { z } from 'zod';
import type { Services } from '../healing/services.ts';
import { currentReceipt } from '../queue/receipt.ts';
import { saveJob } from '../store/books/runs.ts';
import type { RepositoryEvent } from './handler.ts';
import { jobSchema, readPayload } from './payloads.ts';

const schema = z.object({ workflow_job: jobSchema });

/**
 * queued, waiting, in_progress, completed: the job is recorded; `queued` and `in_progress` with the time of receipt, the
 * only honest beginning and end of the wait.
 */
export async function onWorkflowJob(services: Services, event: RepositoryEvent): Promise<void> {
  const { workflow_job: job } = readPayload(schema, event.payload);
  const at = currentReceipt() ?? services.now();
  const heard = event.action === 'queued' ? { queuedAt: at } : event.action === 'in_progress' ? { runningAt: at } : null;
  await saveJob(services.database, event.repository.id, job, heard);
}
