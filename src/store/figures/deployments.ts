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
    with succeeded as (
      select id, repository_id, environment, sha, created_at, lag(sha) over environment_of as before,
        lag(id) over environment_of is null as first
      from deployments where production and ever_succeeded ${inRepository(scope)} and created_at >= ${from} and created_at < ${to}
      window environment_of as (partition by repository_id, environment order by created_at, id)),
    -- A version that was there before the scope counts as having been there.
    judged as materialized (
      select *, coalesce(sha <> case when first then (select earlier.sha ${EARLIER} order by earlier.created_at desc, earlier.id desc limit 1) else before end, false)
        and exists (select ${EARLIER} and earlier.sha = succeeded.sha) as rollback
      from succeeded),
    followed as (
      select *, coalesce(lead(rollback) over (partition by repository_id, environment order by created_at, id), false)
        as rolled_back from judged),
    counted as (
      select count(*) as succeeded, count(*) filter (where rollback) as rollbacks,
        count(*) filter (where rolled_back and not rollback) as rolled_back
      from followed),
    failed as (
      select count(*) as failed from deployments
      where production and ever_failed and not ever_succeeded ${inRepository(scope)}
        and created_at >= ${from} and created_at < ${to}),
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

/** The successful deployments to the same environment before one of `succeeded`. */
const EARLIER = sql`from deployments as earlier
  where earlier.repository_id = succeeded.repository_id and earlier.environment = succeeded.environment
    and (earlier.created_at, earlier.id) < (succeeded.created_at, succeeded.id) and earlier.production and earlier.ever_succeeded`;

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
