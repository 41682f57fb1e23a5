import { type Kysely, sql } from 'kysely';

/** What the books need so that a row is the same whatever the order and number of the events that told of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // GitHub's updated_at of the word that the row stands by. Rows from before give way to any new one.
  `alter table runs add column updated_at timestamptz not null default '-infinity'`,
  `create index runs_created on runs (created_at desc, id desc, attempt desc)`,
  `create index runs_of_repository on runs (repository_id, created_at)`,

  // GitHub's time of creation, and when we heard that it runs: with queued_at the wait on one clock, ours.
  `alter table jobs add column created_at timestamptz`,
  `alter table jobs add column running_at timestamptz`,

  // Runs whose figures have to be summed up anew; only ever appended to, so that no event waits for another.
  `create table touched_runs (
    id bigint generated always as identity primary key,
    run_id bigint not null
  )`,

  `alter table deployments add column task text`,
  `alter table deployments add column production boolean not null default false`,
  `alter table deployments add column creator text`,
  `alter table deployments add column created_at timestamptz`,
  // The status that told the state; two may bear the same second.
  `alter table deployments add column state_id bigint not null default 0`,
  `update deployments set created_at = updated_at, production = environment = 'production'`,
  `alter table deployments alter column created_at set not null`,
  `create table deployment_states (
    id bigint primary key,
    deployment_id bigint not null,
    repository_id bigint not null references repositories on delete cascade,
    state text not null,
    at timestamptz not null
  )`,
  `create index deployment_states_of on deployment_states (deployment_id, at)`,
  `create index deployments_of_environment on deployments (repository_id, environment, created_at)`,
  `create index deployments_created on deployments (created_at)`,

  // Null for pull requests that were told of before, or that are not merged.
  `alter table pull_requests add column merged_at timestamptz`,
  `create index pull_requests_merged on pull_requests (merged_at) where merged_at is not null`,
];
