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
  repository: string | null;
  branch: string | null;
  author: string | null;
  workflow: string | null;
  /** Which of the three the row groups by: bits of `grouping`. */
  level: number;
  failures: number;
  place: number;
}

async function redRuns(
  database: Database,
  scope: Scope,
  limit: number,
): Promise<Pick<FailureCounts, 'failures' | 'byBranch' | 'byAuthor' | 'byWorkflow'>> {
  const { rows } = await sql<GroupRow>`
    with red as (
      select repositories.owner || '/' || repositories.name as repository, coalesce(runs.head_branch, '') as branch,
        coalesce(runs.actor, 'ghost') as author, runs.workflow_path as workflow ${redAttempts(scope)}),
    grouped as (
      select repository, branch, author, workflow, grouping(branch, author, workflow) as level, count(*) as failures
      from red group by grouping sets ((), (repository, branch), (author), (repository, workflow))),
    placed as (
      select *, row_number() over (partition by level
        order by failures desc, repository collate "C", branch collate "C", author collate "C", workflow collate "C") as place
      from grouped)
    select * from placed where place <= ${limit} order by level, place`.execute(database);
  const of = (level: number) => rows.filter((row) => row.level === level);
  return {
    failures: of(NOTHING)[0]?.failures ?? 0,
    byBranch: of(BY_BRANCH).map(({ repository, branch, failures }) => ({
      repository: repository ?? '',
      branch: branch ?? '',
      failures,
    })),
    byAuthor: of(BY_AUTHOR).map(({ author, failures }) => ({ author: author ?? '', failures })),
    byWorkflow: of(BY_WORKFLOW).map(({ repository, workflow, failures }) => ({
      repository: repository ?? '',
      workflow: workflow ?? '',
      failures,
    })),
  };
}

/** `grouping(branch, author, workflow)`: a bit is set for what is not grouped by. */
const [NOTHING, BY_BRANCH, BY_AUTHOR, BY_WORKFLOW] = [0b111, 0b011, 0b101, 0b110];

interface DiagnosedRow {
  cause: CauseCategory;
  fingerprint: string | null;
  byCause: boolean;
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
    with diagnosed as (
      select diagnoses.cause, diagnoses.fingerprint, diagnoses.repository_id, red.created_at, red.url, red.id
      from (select runs.id, runs.attempt, runs.url, runs.created_at ${redAttempts(scope)}) as red
      join diagnoses on diagnoses.run_id = red.id and diagnoses.run_attempt = red.attempt),
    grouped as (
      select min(cause) as cause, fingerprint, grouping(fingerprint) = 1 as by_cause, count(*) as jobs,
        count(distinct repository_id) as repositories, min(created_at) as first_at, max(created_at) as last_at,
        (array_agg(url order by id desc))[1] as url
      from diagnosed group by grouping sets ((cause), (fingerprint))),
    placed as (select *, row_number() over (partition by by_cause order by jobs desc, cause, fingerprint) as place from grouped)
    select cause, fingerprint, by_cause as "byCause", jobs, repositories, first_at as "firstAt", last_at as "lastAt",
      url as "runUrl"
    from placed where by_cause or place <= ${limit} order by place`.execute(database);
  return {
    byCause: rows.filter((row) => row.byCause).map(({ cause, jobs }) => ({ cause, jobs })),
    byFingerprint: rows
      .filter((row) => !row.byCause)
      .map(({ byCause: _byCause, fingerprint, ...row }) => ({ ...row, fingerprint: fingerprint ?? '' })),
  };
}
