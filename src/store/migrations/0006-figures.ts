import { type Kysely, sql } from 'kysely';

/** Sums by hour and day, from which the analytics answer; docs/metrics.md says what each column counts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

/** What a sketch of times is made of: how many there are, their sum, and how they are spread. */
const times = (name: string) => `
    ${name}_n integer not null,
    ${name}_ms bigint not null,
    ${name}_sketch bytea not null`;

const STATEMENTS = [
  // Logarithmic buckets: 0 below 1 s, 1 to 254 up to 35 days (GitHub's limit for a run), 255 above. See src/insights/sketch.ts.
  `create function sketch_bucket(ms bigint) returns integer language sql immutable parallel safe
    return case when ms < 1000 then 0 else least(255, 1 + floor(ln(ms / 1000.0::float8) * 254 / ln(3024000::float8)))::integer end`,
  // Four bytes a bucket that is not empty: its number, and how many fell into it.
  `create function sketch_of(buckets integer[]) returns bytea language sql immutable parallel safe
    return (
      select coalesce(string_agg(decode(lpad(to_hex((bucket::bigint << 24) | least(n, 16777215)), 8, '0'), 'hex'), ''::bytea order by bucket), ''::bytea)
      from (select bucket, count(*) as n from unnest(buckets) as bucket where bucket is not null group by bucket) as counted)`,

  // An empty workflow stands for all, an empty kind of branch for all but Regreen's own.
  `create table run_rollups (
    grain text not null check (grain in ('hour', 'day')),
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
    ${times('duration')},
    jobs integer not null,
    job_ms bigint not null,
    job_minutes integer not null,
    ${times('queue')},
    primary key (grain, workflow_path, branch_kind, bucket, repository_id)
  )`,
  `create index run_rollups_of_repository on run_rollups (repository_id, grain, bucket)`,

  `create table job_rollups (
    repository_id bigint not null references repositories on delete cascade,
    bucket timestamptz not null,
    workflow_path text not null,
    job_name text not null,
    jobs integer not null,
    green integer not null,
    red integer not null,
    ${times('duration')},
    ${times('queue')},
    primary key (repository_id, bucket, workflow_path, job_name)
  )`,
  `create index job_rollups_bucket on job_rollups (bucket)`,
  `create table step_rollups (
    repository_id bigint not null references repositories on delete cascade,
    bucket timestamptz not null,
    workflow_path text not null,
    job_name text not null,
    step_name text not null,
    steps integer not null,
    red integer not null,
    ${times('duration')},
    primary key (repository_id, workflow_path, job_name, bucket, step_name)
  )`,
  `create index step_rollups_bucket on step_rollups (repository_id, bucket)`,

  // The times in which a workflow was red on the default branch.
  `create table red_periods (
    repository_id bigint not null references repositories on delete cascade,
    workflow_path text not null,
    red_run_id bigint not null,
    red_attempt integer not null,
    started_at timestamptz not null,
    red_runs integer not null,
    green_run_id bigint,
    green_attempt integer,
    ended_at timestamptz,
    primary key (repository_id, workflow_path, red_run_id, red_attempt)
  )`,
  `create index red_periods_started on red_periods (started_at)`,
  `create index runs_by_end on runs (repository_id, workflow_path, head_branch, completed_at) where status = 'completed'`,
  `create index runs_red on runs (created_at, repository_id) where conclusion in ('failure', 'timed_out', 'startup_failure')`,
  `create index runs_under_way on runs (repository_id, created_at) where status <> 'completed'`,
  `create index jobs_under_way on jobs (repository_id, status) where status <> 'completed'`,
  `create index flake_events_at on flake_events (at)`,
  `create index incidents_closed on incidents (closed_at) where status = 'closed'`,

  // Since when figures lack what these runs tell.
  `alter table touched_runs add column at timestamptz not null default now()`,
  // What the books know already.
  `insert into touched_runs (run_id) select distinct id from runs where status = 'completed'`,
];
