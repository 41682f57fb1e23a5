import { type ExpressionBuilder, sql } from 'kysely';
import type { CauseCategory } from '../../diagnosis/types.ts';
import type { Decision, FixDelivery } from '../../policy/types.ts';
import type { Verdict } from '../../policy/verdict.ts';
import type { Database } from '../database.ts';
import { cutPage, keysetOf, type Order, type Position, type SortKey } from '../keyset.ts';
import { whenReachable } from '../repositories/reachable.ts';
import type { FixChange, FixState, IncidentStatus, Outcome } from '../tables/healing-tables.ts';
import type { Tables } from '../tables/schema.ts';

export interface IncidentSummary {
  id: string;
  owner: string;
  name: string;
  branch: string;
  pullRequestNumber: number | null;
  workflowPath: string;
  fingerprint: string;
  cause: CauseCategory;
  status: IncidentStatus;
  /** How many failures the incident holds. */
  failures: number;
  openedAt: Date;
  lastFailureAt: Date;
  closedAt: Date | null;
  closedReason: string | null;
  /** The fix that made it green. */
  fixedBy: string | null;
}

/** One failed job of the incident and what was decided about it. */
export interface FailureView {
  diagnosisId: string;
  at: Date;
  runId: number;
  runAttempt: number;
  /** Null while the run's own event has not come. */
  runUrl: string | null;
  /** Null when the run ended before any job began. */
  jobId: number | null;
  jobName: string;
  headSha: string;
  cause: CauseCategory;
  confidence: number;
  failedSteps: string[];
  /** The first 4,000 characters. */
  excerpt: string;
  decision: Decision;
  verdict: Verdict | null;
}

export interface FixView {
  id: string;
  at: Date;
  attempt: number;
  fixer: string;
  fixerVersion: string;
  state: FixState;
  outcome: Outcome | null;
  reason: string | null;
  baseBranch: string;
  branch: string;
  commitSha: string | null;
  pullRequestNumber: number | null;
  paths: string[];
  changes: FixChange[];
  delivery: FixDelivery;
  verifiedByRun: number | null;
  endedAt: Date | null;
}

export interface IncidentDetails extends IncidentSummary {
  /** The newest ones, oldest first; at most `FAILURES_SHOWN`. */
  shownFailures: FailureView[];
  /** How many failures are older than those. */
  olderFailures: number;
  /** Every attempt, oldest first. */
  fixes: FixView[];
}

export const INCIDENT_SORTS = ['openedAt', 'lastFailureAt', 'failures'] as const;
export type IncidentSort = (typeof INCIDENT_SORTS)[number];

export interface IncidentQuery {
  /** Compared without regard to case, as GitHub does. */
  repository?: { owner: string; name: string } | undefined;
  status?: IncidentStatus | undefined;
  cause?: CauseCategory | undefined;
  branch?: string | undefined;
  sort: IncidentSort;
  order: Order;
  after?: Position<IncidentSort> | undefined;
  limit: number;
}

/** `next` is null on the last page. */
export interface IncidentPage {
  items: IncidentSummary[];
  next: Position<IncidentSort> | null;
}

/** Incidents as people read them. Every method throws `UnavailableError` when the database is away. */
export interface IncidentViews {
  list(query: IncidentQuery): Promise<IncidentPage>;
  /** Null when there is none of this id. */
  read(id: string): Promise<IncidentDetails | null>;
}

/** An incident may hold thousands of equal failures; the newest tell the story. */
export const FAILURES_SHOWN = 50;

export function createIncidentViews(database: Database): IncidentViews {
  return {
    list: (query) => whenReachable(listIncidents(database, query)),
    read: (id) => whenReachable(readIncident(database, id)),
  };
}

const SORT_KEYS: Record<IncidentSort, SortKey> = {
  openedAt: { column: sql`incidents.opened_at`, kind: 'moment' },
  lastFailureAt: { column: sql`incidents.last_failure_at`, kind: 'moment' },
  failures: { column: sql`incidents.failures`, kind: 'count' },
};

async function listIncidents(database: Database, query: IncidentQuery): Promise<IncidentPage> {
  const { value, orderBy, beyond } = keysetOf(SORT_KEYS[query.sort], { id: sql`incidents.id`, idType: 'uuid' }, query);
  const rows = await summaries(database)
    .select(value.as('position'))
    .where((where) => where.and([...conditions(where, query), ...(beyond ? [beyond] : [])]))
    .orderBy(orderBy)
    .limit(query.limit + 1)
    .execute();
  return cutPage(rows, query);
}

