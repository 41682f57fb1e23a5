import { z } from 'zod';
import type { Services } from '../healing/services.ts';
import { saveJob } from '../store/runs.ts';
import type { RepositoryEvent } from './handler.ts';
import { jobSchema, readPayload } from './payloads.ts';

const schema = z.object({ workflow_job: jobSchema });

/**
 * queued, waiting, in_progress, completed: the job is recorded; `queued` with the time of receipt, the only honest
 * beginning of the wait.
 */
export async function onWorkflowJob(services: Services, event: RepositoryEvent): Promise<void> {
  const { workflow_job: job } = readPayload(schema, event.payload);
  await saveJob(services.database, event.repository.id, job, event.action === 'queued' ? services.now() : null);
}
