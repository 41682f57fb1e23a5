import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { IS_ROLLBACK, WITH_LAST } from '../figures/rollbacks.ts';
import { cutPage, keysetOf, type Order, type Position } from '../keyset.ts';
import { whenReachable } from '../repositories/reachable.ts';

export interface DeploymentView {
  id: number;
  owner: string;
  name: string;
  environment: string;
  production: boolean;
  sha: string;
  ref: string;
  state: string;
  creator: string | null;
  createdAt: Date;
  updatedAt: Date;
  /** Whether it went back to what the environment had before; docs/metrics.md has the definition. */
  rollback: boolean;
  /** What had been deployed there last; null for the first, and for one that has not succeeded. */
  replacedSha: string | null;
}

export const DEPLOYMENT_SORTS = ['createdAt'] as const;
export type DeploymentSort = (typeof DEPLOYMENT_SORTS)[number];

export interface DeploymentQuery {
  repositoryId?: number | undefined;
  environment?: string | undefined;
  state?: string | undefined;
  sort: DeploymentSort;
  order: Order;
  after?: Position<DeploymentSort> | undefined;
  limit: number;
}

/** Deployments as people read them. Every method throws `UnavailableError` when the database is away. */
export interface DeploymentViews {
  list(query: DeploymentQuery): Promise<{ items: DeploymentView[]; next: Position<DeploymentSort> | null }>;
}

export function createDeploymentViews(database: Database): DeploymentViews {
  return {
    list: (query) => whenReachable(listDeployments(database, query)),
  };
}

const COLUMNS = sql`deployments.id, repositories.owner, repositories.name, deployments.environment, deployments.production,
  deployments.sha, deployments.ref, deployments.state, deployments.creator, deployments.created_at as "createdAt",
  deployments.updated_at as "updatedAt", last.sha as "replacedSha"`;

async function listDeployments(database: Database, query: DeploymentQuery) {
  const key = { column: sql`deployments.created_at`, kind: 'moment' as const };
  const { value, orderBy, beyond } = keysetOf(key, { id: sql`deployments.id`, idType: 'bigint' }, query);
  const { rows } = await sql<DeploymentView & { position: number }>`
    select ${COLUMNS}, ${IS_ROLLBACK} as rollback, ${value} as position ${WITH_LAST}
    where true ${query.repositoryId === undefined ? sql`` : sql`and deployments.repository_id = ${query.repositoryId}`}
      ${query.environment === undefined ? sql`` : sql`and deployments.environment = ${query.environment}`}
      ${query.state === undefined ? sql`` : sql`and deployments.state = ${query.state}`}
      ${beyond ? sql`and ${beyond}` : sql``}
    order by ${orderBy} limit ${query.limit + 1}`.execute(database);
  return cutPage(rows, query);
}