function summaries(database: Database) {
  return database
    .selectFrom('incidents')
    .innerJoin('repositories', 'repositories.id', 'incidents.repository_id')
    .select([
      'incidents.id',
      'repositories.owner',
      'repositories.name',
      'incidents.branch',
      'incidents.pull_request_number as pullRequestNumber',
      'incidents.workflow_path as workflowPath',
      'incidents.fingerprint',
      'incidents.cause',
      'incidents.status',
      'incidents.failures',
      'incidents.opened_at as openedAt',
      'incidents.last_failure_at as lastFailureAt',
      'incidents.closed_at as closedAt',
      'incidents.closed_reason as closedReason',
      'incidents.fixed_by as fixedBy',
    ]);
}

type Joined = 'incidents' | 'repositories';

function* conditions(where: ExpressionBuilder<Tables, Joined>, query: IncidentQuery) {
  const { repository, status, cause, branch } = query;
  if (repository) {
    yield where(where.fn<string>('lower', ['repositories.owner']), '=', repository.owner.toLowerCase());
    yield where(where.fn<string>('lower', ['repositories.name']), '=', repository.name.toLowerCase());
  }
  if (status) yield where('incidents.status', '=', status);
  if (cause) yield where('incidents.cause', '=', cause);
  if (branch !== undefined) yield where('incidents.branch', '=', branch);
}

async function readIncident(database: Database, id: string): Promise<IncidentDetails | null> {
  const incident = await summaries(database).where('incidents.id', '=', id).executeTakeFirst();
  if (!incident) return null;
  const [shownFailures, failures, fixes] = await Promise.all([
    newestFailures(database, id),
    countFailures(database, id),
    allFixes(database, id),
  ]);
  return { ...incident, shownFailures, olderFailures: Math.max(0, failures - shownFailures.length), fixes };
}

async function newestFailures(database: Database, incidentId: string): Promise<FailureView[]> {
  const rows = await database
    .selectFrom('diagnoses')
    .leftJoin('runs', (join) =>
      join.onRef('runs.id', '=', 'diagnoses.run_id').onRef('runs.attempt', '=', 'diagnoses.run_attempt'),
    )
    .where('diagnoses.incident_id', '=', incidentId)
    .select([
      'diagnoses.id as diagnosisId',
      'diagnoses.created_at as at',
      'diagnoses.run_id as runId',
      'diagnoses.run_attempt as runAttempt',
      'runs.url as runUrl',
      'diagnoses.job_id as jobId',
      'diagnoses.job_name as jobName',
      'diagnoses.head_sha as headSha',
      'diagnoses.cause',
      'diagnoses.confidence',
      'diagnoses.decision',
      'diagnoses.verdict',
      sql<string>`left(diagnoses.excerpt, 4000)`.as('excerpt'),
      // A diagnosis may hold thousands of findings; only the names are wanted here.
      sql<string[]>`array(select jsonb_path_query(diagnoses.diagnosis, '$.failedSteps[*].name') #>> '{}')`.as('failedSteps'),
    ])
    .orderBy('diagnoses.created_at', 'desc')
    .orderBy('diagnoses.id')
    .limit(FAILURES_SHOWN)
    .execute();
  return rows.reverse();
}

async function countFailures(database: Database, incidentId: string): Promise<number> {
  const { failures } = await database
    .selectFrom('diagnoses')
    .where('incident_id', '=', incidentId)
    .select((select) => select.fn.countAll<number>().as('failures'))
    .executeTakeFirstOrThrow();
  return failures;
}

async function allFixes(database: Database, incidentId: string): Promise<FixView[]> {
  return database
    .selectFrom('fixes')
    .where('id', 'in', (eb) => eb.selectFrom('fix_incidents').select('fix_id').where('incident_id', '=', incidentId))
    .select([
      'id',
      'created_at as at',
      'attempt',
      'fixer',
      'fixer_version as fixerVersion',
      'state',
      'outcome',
      'reason',
      'base_branch as baseBranch',
      'branch',
      'commit_sha as commitSha',
      'pull_request_number as pullRequestNumber',
      'paths',
      'changes',
      'delivery',
      'verified_by_run as verifiedByRun',
      'ended_at as endedAt',
    ])
    .orderBy('created_at')
    .orderBy('attempt')
    .execute();
}
