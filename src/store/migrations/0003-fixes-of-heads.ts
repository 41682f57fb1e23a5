import { type Kysely, sql } from 'kysely';

/** A fix heals all incidents of one head that can be fixed, and lists each fixer's part of the change. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // The incidents that a fix is to heal, and the jobs that must be green for it to count as verified.
  `create table fix_incidents (
    fix_id uuid not null references fixes on delete cascade,
    incident_id uuid not null references incidents on delete cascade,
    workflow_path text not null,
    fingerprint text not null,
    jobs text[] not null,
    primary key (fix_id, incident_id)
  )`,
  `create index fix_incidents_incident on fix_incidents (incident_id)`,
  `insert into fix_incidents (fix_id, incident_id, workflow_path, fingerprint, jobs)
    select fixes.id, fixes.incident_id, fixes.workflow_path, incidents.fingerprint, array(
      select distinct diagnoses.job_name from diagnoses
      where diagnoses.incident_id = fixes.incident_id and diagnoses.head_sha = fixes.base_sha)
    from fixes join incidents on incidents.id = fixes.incident_id`,

  // Null for fixes whose commit lies on the base itself.
  `alter table fixes add column parent_sha text`,
  `alter table fixes add column changes jsonb not null default '[]'`,
  `update fixes set changes = jsonb_build_array(jsonb_build_object(
    'fixer', fixer, 'tool', fixer, 'version', fixer_version, 'paths', to_jsonb(paths)))`,
  `alter table fixes add column delivery text not null default 'pull-request'
    check (delivery in ('pull-request', 'commit', 'suggestion'))`,
  // Where the pull request goes when it does not go onto the branch that failed, and why.
  `alter table fixes add column target_branch text`,
  `alter table fixes add column course_note text`,
  // When the fix's commit was pushed: from then on CI should start.
  `alter table fixes add column committed_at timestamptz`,
  // What was said on the pull request about CI that did not start.
  `alter table fixes add column stalled_reason text`,
  `create index fixes_base on fixes (repository_id, base_branch, created_at desc)`,
  `create index fixes_waiting on fixes (created_at) where state = 'proposed'`,
];
