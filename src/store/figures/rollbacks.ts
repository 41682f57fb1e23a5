import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { whenReachable } from '../repositories/reachable.ts';
import { HAS_SUCCEEDED } from './deployments.ts';

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

export interface RollbackPosition {
  /** In microseconds since 1970. */
  createdAt: number;
  id: number;
}

export interface RollbackQuery {
  repositoryId?: number | undefined;
  environment?: string | undefined;
  from?: Date | undefined;
  /** Not included. */
  to?: Date | undefined;
  after?: RollbackPosition | undefined;
  limit: number;
}

/**
 * Rollbacks as docs/metrics.md defines them, in every environment, newest first.
 * @throws UnavailableError when the database is away
 */
export async function listRollbacks(
  database: Database,
  query: RollbackQuery,
): Promise<{ items: Rollback[]; next: RollbackPosition | null }> {
  const { rows } = await whenReachable(selectRollbacks(database, query));
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items: items.map(({ micros: _micros, ...item }) => item),
    next: last && rows.length > query.limit ? { createdAt: last.micros, id: last.id } : null,
  };
}

function selectRollbacks(database: Database, { repositoryId, environment, from, to, after, limit }: RollbackQuery) {
  const ofRepository = repositoryId === undefined ? sql`` : sql`and repository_id = ${repositoryId}`;
  return sql<Rollback & { micros: number }>`
    with succeeded as (
      select id, repository_id, environment, sha, creator, created_at,
        lag(sha) over (partition by repository_id, environment order by created_at, id) as before,
        row_number() over (partition by repository_id, environment, sha order by created_at, id) > 1 as known
      from deployments where ${HAS_SUCCEEDED} ${ofRepository}
        ${environment === undefined ? sql`` : sql`and environment = ${environment}`}),
    ways as (
      select 'deployment' as kind, id, repository_id, created_at as at, environment, before as "fromSha", sha as "toSha",
        creator as "by", null::text as title
      from succeeded where known and before <> sha
      union all
      select 'revert', number, repository_id, merged_at, null, null, head_sha, author, title
      from pull_requests where merged_at is not null and ${environment === undefined} ${ofRepository}
        and (title like 'Revert "%' or head_branch ~ '^revert-[0-9]+-') and title not like 'Revert "Revert "%')
    select ways.kind, ways.id, ways.at, repositories.owner, repositories.name, ways.environment, ways."fromSha", ways."toSha",
      ways."by", ways.title, (extract(epoch from ways.at) * 1000000)::bigint as micros
    from ways join repositories on repositories.id = ways.repository_id
    where true ${from === undefined ? sql`` : sql`and ways.at >= ${from}`} ${to === undefined ? sql`` : sql`and ways.at < ${to}`}
      ${after ? sql`and (ways.at, ways.id) < (timestamptz 'epoch' + ${after.createdAt}::bigint * interval '1 microsecond', ${after.id}::bigint)` : sql``}
    order by ways.at desc, ways.id desc limit ${limit + 1}`.execute(database);
}
