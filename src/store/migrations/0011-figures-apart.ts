import { type Kysely, sql } from 'kysely';

/**
 * Each level of sums has a part of the table of its own: PostgreSQL can't tell how few rows a level has while they lie among all
 * others, and reads them all. And what lists of failures and builds are filtered by has an index.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const LEVELS = ['hour', 'day', 'workflow', 'kind', 'workflow-kind'];

const STATEMENTS = [
  // Rows of a kind from before were forgotten; sums of these days can't be made anew.
  `create table forgotten (
    kind text primary key,
    before timestamptz not null
  )`,
  'drop table run_rollups',
  `create table run_rollups (
    level text not null,
    -- Empty where the level is not by it.
    workflow_path text not null,
    branch_kind text not null,
    bucket timestamptz not null,
    repository_id bigint not null references repositories on delete cascade,
    runs integer not null,
    green integer not null,
    red integer not null,
    cancelled integer not null,
    other integer not null,
    attempts integer not null,
    green_after_red integer not null,
    duration_n integer not null,
    duration_ms bigint not null,
    duration_sketch bytea not null,
    jobs integer not null,
    job_ms bigint not null,
    job_minutes integer not null,
    queue_n integer not null,
    queue_ms bigint not null,
    queue_sketch bytea not null,
    primary key (level, bucket, repository_id, workflow_path, branch_kind)
  ) partition by list (level)`,
  ...LEVELS.map(
    (level) => `create table run_rollups_${level.replace('-', '_')} partition of run_rollups for values in ('${level}')`,
  ),
  `create index run_rollups_of_repository on run_rollups (repository_id, bucket)`,
  // The sums are made anew from the runs.
  `insert into touched_runs (run_id) select distinct id from runs where status = 'completed'`,

  // What failures are counted by stands in the index; the table isn't read for it.
  `drop index runs_red`,
  `create index runs_red on runs (created_at, repository_id)
    include (workflow_path, head_branch, event, actor, id, attempt, conclusion)
    where conclusion in ('failure', 'timed_out', 'startup_failure')`,
  `create index job_rollups_time on job_rollups (bucket) include (repository_id, workflow_path, job_name, duration_ms)`,
  `drop index job_rollups_bucket`,
  `create index runs_of_actor on runs (actor, created_at desc, id desc)`,
  `create index runs_of_conclusion on runs (conclusion, created_at desc, id desc)`,
];
