import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { cutPage, keysetOf, type Order, type Position } from '../keyset.ts';
import { whenReachable } from '../repositories/reachable.ts';
import { EARLIER, IS_REVERT } from './deployments.ts';

/** A way back: an earlier version was deployed again, or a merged pull request reverts another. */
export interface Rollback {
  kind: 'deployment' | 'revert';
  /** The deployment's, or the pull request's number. */
  id: number;
  at: Date;
  owner: string;
  name: string;
  /** Null for a revert. */
  environment: string | null;
  /** What was there before; null for a revert. */
  fromSha: string | null;
  toSha: string;
  by: string | null;
  title: string | null;
}

export const ROLLBACK_SORTS = ['at'] as const;
export type RollbackSort = (typeof ROLLBACK_SORTS)[number];

export interface RollbackQuery {
  repositoryId?: number | undefined;
  environment?: string | undefined;
  from?: Date | undefined;
  /** Not included. */
  to?: Date | undefined;
  sort: RollbackSort;
  order: Order;
  after?: Position<RollbackSort> | undefined;
  limit: number;
}

/** `next` is null on the last page. */
export interface RollbackPage {
  items: Rollback[];
  next: Position<RollbackSort> | null;
}

/** Deployments with their repositories, and with `last.sha` what a succeeded one has replaced. Found by look-ups, one by one. */
export const WITH_LAST = sql`from deployments
  join repositories on repositories.id = deployments.repository_id
  left join lateral (
    select earlier.sha ${EARLIER} order by earlier.created_at desc, earlier.id desc limit 1) as last on deployments.ever_succeeded`;

/** Of `WITH_LAST`: whether it went back. `countDeployments` counts the same, all at once. */
export const IS_ROLLBACK = sql<boolean>`(deployments.redeployed and coalesce(last.sha <> deployments.sha, false))`;

/**
 * Rollbacks as docs/metrics.md defines them, in every environment. The deployments of the list are looked at one after the other
 * until there are enough.
 * @throws UnavailableError when the database is away
 */
export async function listRollbacks(database: Database, query: RollbackQuery): Promise<RollbackPage> {
  const { rows } = await whenReachable(selectRollbacks(database, query));
  const { items, next } = cutPage(rows, query, ({ place }) => place);
  return { items: items.map(({ place: _place, ...item }) => item), next };
}

function selectRollbacks(database: Database, query: RollbackQuery) {
  const { repositoryId, environment, from, to, limit } = query;
  const keyset = (at: string, place: ReturnType<typeof sql>) =>
    keysetOf({ column: sql.ref(at), kind: 'moment' }, { id: place, idType: 'text' }, query);
  const within = (at: string) => sql`${from === undefined ? sql`` : sql`and ${sql.ref(at)} >= ${from}`}
    ${to === undefined ? sql`` : sql`and ${sql.ref(at)} < ${to}`}`;
  const deploymentPlace = sql`('d' || deployments.id)`;
  const revertPlace = sql`('r' || repository_id || '-' || number)`;
  const deployments = keyset('deployments.created_at', deploymentPlace);
  const reverts = keyset('pull_requests.merged_at', revertPlace);
  const all = keyset('at', sql`place`);
  return sql<Rollback & { place: string; position: number }>`
    select * from (
      (select 'deployment' as kind, deployments.id, deployments.created_at as at, repositories.owner, repositories.name,
        deployments.environment, last.sha as "fromSha", deployments.sha as "toSha", deployments.creator as "by", null::text as title,
        ${deploymentPlace} as place, ${deployments.value} as position
      ${WITH_LAST}
      where ${IS_ROLLBACK} ${repositoryId === undefined ? sql`` : sql`and deployments.repository_id = ${repositoryId}`}
        ${environment === undefined ? sql`` : sql`and deployments.environment = ${environment}`}
        ${within('deployments.created_at')} ${deployments.beyond ? sql`and ${deployments.beyond}` : sql``}
      order by ${deployments.orderBy} limit ${limit + 1})
      union all
      (select 'revert', number, merged_at, repositories.owner, repositories.name, null, null, head_sha, author, title,
        ${revertPlace}, ${reverts.value}
      from pull_requests join repositories on repositories.id = pull_requests.repository_id
      where merged_at is not null and ${IS_REVERT} and ${environment === undefined}
        ${repositoryId === undefined ? sql`` : sql`and repository_id = ${repositoryId}`}
        ${within('pull_requests.merged_at')} ${reverts.beyond ? sql`and ${reverts.beyond}` : sql``}
      order by ${reverts.orderBy} limit ${limit + 1})) as ways
    order by ${all.orderBy} limit ${limit + 1}`.execute(database);
}
