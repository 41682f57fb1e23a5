import { z } from 'zod';
import type { Services } from '../healing/services.ts';
import { saveDeployment } from '../store/books/deployments.ts';
import type { RepositoryEvent } from './handler.ts';
import { readPayload } from './payloads.ts';

const timestamp = z.string().min(1);

const schema = z.object({
  deployment: z.object({
    id: z.number().int(),
    environment: z.string(),
    sha: z.string(),
    ref: z.string(),
    task: z.string().nullish(),
    production_environment: z.boolean().nullish(),
    creator: z.object({ login: z.string() }).nullish(),
    created_at: timestamp,
  }),
  deployment_status: z.object({ id: z.number().int(), state: z.string(), updated_at: timestamp }),
});

/** created: the deployment and this state of it are recorded. */
export async function onDeploymentStatus(services: Services, event: RepositoryEvent): Promise<void> {
  const { deployment, deployment_status: status } = readPayload(schema, event.payload);
  await saveDeployment(
    services.database,
    event.repository.id,
    {
      id: deployment.id,
      environment: deployment.environment,
      sha: deployment.sha,
      ref: deployment.ref,
      task: deployment.task ?? null,
      production: deployment.production_environment ?? isProduction(deployment.environment),
      creator: deployment.creator?.login ?? null,
      createdAt: deployment.created_at,
    },
    { id: status.id, state: status.state, at: status.updated_at },
  );
}

/** As GitHub itself presumes when nobody says: https://docs.github.com/en/rest/deployments/deployments#create-a-deployment */
function isProduction(environment: string): boolean {
  return environment === 'production';
}
