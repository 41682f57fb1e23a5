import { type ExpressionBuilder, sql } from 'kysely';
import type { Database } from '../database.ts';
import { cutPage, keysetOf, type Order, type Position, type SortKey } from '../keyset.ts';
import { whenReachable } from '../repositories/reachable.ts';
import type { ApprovalState } from '../tables/guard-tables.ts';
import type { Tables } from '../tables/schema.ts';
import { type Approval, toApproval } from './approvals.ts';

/** An approval as people read it. */
export interface ApprovalView extends Approval {
  owner: string;
  name: string;
}

export const APPROVAL_SORTS = ['askedAt'] as const;
export type ApprovalSort = (typeof APPROVAL_SORTS)[number];

export interface ApprovalQuery {
  /** Compared without regard to case, as GitHub does. */
  repository?: { owner: string; name: string } | undefined;
  state?: ApprovalState | undefined;
  incident?: string | undefined;
  sort: ApprovalSort;
  order: Order;
  after?: Position<ApprovalSort> | undefined;
  limit: number;
}

/** Approvals as people read them. Every method throws `UnavailableError` when the database is away. */
export interface ApprovalViews {
  /** `next` is null on the last page. */
  list(query: ApprovalQuery): Promise<{ items: ApprovalView[]; next: Position<ApprovalSort> | null }>;
  /** Null when there is none of this id. */
  read(id: string): Promise<ApprovalView | null>;
}

export function createApprovalViews(database: Database): ApprovalViews {
  return {
    list: (query) => whenReachable(list(database, query)),
    read: (id) => whenReachable(read(database, id)),
  };
}

const SORT_KEYS: Record<ApprovalSort, SortKey> = { askedAt: { column: sql`approvals.asked_at`, kind: 'moment' } };

async function list(database: Database, query: ApprovalQuery) {
  const { value, orderBy, beyond } = keysetOf(SORT_KEYS[query.sort], { id: sql`approvals.id`, idType: 'uuid' }, query);
  const rows = await views(database)
    .select(value.as('position'))
    .where((where) => where.and([...conditions(where, query), ...(beyond ? [beyond] : [])]))
    .orderBy(orderBy)
    .limit(query.limit + 1)
    .execute();
  const { items, next } = cutPage(rows, query);
  return { items: items.map((row) => ({ ...toApproval(row), owner: row.owner, name: row.name })), next };
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
    .select(['repositories.owner', 'repositories.name']);
}

function* conditions(where: ExpressionBuilder<Tables, 'approvals' | 'repositories'>, query: ApprovalQuery) {
  const { repository, state, incident } = query;
  if (repository) {
    yield where(where.fn<string>('lower', ['repositories.owner']), '=', repository.owner.toLowerCase());
    yield where(where.fn<string>('lower', ['repositories.name']), '=', repository.name.toLowerCase());
  }
  if (state) yield where('approvals.state', '=', state);
  if (incident !== undefined) yield where('approvals.incident_id', '=', incident);
}
