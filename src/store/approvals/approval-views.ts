import { type ExpressionBuilder, sql } from 'kysely';
import type { Database } from '../database.ts';
import { whenReachable } from '../repositories/reachable.ts';
import type { ApprovalState } from '../tables/guard-tables.ts';
import type { Tables } from '../tables/schema.ts';
import { type Approval, toApproval } from './approvals.ts';

/** An approval as people read it. */
export interface ApprovalView extends Approval {
  owner: string;
  name: string;
}

/** A place in the list: what the last item of a page was. `at` is ISO 8601 in UTC with microseconds. */
export interface ApprovalPosition {
  at: string;
  id: string;
}

export interface ApprovalQuery {
  /** Compared without regard to case, as GitHub does. */
  repository?: { owner: string; name: string } | undefined;
  state?: ApprovalState | undefined;
  incident?: string | undefined;
  after?: ApprovalPosition | undefined;
  limit: number;
}

/** Approvals as people read them. Every method throws `UnavailableError` when the database is away. */
export interface ApprovalViews {
  /** Newest first; `next` is null on the last page. */
  list(query: ApprovalQuery): Promise<{ items: ApprovalView[]; next: ApprovalPosition | null }>;
  /** Null when there is none of this id. */
  read(id: string): Promise<ApprovalView | null>;
}

export function createApprovalViews(database: Database): ApprovalViews {
  return {
    list: (query) => whenReachable(list(database, query)),
    read: (id) => whenReachable(read(database, id)),
  };
}

async function list(database: Database, query: ApprovalQuery) {
  const rows = await views(database)
    .where((where) => where.and([...conditions(where, query)]))
    .orderBy('approvals.asked_at', 'desc')
    .orderBy('approvals.id')
    .limit(query.limit + 1)
    .execute();
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => ({ ...toApproval(row), owner: row.owner, name: row.name })),
    next: last && rows.length > query.limit ? { at: last.position, id: last.id } : null,
  };
}

async function read(database: Database, id: string): Promise<ApprovalView | null> {
  const row = await views(database).where('approvals.id', '=', id).executeTakeFirst();
  return row ? { ...toApproval(row), owner: row.owner, name: row.name } : null;
}

function views(database: Database) {
  return database
    .selectFrom('approvals')
    .innerJoin('repositories', 'repositories.id', 'approvals.repository_id')
    .selectAll('approvals')
    .select([
      'repositories.owner',
      'repositories.name',
      // A JavaScript date ends at milliseconds; a position cut there would skip or repeat rows.
      sql<string>`to_char(approvals.asked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('position'),
    ]);
}

function* conditions(where: ExpressionBuilder<Tables, 'approvals' | 'repositories'>, query: ApprovalQuery) {
  const { repository, state, incident, after } = query;
  if (repository) {
    yield where(where.fn<string>('lower', ['repositories.owner']), '=', repository.owner.toLowerCase());
    yield where(where.fn<string>('lower', ['repositories.name']), '=', repository.name.toLowerCase());
  }
  if (state) yield where('approvals.state', '=', state);
  if (incident !== undefined) yield where('approvals.incident_id', '=', incident);
  if (after) {
    const at = sql<Date>`${after.at}::timestamptz`;
    yield where('approvals.asked_at', '<=', at);
    yield where.or([where('approvals.asked_at', '<', at), where('approvals.id', '>', after.id)]);
  }
}
