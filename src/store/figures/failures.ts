import { type RawBuilder, sql } from 'kysely';
import type { CauseCategory } from '../../diagnosis/types.ts';
import { branchKind, RED } from '../books/sums.ts';
import type { Database } from '../database.ts';
import { runConditions, type Scope } from './scope.ts';

export interface FailureCounts {
  /** Attempts that ended red. */
  failures: number;
  byBranch: { repository: string; branch: string; failures: number }[];
  byAuthor: { author: string; failures: number }[];
  byWorkflow: { repository: string; workflow: string; failures: number }[];
  /** Failed jobs that were diagnosed. */
  diagnosed: number;
  byCause: { cause: CauseCategory; jobs: number }[];
  byFingerprint: {
    fingerprint: string;
    cause: CauseCategory;
    jobs: number;
    repositories: number;
    firstAt: Date;
    lastAt: Date;
    /** An example: the newest. */
    runUrl: string;
  }[];
}

/** The red attempts of the scope, counted each way; at most `limit` of each, most first. */
export async function countFailures(database: Database, scope: Scope, limit: number): Promise<FailureCounts> {
  const [runs, jobs] = await Promise.all([redRuns(database, scope, limit), diagnosed(database, scope, limit)]);
  return { ...runs, diagnosed: jobs.byCause.reduce((total, one) => total + one.jobs, 0), ...jobs };
}

function redAttempts(scope: Scope): RawBuilder<unknown> {
  const { branchKind: kind } = scope;
  return sql`from runs join repositories on repositories.id = runs.repository_id
    where runs.conclusion in ${RED} ${runConditions(scope)}
      and ${branchKind} ${kind === undefined ? sql`<> 'regreen'` : sql`= ${kind}`}`;
}

interface GroupRow {
  by: 'all' | 'branch' | 'author' | 'workflow';
  repository: string;
  name: string;
  failures: number;
}

async function redRuns(
  database: Database,
  scope: Scope,
  limit: number,
): Promise<Pick<FailureCounts, 'failures' | 'byBranch' | 'byAuthor' | 'byWorkflow'>> {
  // Grouped by ids, and named where they are shown: there are a hundred times as many failures as answers.
  const most = (by: 'branch' | 'workflow') => sql`(
    select ${sql.lit(by)} as by, repositories.owner || '/' || repositories.name as repository, most.name, most.failures
    from (select repository_id, ${sql.ref(by)} as name, count(*) as failures from red group by 1, 2
      order by failures desc, 1, 2 limit ${limit}) as most
    join repositories on repositories.id = most.repository_id order by most.failures desc, most.repository_id, most.name)`;
  const { rows } = await sql<GroupRow>`
    with red as materialized (
      select runs.repository_id, coalesce(runs.head_branch, '') as branch, coalesce(runs.actor, 'ghost') as author,
        runs.workflow_path as workflow ${redAttempts(scope)})
    select 'all' as by, '' as repository, '' as name, count(*) as failures from red
    union all ${most('branch')}
    union all (select 'author', '', author, count(*) as failures from red group by 3 order by failures desc, 3 limit ${limit})
    union all ${most('workflow')}`.execute(database);
  const of = (by: GroupRow['by']) => rows.filter((row) => row.by === by);
  return {
    failures: of('all')[0]?.failures ?? 0,
    byBranch: of('branch').map(({ repository, name, failures }) => ({ repository, branch: name, failures })),
    byAuthor: of('author').map(({ name, failures }) => ({ author: name, failures })),
    byWorkflow: of('workflow').map(({ repository, name, failures }) => ({ repository, workflow: name, failures })),
  };
}

interface DiagnosedRow {
  cause: CauseCategory;
  /** Null for what is counted by cause. */
  fingerprint: string | null;
  jobs: number;
  repositories: number;
  firstAt: Date;
  lastAt: Date;
  runUrl: string;
}

/** Failed jobs that were diagnosed, once by cause and once by fingerprint. */
async function diagnosed(
  database: Database,
  scope: Scope,
  limit: number,
): Promise<Pick<FailureCounts, 'byCause' | 'byFingerprint'>> {
  const { rows } = await sql<DiagnosedRow>`
    with diagnosed as materialized (
      select diagnoses.cause, diagnoses.fingerprint, diagnoses.repository_id, red.created_at, red.id
      from (select runs.id, runs.attempt, runs.created_at ${redAttempts(scope)}) as red
      join diagnoses on diagnoses.run_id = red.id and diagnoses.run_attempt = red.attempt),
    most as (select fingerprint, count(*) as jobs from diagnosed group by 1 order by jobs desc, 1 limit ${limit}),
    -- The rest is asked of those that are shown only.
    shown as (
      select min(cause) as cause, fingerprint, jobs, count(distinct repository_id) as repositories, min(created_at) as first_at,
        max(created_at) as last_at, max(id) as newest
      from diagnosed join most using (fingerprint) group by fingerprint, jobs)
    (select cause, null as fingerprint, count(*) as jobs, 0 as repositories, null::timestamptz as "firstAt",
      null::timestamptz as "lastAt", '' as "runUrl"
    from diagnosed group by 1 order by jobs desc, 1)
    union all
    (select cause, fingerprint, jobs, repositories, first_at, last_at,
      (select url from runs where runs.id = newest order by attempt desc limit 1)
    from shown order by jobs desc, cause, fingerprint)`.execute(database);
  return {
    byCause: rows.filter(({ fingerprint }) => fingerprint === null).map(({ cause, jobs }) => ({ cause, jobs })),
    byFingerprint: rows.flatMap(({ fingerprint, ...row }) => (fingerprint === null ? [] : [{ fingerprint, ...row }])),
  };
}
