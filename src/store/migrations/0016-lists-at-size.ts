import { type Kysely, sql } from 'kysely';

/** Each filter of a list has an index in the order of the list, and each figure one that holds what it counts, for a million runs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create index runs_of_repository_newest on runs (repository_id, created_at desc, id desc)`,
  `drop index runs_of_repository`,
  `create index runs_of_event on runs (event, created_at desc, id desc)`,
  `create index runs_of_workflow on runs (workflow_path, created_at desc, id desc)`,
  `create index runs_of_branch on runs (head_branch, created_at desc, id desc)`,
  // What has ended lately, for the sweep too; and what took the longest.
  `create index runs_ended on runs (completed_at desc, id desc) where completed_at is not null`,
  `create index runs_longest on runs ((completed_at - started_at) desc, id desc) where completed_at >= started_at`,

  `create index incidents_newest on incidents (opened_at desc, id desc)`,
  `drop index incidents_opened`,
  `create index incidents_failed_last on incidents (last_failure_at desc, id desc)`,
  `create index incidents_failures on incidents (failures desc, id desc)`,
  ...['repository_id', 'status', 'cause', 'branch'].map(
    (column) => `create index incidents_by_${column} on incidents (${column}, opened_at desc, id desc)`,
  ),

  `create index deployments_newest on deployments (created_at desc, id desc)`,
  `drop index deployments_created`,
  ...['repository_id', 'environment', 'state'].map(
    (column) => `create index deployments_by_${column} on deployments (${column}, created_at desc, id desc)`,
  ),
  // Whether a deployment ever was in such a state; the newest says little, for \`inactive\` follows a success.
  `alter table deployments
    add column ever_succeeded boolean not null default false,
    add column ever_failed boolean not null default false`,
  `update deployments set
    ever_succeeded = exists (select from deployment_states where deployment_id = deployments.id and deployment_states.state = 'success'),
    ever_failed = exists (select from deployment_states
      where deployment_id = deployments.id and deployment_states.state in ('failure', 'error'))`,
  // What was there before, and was this version?
  `create index deployments_succeeded on deployments (repository_id, environment, created_at, id) include (sha, production)
    where ever_succeeded`,
  `create index deployments_failed on deployments (created_at) where ever_failed and not ever_succeeded`,
  `create index deployments_of_version on deployments (repository_id, environment, sha, created_at, id) include (production)
    where ever_succeeded`,
  `drop index deployments_of_environment`,

  // Merged pull requests that take others back; the same words stand in figures/deployments.ts.
  `create index pull_requests_reverts on pull_requests (merged_at)
    where merged_at is not null and (title like 'Revert "%' or head_branch ~ '^revert-[0-9]+-') and title not like 'Revert "Revert "%'`,
  `drop index pull_requests_merged`,

  // The red runs of a commit and their red jobs: what a flake has cost.
  `create index runs_red_of_head on runs (repository_id, head_sha, workflow_path) include (id, attempt)
    where conclusion in ('failure', 'timed_out', 'startup_failure')`,
  `create index jobs_red on jobs (run_id, run_attempt, name) include (started_at, completed_at)
    where conclusion in ('failure', 'timed_out', 'startup_failure')`,
  // What failures are counted by, beside runs_red.
  `create index diagnoses_counted on diagnoses (run_id, run_attempt) include (cause, fingerprint, repository_id)`,

  `drop index approvals_newest`,
  `create index approvals_newest on approvals (asked_at desc, id desc)`,
  ...['repository_id', 'state'].map(
    (column) => `create index approvals_by_${column} on approvals (${column}, asked_at desc, id desc)`,
  ),
];
