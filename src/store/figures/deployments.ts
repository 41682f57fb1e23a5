import { sql } from 'kysely';
import type { Database } from '../database.ts';
import type { Scope } from './scope.ts';

export interface DeploymentCounts {
  /** Deployments that have succeeded or failed. */
  ended: number;
  succeeded: number;
  failed: number;
  /** Of the succeeded: to a version that the environment had before, and not last. */
  rollbacks: number;
  /** Deployments that were no rollbacks; of these the share that failed or was rolled back is the change failure rate. */
  changes: number;
  failedChanges: number;
  /** Merged pull requests that revert another. */
  reverts: number;
}

type DeploymentScope = Pick<Scope, 'from' | 'to' | 'repositoryId'>;

/** The deployments to production that were created in the scope. */
export async function countDeployments(database: Database, scope: DeploymentScope): Promise<DeploymentCounts> {
  const { from, to } = scope;
  const { rows } = await sql<DeploymentCounts>`
    with ended as (
      select id, repository_id, environment, sha, created_at, ${HAS_SUCCEEDED} as succeeded
      from deployments where production ${inRepository(scope)} and created_at < ${to} and (${HAS_SUCCEEDED} or ${FAILED})),
    -- A version that was there before the scope counts as having been there.
    succeeded as (
      select *, lag(sha) over environment_of as before,
        row_number() over (partition by repository_id, environment, sha order by created_at, id) > 1 as known
      from ended where succeeded window environment_of as (partition by repository_id, environment order by created_at, id)),
    judged as (
      select *, coalesce(known and before <> sha, false) as rollback from succeeded),
    followed as (
      select *, coalesce(lead(rollback) over (partition by repository_id, environment order by created_at, id), false)
        as rolled_back from judged),
    counted as (
      select count(*) as succeeded, count(*) filter (where rollback) as rollbacks,
        count(*) filter (where rolled_back and not rollback) as rolled_back
      from followed where created_at >= ${from}),
    failed as (select count(*) as failed from ended where not succeeded and created_at >= ${from}),
    reverts as (
      select count(*) as reverts from pull_requests where merged_at >= ${from} and merged_at < ${to} ${inRepository(scope)}
        and ${IS_REVERT})
    select succeeded + failed as ended, succeeded, failed, rollbacks, succeeded - rollbacks + failed as changes,
      failed + rolled_back as "failedChanges", reverts
    from counted, failed, reverts`.execute(database);
  const [row] = rows;
  if (!row) throw new Error('an aggregate without groups has one row');
  return row;
}

/** `inactive` comes after a success, so what counts is what it ever was. */
export const HAS_SUCCEEDED = sql`exists (
  select from deployment_states as state where state.deployment_id = deployments.id and state.state = 'success')`;
const FAILED = sql`exists (
  select from deployment_states as state where state.deployment_id = deployments.id and state.state in ('failure', 'error'))`;

/** A merged pull request that takes another one back, and not a revert. */
export const IS_REVERT = sql`(title like 'Revert "%' or head_branch ~ '^revert-[0-9]+-') and title not like 'Revert "Revert "%'`;

function inRepository({ repositoryId }: DeploymentScope) {
  return repositoryId === undefined ? sql`` : sql`and repository_id = ${repositoryId}`;
}

export interface RecentDeployment {
  id: number;
  owner: string;
  name: string;
  environment: string;
  sha: string;
  ref: string;
  state: string;
  creator: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** The newest deployments, to whatever environment. */
export async function recentDeployments(
  database: Database,
  { repositoryId }: { repositoryId?: number | undefined },
  limit: number,
): Promise<RecentDeployment[]> {
  const { rows } = await sql<RecentDeployment>`
    select deployments.id, repositories.owner, repositories.name, environment, sha, ref, state, creator,
      deployments.created_at as "createdAt", deployments.updated_at as "updatedAt"
    from deployments join repositories on repositories.id = deployments.repository_id
    where ${repositoryId === undefined ? sql`true` : sql`deployments.repository_id = ${repositoryId}`}
    order by deployments.created_at desc, deployments.id desc limit ${limit}`.execute(database);
  return rows;
}
