import { type Kysely, sql } from 'kysely';

/**
 * The time that jobs took by the week: which ones take the most of it is found among a sum a job and day otherwise, hundreds of
 * thousands. A trigger notes which weeks have other sums; these are read by the day until a refresh has added them up.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table job_weeks (
    -- Monday, of UTC.
    week timestamptz not null,
    repository_id bigint not null references repositories on delete cascade,
    workflow_path text not null,
    job_name text not null,
    duration_ms bigint not null
  )`,
  `create index job_weeks_of_all on job_weeks (week) include (repository_id, workflow_path, job_name, duration_ms)`,
  `create table touched_job_weeks (week timestamptz primary key)`,
  `create function touch_job_weeks() returns trigger language plpgsql as $$
  begin
    insert into touched_job_weeks (week)
    select distinct date_trunc('week', bucket, 'UTC') from changed order by 1 on conflict do nothing;
    return null;
  end $$`,
  `create trigger touch_job_weeks_added after insert on job_rollups referencing new table as changed
    for each statement execute function touch_job_weeks()`,
  `create trigger touch_job_weeks_removed after delete on job_rollups referencing old table as changed
    for each statement execute function touch_job_weeks()`,
  `insert into touched_job_weeks (week) select distinct date_trunc('week', bucket, 'UTC') from job_rollups`,
];
