import { sql } from 'kysely';
import type { CauseCategory } from '../../diagnosis/types.ts';
import type { Database } from '../database.ts';
import { cutPage, keysetOf, type Order, type Position } from '../keyset.ts';
import { whenReachable } from '../repositories/reachable.ts';
import { storedJson, storedText } from '../stored-text.ts';

/** What another system says of one trouble. */
export interface OutsideReport {
  source: string;
  /** By what the system knows the trouble again. */
  key: string;
  state: 'red' | 'green';
  repositoryId: number | null;
  /** When the trouble began, by the system's clock. */
  startedAt: Date;
  /** When it ended; null while it lasts, or where that is not told. */
  endedAt: Date | null;
  title: string;
  severity: string | null;
  branch: string | null;
  sha: string | null;
  url: string | null;
  labels: Record<string, string>;
  /** Of a log that came with it. */
  diagnosis: { cause: CauseCategory; fingerprint: string; excerpt: string } | null;
  reportedBy: string;
}

export type OutsideEffect = 'opened' | 'fed' | 'closed' | 'unchanged';

/**
 * Opens an incident, feeds the open one, or closes it. The same word twice, words that cross and words that come late end in the
 * same rows: one incident for each beginning of a trouble, and what has ended never opens again.
 */
export async function reportOutside(
  database: Database,
  report: OutsideReport,
  now: Date,
): Promise<{ id: string; effect: OutsideEffect }> {
  return database.transaction().execute(async (transaction) => {
    const { source, key, startedAt } = report;
    await sql`select pg_advisory_xact_lock(hashtextextended(${`outside ${source} ${key}`}, 0))`.execute(transaction);
    const known = await transaction
      .selectFrom('outside_incidents')
      .select(['id', 'status', 'opened_at'])
      .where('source', '=', source)
      .where('key', '=', key)
      // What began then, whatever became of it; what is open; what had not ended by then.
      .where((eb) => eb.or([eb('started_at', '=', startedAt), eb('status', '=', 'open'), eb('closed_at', '>=', startedAt)]))
      .orderBy((eb) => eb('started_at', '=', startedAt), 'desc')
      .orderBy((eb) => eb('status', '=', 'open'), 'desc')
      .executeTakeFirst();
    const endedAt = report.endedAt ?? now;
    const closes = report.state === 'green' && (!known || known.opened_at <= endedAt);
    const closed = closes ? { status: 'closed' as const, closed_at: endedAt } : {};
    if (!known) {
      const inserted = await transaction
        .insertInto('outside_incidents')
        .values({ ...rowOf(report), status: 'open', opened_at: startedAt, last_event_at: now, ...closed })
        .returning('id')
        .executeTakeFirstOrThrow();
      return { id: inserted.id, effect: closes ? 'closed' : 'opened' };
    }
    const isOpen = known.status === 'open';
    const { labels, title, severity, url, cause, fingerprint, excerpt } = rowOf(report);
    await transaction
      .updateTable('outside_incidents')
      .set((eb) => ({
        events: eb('events', '+', 1),
        last_event_at: now,
        ...(isOpen ? { labels, title, severity, url, ...closed } : {}),
        ...(isOpen && cause !== null ? { cause, fingerprint, excerpt } : {}),
      }))
      .where('id', '=', known.id)
      .execute();
    if (!isOpen) return { id: known.id, effect: 'unchanged' };
    return { id: known.id, effect: closes ? 'closed' : 'fed' };
  });
}

function rowOf(report: OutsideReport) {
  const text = (value: string | null) => (value === null ? null : storedText(value));
  return {
    repository_id: report.repositoryId,
    source: report.source,
    key: report.key,
    started_at: report.startedAt,
    title: storedText(report.title),
    severity: text(report.severity),
    branch: text(report.branch),
    sha: text(report.sha),
    url: text(report.url),
    cause: report.diagnosis?.cause ?? null,
    fingerprint: report.diagnosis?.fingerprint ?? null,
    excerpt: text(report.diagnosis?.excerpt ?? null),
    labels: storedJson(report.labels),
    reported_by: report.reportedBy,
  };
}

export interface OutsideIncident {
  id: string;
  source: string;
  key: string;
  /** `owner/name`; null where none is named. */
  repository: string | null;
  title: string;
  severity: string | null;
  branch: string | null;
  sha: string | null;
  url: string | null;
  cause: CauseCategory | null;
  fingerprint: string | null;
  excerpt: string | null;
  labels: Record<string, string>;
  status: 'open' | 'closed';
  /** How often it was told of. */
  events: number;
  reportedBy: string;
  openedAt: Date;
  lastEventAt: Date;
  closedAt: Date | null;
}

export const OUTSIDE_SORTS = ['openedAt'] as const;
type OutsideSort = (typeof OUTSIDE_SORTS)[number];

export interface OutsideQuery {
  repositoryId?: number | undefined;
  source?: string | undefined;
  status?: 'open' | 'closed' | undefined;
  sort: OutsideSort;
  order: Order;
  after?: Position<OutsideSort> | undefined;
  limit: number;
}

/** Outside incidents as people read them. Every method throws `UnavailableError` when the database is away. */
export interface OutsideViews {
  list(query: OutsideQuery): Promise<{ items: OutsideIncident[]; next: Position<OutsideSort> | null }>;
  /** Null when there is none of this id. */
  read(id: string): Promise<OutsideIncident | null>;
}

export function createOutsideViews(database: Database): OutsideViews {
  return {
    list: (query) => whenReachable(listOutside(database, query)),
    read: (id) => whenReachable(readOutside(database, id)),
  };
}

const COLUMNS = sql`outside.id, outside.source, outside.key, repositories.owner || '/' || repositories.name as repository, outside.title,
  outside.severity, outside.branch, outside.sha, outside.url, outside.cause, outside.fingerprint, outside.excerpt, outside.labels,
  outside.status, outside.events, outside.reported_by as "reportedBy", outside.opened_at as "openedAt",
  outside.last_event_at as "lastEventAt", outside.closed_at as "closedAt"`;
const FROM = sql`from outside_incidents as outside left join repositories on repositories.id = outside.repository_id`;

async function listOutside(database: Database, query: OutsideQuery) {
  const { repositoryId, source, status, limit } = query;
  const opened = { column: sql`outside.opened_at`, kind: 'moment' as const };
  const { value, orderBy, beyond } = keysetOf(opened, { id: sql`outside.id`, idType: 'uuid' }, query);
  const { rows } = await sql<OutsideIncident & { position: number }>`
    select ${COLUMNS}, ${value} as position ${FROM} where true
      ${repositoryId === undefined ? sql`` : sql`and outside.repository_id = ${repositoryId}`}
      ${source === undefined ? sql`` : sql`and outside.source = ${source}`}
      ${status === undefined ? sql`` : sql`and outside.status = ${status}`}
      ${beyond ? sql`and ${beyond}` : sql``}
    order by ${orderBy} limit ${limit + 1}`.execute(database);
  return cutPage<OutsideIncident & { position: number }, OutsideSort>(rows, query);
}

async function readOutside(database: Database, id: string): Promise<OutsideIncident | null> {
  const { rows } = await sql<OutsideIncident>`select ${COLUMNS} ${FROM} where outside.id = ${id}`.execute(database);
  return rows[0] ?? null;
}
