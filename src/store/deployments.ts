import type { Database } from './database.ts';

export interface Deployment {
  id: number;
  environment: string;
  sha: string;
  ref: string;
  state: string;
  updatedAt: string;
}

/** Keeps the newest state of a deployment. */
export async function saveDeployment(database: Database, repositoryId: number, deployment: Deployment): Promise<void> {
  const changing = { state: deployment.state, environment: deployment.environment, updated_at: deployment.updatedAt };
  await database
    .insertInto('deployments')
    .values({ id: deployment.id, repository_id: repositoryId, sha: deployment.sha, ref: deployment.ref, ...changing })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(changing).where('deployments.updated_at', '<=', new Date(deployment.updatedAt)),
    )
    .execute();
}
