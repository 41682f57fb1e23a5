import { type Kysely, sql } from 'kysely';

/** Whose fault a failure is, what was run again for it, what flickers, who approved what, and which repository is stopped. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // Null for diagnoses that were made before there were verdicts.
  `alter table diagnoses add column verdict jsonb`,
  `create index runs_branch on runs (repository_id, workflow_path, head_branch, id desc)`,

  // A re-run of failed jobs that Regreen has asked for; the attempt is the one that was red.
  `create table reruns (
    run_id bigint not null,
    attempt integer not null,
    repository_id bigint not null references repositories on delete cascade,
    reason text not null,
    requested_at timestamptz not null,
    outcome text check (outcome in ('green', 'red', 'refused')),
    ended_at timestamptz,
    primary key (run_id, attempt)
  )`,

  // Two outcomes of one thing on one commit. The empty test stands for the job itself.
  `create table flake_events (
    repository_id bigint not null references repositories on delete cascade,
    workflow_path text not null,
    job_name text not null,
    test text not null,
    head_sha text not null,
    at timestamptz not null,
    primary key (repository_id, workflow_path, job_name, test, head_sha)
  )`,
  `create table flaky_tests (
    repository_id bigint not null references repositories on delete cascade,
    workflow_path text not null,
    job_name text not null,
    test text not null,
    state text not null check (state in ('suspected', 'flaky', 'settled')),
    score double precision not null,
    last_flake_at timestamptz not null,
    issue_number integer,
    updated_at timestamptz not null,
    primary key (repository_id, workflow_path, job_name, test)
  )`,

  `create table approvals (
    id uuid primary key default gen_random_uuid(),
    repository_id bigint not null references repositories on delete cascade,
    incident_id uuid not null references incidents on delete cascade,
    branch text not null,
    head_sha text not null,
    state text not null check (state in ('pending', 'approved', 'rejected', 'expired', 'used')),
    patch text not null,
    patch_hash text not null,
    fixers text[] not null,
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    decided_at timestamptz,
    decided_by text,
    unique (incident_id, head_sha, patch_hash)
  )`,

  // A repository in which fixes are stopped until a person lets them go on.
  `create table breakers (
    repository_id bigint primary key references repositories on delete cascade,
    opened_at timestamptz not null,
    reason text not null,
    resumed_at timestamptz,
    resumed_by text
  )`,
];
