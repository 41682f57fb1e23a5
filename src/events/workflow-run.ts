import { z } from 'zod';
import { followRun } from '../healing/branches/follow-run.ts';
import type { Services } from '../healing/services.ts';
import { currentReceipt } from '../queue/receipt.ts';
import { asKnown, type RepositoryEvent } from './handler.ts';
import { readPayload, runSchema } from './payloads.ts';

const schema = z.object({ workflow_run: runSchema });

/**
 * requested, in_progress: the run is recorded.
 * completed: also judged: red asks for a diagnosis, green closes incidents, and on a fix's commit the fix is verified.
 */
export async function onWorkflowRun(services: Services, event: RepositoryEvent): Promise<void> {
  const { workflow_run: told } = readPayload(schema, event.payload);
  const { installationId } = event;
  const { repository, head: run } = await asKnown(services, event.repository, told);
  await followRun(services, { repository, installationId, run, heardAt: currentReceipt() ?? services.now() });
}
