import { type Kysely, sql } from 'kysely';

/** Why nothing was done about an incident, and what the sweep has looked after. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // The newest reason for each commit; for people.
  `create table declines (
    incident_id uuid not null references incidents on delete cascade,
    head_sha text not null,
    reason text not null,
    at timestamptz not null,
    primary key (incident_id, head_sha)
  )`,
  // What the sweep asked about: each time later, so that what never answers costs little.
  `create table sweeps (
    subject text primary key,
    times integer not null,
    last_at timestamptz not null
  )`,
  `create index sweeps_old on sweeps (last_at)`,
  `create index reruns_under_way on reruns (requested_at) where outcome is null`,
  `create index fixes_unfinished on fixes (created_at) where state in ('planned', 'committed')`,
  `create index incidents_last_failure on incidents (last_failure_at) where status = 'open'`,
];
