import { z } from 'zod';
import type { Services } from '../healing/services.ts';
import { saveDeployment } from '../store/deployments.ts';
import type { RepositoryEvent } from './handler.ts';
import { readPayload } from './payloads.ts';

const schema = z.object({
  deployment: z.object({ id: z.number().int(), environment: z.string(), sha: z.string(), ref: z.string() }),
  deployment_status: z.object({ state: z.string(), updated_at: z.string().min(1) }),
});

/** created: the deployment and its newest state are recorded. */
export async function onDeploymentStatus(services: Services, event: RepositoryEvent): Promise<void> {
  const { deployment, deployment_status: status } = readPayload(schema, event.payload);
  await saveDeployment(services.database, event.repository.id, {
    ...deployment,
    state: status.state,
    updatedAt: status.updated_at,
  });
}
