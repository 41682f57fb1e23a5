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
  const inScope = sql`production ${inRepository(scope)} and deployments.created_at >= ${from} and deployments.created_at < ${to}`;
  const { rows } = await sql<DeploymentCounts>`
    with succeeded as (
      select count(*) as succeeded from deployments where ${inScope} and ever_succeeded),
    -- Few are of a version that was there before: only their past is looked up.
    rollbacks as materialized (
      select deployments.id, replaced.id as replaced_id, replaced.created_at as replaced_at
      from deployments cross join lateral (
        select earlier.id, earlier.sha, earlier.created_at ${EARLIER} and earlier.production
        order by earlier.created_at desc, earlier.id desc limit 1) as replaced
      where ${inScope} and ever_succeeded and redeployed and replaced.sha <> deployments.sha),
    counted as (
      select count(*) as rollbacks,
        count(*) filter (where replaced_at >= ${from} and replaced_id not in (select id from rollbacks)) as rolled_back
      from rollbacks),
    failed as (
      select count(*) as failed from deployments where ${inScope} and ever_failed and not ever_succeeded),
    reverts as (
      select count(*) as reverts from pull_requests where merged_at >= ${from} and merged_at < ${to} ${inRepository(scope)}
        and ${IS_REVERT})
    select succeeded + failed as ended, succeeded, failed, rollbacks, succeeded - rollbacks + failed as changes,
      failed + rolled_back as "failedChanges", reverts
    from succeeded, counted, failed, reverts`.execute(database);
  const [row] = rows;
  if (!row) throw new Error('an aggregate without groups has one row');
  return row;
}

/** Deployments that succeeded in the same environment before this one. */
export const EARLIER = sql`from deployments as earlier
  where earlier.repository_id = deployments.repository_id and earlier.environment = deployments.environment
    and (earlier.created_at, earlier.id) < (deployments.created_at, deployments.id) and earlier.ever_succeeded`;

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
