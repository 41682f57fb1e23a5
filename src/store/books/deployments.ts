import { sql } from 'kysely';
import type { Database } from '../database.ts';

/** A deployment as one of its statuses tells of it. */
export interface Deployment {
  id: number;
  environment: string;
  sha: string;
  ref: string;
  task: string | null;
  /** Whether people say that users see this environment. */
  production: boolean;
  creator: string | null;
  createdAt: string;
}

export interface DeploymentState {
  /** GitHub's id of the status. */
  id: number;
  state: string;
  at: string;
}

const EVER: Record<string, { ever_succeeded: true } | { ever_failed: true }> = {
  success: { ever_succeeded: true },
  failure: { ever_failed: true },
  error: { ever_failed: true },
};

/** Keeps every state of a deployment, and beside the deployment the newest; the same whatever the order of arrival. */
export async function saveDeployment(
  database: Database,
  repositoryId: number,
  deployment: Deployment,
  state: DeploymentState,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    // The trigger takes this lock too (migration 0027), when it holds a row already: two that did so would wait for each other.
    await sql`select pg_advisory_xact_lock(hashtextextended('regreen redeployed ' || ${repositoryId}::bigint, 0))`.execute(
      transaction,
    );
    await transaction
      .insertInto('deployment_states')
      .values({ id: state.id, deployment_id: deployment.id, repository_id: repositoryId, state: state.state, at: state.at })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
    const changing = { environment: deployment.environment, production: deployment.production };
    await transaction
      .insertInto('deployments')
      .values({
        id: deployment.id,
        repository_id: repositoryId,
        sha: deployment.sha,
        ref: deployment.ref,
        task: deployment.task,
        creator: deployment.creator,
        created_at: deployment.createdAt,
        ...changing,
        state: state.state,
        updated_at: state.at,
        state_id: state.id,
      })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet({
            ...changing,
            task: deployment.task,
            creator: deployment.creator,
            created_at: deployment.createdAt,
            state: state.state,
            updated_at: state.at,
            state_id: state.id,
          })
          .where(sql<boolean>`(deployments.updated_at, deployments.state_id) <= (${state.at}::timestamptz, ${state.id}::bigint)`),
      )
      .execute();
    const ever = EVER[state.state];
    // Whatever comes late counts, too.
    if (ever) await transaction.updateTable('deployments').set(ever).where('id', '=', deployment.id).execute();
  });
}
