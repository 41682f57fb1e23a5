import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../database.ts';
import { listRollbacks, type RollbackPage, type RollbackQuery } from '../figures/rollbacks.ts';
import { cutPage, keysetOf, type Order, type Position, type SortKey } from '../keyset.ts';
import { whenReachable } from '../repositories/reachable.ts';
import type { StoredStep } from '../tables/book-tables.ts';
import type { BranchState } from '../tables/schema.ts';

/** A run as people read it: its latest attempt. */
export interface BuildSummary {
  id: number;
  attempt: number;
  owner: string;
  name: string;
  workflowPath: string;
  workflowName: string;
  runNumber: number;
  event: string;
  status: string;
  conclusion: string | null;
  branch: string | null;
  headSha: string;
  pullRequestNumber: number | null;
  actor: string | null;
  url: string;
  createdAt: Date;
  startedAt: Date | null;
  completedAt: Date | null;
}

export interface BuildJob {
  id: number;
  attempt: number;
  name: string;
  status: string;
  conclusion: string | null;
  labels: string[];
  /** As docs/metrics.md defines it; null where it is not known. */
  queueMs: number | null;
  startedAt: Date | null;
  completedAt: Date | null;
  steps: StoredStep[];
}

export interface BuildDetails extends BuildSummary {
  /** Oldest first. */
  attempts: Pick<BuildSummary, 'attempt' | 'status' | 'conclusion' | 'startedAt' | 'completedAt'>[];
  /** Of all attempts. */
  jobs: BuildJob[];
}

/** A build that is under way, with how far it is; jobs that wait for others are not known yet. */
export interface RunningBuild extends BuildSummary {
  jobs: number;
  jobsCompleted: number;
}

/** What builds are sorted by. Those that have not ended have no end and no duration, and are left out there. */
export const BUILD_SORTS = ['createdAt', 'completedAt', 'duration'] as const;
export type BuildSort = (typeof BUILD_SORTS)[number];

export interface BuildQuery {
  repositoryId?: number | undefined;
  branch?: string | undefined;
  workflowPath?: string | undefined;
  /** A status or a conclusion, as GitHub's own list has it. */
  status?: string | undefined;
  actor?: string | undefined;
  event?: string | undefined;
  from?: Date | undefined;
  /** Not included. */
  to?: Date | undefined;
  sort: BuildSort;
  order: Order;
  after?: Position<BuildSort> | undefined;
  limit: number;
}

/** `next` is null on the last page. */
export interface BuildPage {
  items: BuildSummary[];
  next: Position<BuildSort> | null;
}

/** Builds as people read them. Every method throws `UnavailableError` when the database is away. */
export interface BuildViews {
  list(query: BuildQuery): Promise<BuildPage>;
  /** Null when the books have none of this id. */
  read(id: number): Promise<BuildDetails | null>;
  /** The newest that are under way. */
  running(repositoryId: number | undefined, limit: number): Promise<RunningBuild[]>;
  jobsUnderWay(repositoryId: number | undefined): Promise<JobsUnderWay>;
  /** Ways back to an earlier version. */
  rollbacks(query: RollbackQuery): Promise<RollbackPage>;
  /** Default branches, red ones first. */
  branches(repositoryId: number | undefined, limit: number): Promise<BranchNow[]>;
}

export interface BranchNow {
  owner: string;
  name: string;
  defaultBranch: string;
  state: BranchState;
  /** Since when a workflow is red on it. */
  redSince: Date | null;
  /** Runs that are under way in the repository. */
  running: number;
}

export interface JobsUnderWay {
  waiting: number;
  running: number;
  waitingSince: Date | null;
}

export function createBuildViews(database: Database, now: () => Date): BuildViews {
  return {
    list: (query) => whenReachable(listBuilds(database, query)),
    read: (id) => whenReachable(readBuild(database, id)),
    running: (repositoryId, limit) => whenReachable(runningBuilds(database, repositoryId, underWaySince(now()), limit)),
    jobsUnderWay: (repositoryId) => whenReachable(jobsUnderWay(database, repositoryId, underWaySince(now()))),
    rollbacks: (query) => listRollbacks(database, query),
    branches: (repositoryId, limit) => whenReachable(branchesNow(database, repositoryId, underWaySince(now()), limit)),
  };
}

/**
 * What was created before and is still under way has lost its last event: GitHub ends a run after 35 days.
 * https://docs.github.com/en/actions/reference/limits
 */
function underWaySince(now: Date): Date {
  return new Date(now.getTime() - 35 * 24 * 3_600_000);
}

const COLUMNS = sql`runs.id, runs.attempt, repositories.owner, repositories.name, runs.workflow_path as "workflowPath",
  runs.workflow_name as "workflowName", runs.run_number as "runNumber", runs.event, runs.status, runs.conclusion,
  runs.head_branch as branch, runs.head_sha as "headSha", runs.pull_request_number as "pullRequestNumber", runs.actor, runs.url,
  runs.created_at as "createdAt", runs.started_at as "startedAt", runs.completed_at as "completedAt"`;

const LATEST = sql`from runs join repositories on repositories.id = runs.repository_id
  where not exists (select from runs as newer where newer.id = runs.id and newer.attempt > runs.attempt)`;

const SORT_KEYS: Record<BuildSort, SortKey & { there: RawBuilder<boolean> | null }> = {
  createdAt: { column: sql`runs.created_at`, kind: 'moment', there: null },
  completedAt: { column: sql`runs.completed_at`, kind: 'moment', there: sql`runs.completed_at is not null` },
  duration: {
    column: sql`(runs.completed_at - runs.started_at)`,
    kind: 'interval',
    there: sql`runs.completed_at >= runs.started_at`,
  },
};

