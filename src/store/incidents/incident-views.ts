import { type ExpressionBuilder, sql } from 'kysely';
import type { CauseCategory } from '../../diagnosis/types.ts';
import type { Decision, FixDelivery } from '../../policy/types.ts';
import type { Verdict } from '../../policy/verdict.ts';
import type { Database } from '../database.ts';
import { whenReachable } from '../repositories/reachable.ts';
import type { FixChange, FixState, IncidentStatus, Outcome, Tables } from '../tables/schema.ts';

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

/** A place in the list: what the last item of a page was. `openedAt` is ISO 8601 in UTC with microseconds. */
export interface IncidentPosition {
  openedAt: string;
  id: string;
}

export interface IncidentQuery {
  /** Compared without regard to case, as GitHub does. */
  repository?: { owner: string; name: string } | undefined;
  status?: IncidentStatus | undefined;
  cause?: CauseCategory | undefined;
  branch?: string | undefined;
  after?: IncidentPosition | undefined;
  limit: number;
}

/** Newest first; `next` is null on the last page. */
export interface IncidentPage {
  items: IncidentSummary[];
  next: IncidentPosition | null;
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

async function listIncidents(database: Database, query: IncidentQuery): Promise<IncidentPage> {
  const rows = await summaries(database)
    .where((where) => where.and([...conditions(where, query)]))
    .orderBy('incidents.opened_at', 'desc')
    .orderBy('incidents.id')
    .limit(query.limit + 1)
    .execute();
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items: items.map(({ position: _position, ...item }) => item),
    next: last && rows.length > query.limit ? { openedAt: last.position, id: last.id } : null,
  };
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
      // A JavaScript date ends at milliseconds; a position cut there would skip or repeat rows.
      sql<string>`to_char(incidents.opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('position'),
    ]);
}

type Joined = 'incidents' | 'repositories';

function* conditions(where: ExpressionBuilder<Tables, Joined>, query: IncidentQuery) {
  const { repository, status, cause, branch, after } = query;
  if (repository) {
    yield where(where.fn<string>('lower', ['repositories.owner']), '=', repository.owner.toLowerCase());
    yield where(where.fn<string>('lower', ['repositories.name']), '=', repository.name.toLowerCase());
  }
  if (status) yield where('incidents.status', '=', status);
  if (cause) yield where('incidents.cause', '=', cause);
  if (branch !== undefined) yield where('incidents.branch', '=', branch);
  if (after) {
    const openedAt = sql<Date>`${after.openedAt}::timestamptz`;
    yield where('incidents.opened_at', '<=', openedAt);
    yield where.or([where('incidents.opened_at', '<', openedAt), where('incidents.id', '>', after.id)]);
  }
}

async function readIncident(database: Database, id: string): Promise<IncidentDetails | null> {
  const row = await summaries(database).where('incidents.id', '=', id).executeTakeFirst();
  if (!row) return null;
  const { position: _position, ...incident } = row;
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
