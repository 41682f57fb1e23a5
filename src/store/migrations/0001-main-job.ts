import { type Kysely, sql } from 'kysely';

/** Tables of the main job: webhook in, diagnosis, incident, fix, verification. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // Bodies are kept as the bytes that were signed: text columns refuse NULs, jsonb also lone surrogates.
  `create table deliveries (
    guid text primary key,
    event text not null,
    body bytea not null,
    state text not null default 'received' check (state in ('received', 'processing', 'done', 'failed')),
    attempts integer not null default 0,
    correlation_id text not null,
    received_at timestamptz not null default now(),
    finished_at timestamptz,
    error_code text,
    error_message text
  )`,
  // The sweep looks for what was stored and never handed to a worker.
  `create index deliveries_unfinished on deliveries (received_at) where state in ('received', 'processing')`,
  `create index deliveries_age on deliveries (received_at)`,

  `create table installations (
    id bigint primary key,
    account text not null,
    suspended boolean not null default false,
    removed_at timestamptz,
    updated_at timestamptz not null default now()
  )`,

  `create table repositories (
    id bigint primary key,
    installation_id bigint,
    owner text not null,
    name text not null,
    default_branch text not null,
    private boolean not null default false,
    archived boolean not null default false,
    removed_at timestamptz,
    default_branch_state text not null default 'unknown' check (default_branch_state in ('green', 'red', 'unknown')),
    default_branch_sha text,
    -- GitHub's updated_at of the event that told the name and the rest
    described_at timestamptz not null default '-infinity',
    updated_at timestamptz not null default now()
  )`,
  `create index repositories_full_name on repositories (lower(owner), lower(name))`,

  `create table pull_requests (
    repository_id bigint not null references repositories on delete cascade,
    number integer not null,
    state text not null check (state in ('open', 'closed')),
    merged boolean not null default false,
    draft boolean not null default false,
    author text not null,
    title text not null,
    head_sha text not null,
    head_branch text not null,
    head_repository text,
    base_branch text not null,
    updated_at timestamptz not null,
    primary key (repository_id, number)
  )`,
  `create index pull_requests_head on pull_requests (repository_id, head_sha)`,

  `create table runs (
    id bigint not null,
    attempt integer not null,
    repository_id bigint not null references repositories on delete cascade,
    workflow_id bigint not null,
    workflow_name text not null,
    workflow_path text not null,
    run_number integer not null,
    event text not null,
    status text not null,
    conclusion text,
    head_sha text not null,
    head_branch text,
    head_repository text,
    pull_request_number integer,
    actor text,
    url text not null,
    created_at timestamptz not null,
    started_at timestamptz,
    completed_at timestamptz,
    received_at timestamptz not null default now(),
    primary key (id, attempt)
  )`,
  `create index runs_head on runs (repository_id, head_sha)`,

  `create table jobs (
    id bigint primary key,
    run_id bigint not null,
    run_attempt integer not null,
    repository_id bigint not null references repositories on delete cascade,
    name text not null,
    status text not null,
    conclusion text,
    runner_labels text[] not null default '{}',
    queued_at timestamptz,
    started_at timestamptz,
    completed_at timestamptz,
    steps jsonb not null default '[]'
  )`,
  `create index jobs_run on jobs (run_id, run_attempt)`,

  // A failure that is not a GitHub Actions run: a check run or a status of another app.
  `create table external_checks (
    repository_id bigint not null references repositories on delete cascade,
    head_sha text not null,
    kind text not null check (kind in ('check_run', 'status')),
    name text not null,
    app text,
    state text not null,
    url text,
    summary text,
    updated_at timestamptz not null,
    primary key (repository_id, head_sha, kind, name)
  )`,

  `create table incidents (
    id uuid primary key default gen_random_uuid(),
    repository_id bigint not null references repositories on delete cascade,
    -- owner/name of the repository that the branch is in: the fork's for forks, '' for one that is gone
    head_repository text not null,
    branch text not null,
    pull_request_number integer,
    workflow_path text not null,
    fingerprint text not null,
    cause text not null,
    status text not null check (status in ('open', 'closed')),
    failures integer not null default 0,
    opened_at timestamptz not null,
    last_failure_at timestamptz not null,
    closed_at timestamptz,
    closed_reason text,
    fixed_by uuid
  )`,
  // One open incident for a root cause in a branch: what makes 200 equal failures one incident.
  `create unique index incidents_open on incidents
    (repository_id, head_repository, branch, workflow_path, fingerprint) where status = 'open'`,
  `create index incidents_opened on incidents (opened_at desc, id)`,

  `create table diagnoses (
    id uuid primary key default gen_random_uuid(),
    incident_id uuid not null references incidents on delete cascade,
    repository_id bigint not null references repositories on delete cascade,
    run_id bigint not null,
    run_attempt integer not null,
    job_id bigint,
    job_name text not null,
    head_sha text not null,
    fingerprint text not null,
    cause text not null,
    confidence double precision not null,
    diagnosis jsonb not null,
    excerpt text not null,
    decision jsonb not null,
    created_at timestamptz not null default now(),
    unique (run_id, run_attempt, job_name)
  )`,
  `create index diagnoses_head on diagnoses (repository_id, head_sha)`,
  `create index diagnoses_incident on diagnoses (incident_id)`,

  // What Regreen shows on a commit: one check run for each commit, found again by the row.
  `create table reports (
    repository_id bigint not null references repositories on delete cascade,
    head_sha text not null,
    check_run_id bigint,
    content_hash text,
    annotation_keys text[] not null default '{}',
    updated_at timestamptz not null default now(),
    primary key (repository_id, head_sha)
  )`,

  `create table fixes (
    id uuid primary key default gen_random_uuid(),
    incident_id uuid not null references incidents on delete cascade,
    repository_id bigint not null references repositories on delete cascade,
    attempt integer not null,
    fixer text not null,
    fixer_version text not null,
    state text not null check (state in ('planned', 'committed', 'proposed', 'ended')),
    outcome text check (outcome in ('verified', 'refuted', 'superseded', 'rejected', 'abandoned')),
    reason text,
    workflow_path text not null,
    base_branch text not null,
    base_sha text not null,
    branch text not null,
    commit_sha text,
    pull_request_number integer,
    patch_hash text not null,
    patch text not null,
    paths text[] not null,
    verified_by_run bigint,
    correlation_id text not null,
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    unique (incident_id, attempt)
  )`,
  `create index fixes_branch on fixes (repository_id, branch)`,
  `create index fixes_commit on fixes (repository_id, commit_sha)`,

  `create table deployments (
    id bigint primary key,
    repository_id bigint not null references repositories on delete cascade,
    environment text not null,
    sha text not null,
    ref text not null,
    state text not null,
    updated_at timestamptz not null
  )`,

  `create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    actor text not null,
    action text not null,
    subject text not null,
    repository_id bigint,
    correlation_id text,
    details jsonb not null default '{}'
  )`,
  `create index audit_at on audit (at desc)`,
];
