import { sql } from 'kysely';
import { type AuditEntry, record } from './audit.ts';
import type { Database } from './database.ts';
import { whenReachable } from './repositories/reachable.ts';

/** Who did what, as people read it. */
export interface AuditView {
  id: number;
  at: Date;
  actor: string;
  action: string;
  subject: string;
  /** `owner/name`; null for what concerns no repository. */
  repository: string | null;
  correlationId: string | null;
  details: Record<string, unknown>;
}

export interface AuditQuery {
  repositoryId?: number | undefined;
  actor?: string | undefined;
  action?: string | undefined;
  from?: Date | undefined;
  /** Not included. */
  to?: Date | undefined;
  /** The id of the last entry of the page before. */
  after?: number | undefined;
  limit: number;
}

export interface AuditPage {
  items: AuditView[];
  /** Null on the last page. */
  next: number | null;
}

/** The audit log. Every method throws `UnavailableError` when the database is away. */
export interface AuditViews {
  /** Newest first. */
  list(query: AuditQuery): Promise<AuditPage>;
  record(entry: AuditEntry): Promise<void>;
}

/** @param visible what readers see, which may be less than all of `database` */
export function createAuditViews(visible: Database, database: Database): AuditViews {
  return {
    list: (query) => whenReachable(listAudit(visible, query)),
    record: (entry) => whenReachable(record(database, entry)),
  };
}

async function listAudit(database: Database, query: AuditQuery): Promise<AuditPage> {
  const rows = await database
    .selectFrom('audit')
    .leftJoin('repositories', 'repositories.id', 'audit.repository_id')
    .select([
      'audit.id',
      'audit.at',
      'audit.actor',
      'audit.action',
      'audit.subject',
      'audit.correlation_id as correlationId',
      'audit.details',
      sql<string | null>`repositories.owner || '/' || repositories.name`.as('repository'),
    ])
    .where((where) =>
      where.and([
        ...(query.repositoryId === undefined ? [] : [where('audit.repository_id', '=', query.repositoryId)]),
        ...(query.actor === undefined ? [] : [where('audit.actor', '=', query.actor)]),
        ...(query.action === undefined ? [] : [where('audit.action', '=', query.action)]),
        ...(query.from === undefined ? [] : [where('audit.at', '>=', query.from)]),
        ...(query.to === undefined ? [] : [where('audit.at', '<', query.to)]),
        ...(query.after === undefined ? [] : [where('audit.id', '<', query.after)]),
      ]),
    )
    .orderBy('audit.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const items = rows.slice(0, query.limit);
  return { items, next: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
}