async function listBuilds(database: Database, query: BuildQuery): Promise<BuildPage> {
  const key = SORT_KEYS[query.sort];
  const { value, orderBy, beyond } = keysetOf(key, { id: sql`runs.id`, idType: 'bigint' }, query);
  const wanted = [...conditions(query), key.there, beyond].filter((condition) => condition !== null);
  const { rows } = await sql<BuildSummary & { position: number }>`
    select ${COLUMNS}, ${value} as position ${LATEST} ${sql.join(
      wanted.map((condition) => sql`and ${condition}`),
      sql` `,
    )}
    order by ${orderBy} limit ${query.limit + 1}`.execute(database);
  return cutPage(rows, query);
}

function conditions({ repositoryId, branch, workflowPath, status, actor, event, from, to }: BuildQuery): RawBuilder<unknown>[] {
  const all: RawBuilder<unknown>[] = [];
  if (repositoryId !== undefined) all.push(sql`runs.repository_id = ${repositoryId}`);
  if (branch !== undefined) all.push(sql`runs.head_branch = ${branch}`);
  if (workflowPath !== undefined) all.push(sql`runs.workflow_path = ${workflowPath}`);
  if (status !== undefined) all.push(STATUSES.has(status) ? sql`runs.status = ${status}` : sql`runs.conclusion = ${status}`);
  if (actor !== undefined) all.push(sql`runs.actor = ${actor}`);
  if (event !== undefined) all.push(sql`runs.event = ${event}`);
  if (from !== undefined) all.push(sql`runs.created_at >= ${from}`);
  if (to !== undefined) all.push(sql`runs.created_at < ${to}`);
  return all;
}

/** The others that a build may be in are conclusions, of which there is none before the end. */
const STATUSES: ReadonlySet<string> = new Set(['queued', 'waiting', 'pending', 'requested', 'in_progress', 'completed']);

async function readBuild(database: Database, id: number): Promise<BuildDetails | null> {
  const [builds, attempts, jobs] = await Promise.all([
    sql<BuildSummary>`select ${COLUMNS} ${LATEST} and runs.id = ${id}`.execute(database),
    sql<BuildDetails['attempts'][number]>`
      select attempt, status, conclusion, started_at as "startedAt", completed_at as "completedAt"
      from runs where id = ${id} order by attempt`.execute(database),
    sql<BuildJob>`
      select id, run_attempt as attempt, name, status, conclusion, runner_labels as labels,
        round(extract(epoch from case when running_at >= queued_at then running_at - queued_at
          when conclusion <> 'skipped' and started_at >= created_at then started_at - created_at end) * 1000)::bigint as "queueMs",
        started_at as "startedAt", completed_at as "completedAt", steps
      from jobs where run_id = ${id} order by run_attempt, id`.execute(database),
  ]);
  const [build] = builds.rows;
  return build ? { ...build, attempts: attempts.rows, jobs: jobs.rows } : null;
}

async function runningBuilds(
  database: Database,
  repositoryId: number | undefined,
  since: Date,
  limit: number,
): Promise<RunningBuild[]> {
  const { rows } = await sql<RunningBuild>`
    select ${COLUMNS}, jobs.jobs, jobs."jobsCompleted"
    from runs join repositories on repositories.id = runs.repository_id
    cross join lateral (
      select count(*) as jobs, count(*) filter (where status = 'completed') as "jobsCompleted"
      from jobs where jobs.run_id = runs.id and jobs.run_attempt = runs.attempt) as jobs
    where runs.status <> 'completed' and runs.created_at >= ${since}
      ${repositoryId === undefined ? sql`` : sql`and runs.repository_id = ${repositoryId}`}
    order by runs.created_at desc, runs.id desc limit ${limit}`.execute(database);
  return rows;
}

async function jobsUnderWay(database: Database, repositoryId: number | undefined, since: Date): Promise<JobsUnderWay> {
  const { rows } = await sql<JobsUnderWay>`
    select count(*) filter (where jobs.status <> 'in_progress') as waiting,
      count(*) filter (where jobs.status = 'in_progress') as running,
      min(jobs.queued_at) filter (where jobs.status <> 'in_progress') as "waitingSince"
    from jobs
    where jobs.status <> 'completed' and coalesce(jobs.queued_at, jobs.running_at, jobs.created_at) >= ${since}
      ${repositoryId === undefined ? sql`` : sql`and jobs.repository_id = ${repositoryId}`}`.execute(database);
  return rows[0] ?? { waiting: 0, running: 0, waitingSince: null };
}

async function branchesNow(
  database: Database,
  repositoryId: number | undefined,
  since: Date,
  limit: number,
): Promise<BranchNow[]> {
  const { rows } = await sql<BranchNow>`
    select owner, name, default_branch as "defaultBranch", default_branch_state as state,
      (select min(started_at) from red_periods where red_periods.repository_id = repositories.id and ended_at is null) as "redSince",
      (select count(*) from runs where runs.repository_id = repositories.id and runs.status <> 'completed'
        and runs.created_at >= ${since}) as running
    from repositories
    where removed_at is null ${repositoryId === undefined ? sql`` : sql`and id = ${repositoryId}`}
    order by (default_branch_state = 'red') desc, owner, name limit ${limit}`.execute(database);
  return rows;
}
