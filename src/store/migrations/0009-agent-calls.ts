import { type Kysely, sql } from 'kysely';

/** Questions to coding agents: what each may cost is written down before it is asked, and what it did cost afterwards. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // While one is asked, the numbers are what it may take at most; so they stay when the process dies.
  `create table agent_calls (
    id uuid primary key default gen_random_uuid(),
    repository_id bigint not null references repositories on delete cascade,
    incident_id uuid not null references incidents on delete cascade,
    base_sha text not null,
    parent_sha text not null,
    backend text not null,
    model text not null,
    state text not null check (state in ('asking', 'answered', 'failed', 'lost')),
    outcome text check (outcome in ('edits', 'nothing', 'refused', 'unavailable', 'rate-limited', 'timeout', 'misconfigured',
      'malformed', 'too-large')),
    reason text,
    edits jsonb,
    tokens bigint not null check (tokens >= 0),
    micro_dollars bigint not null check (micro_dollars >= 0),
    milliseconds bigint not null check (milliseconds >= 0),
    input_tokens bigint,
    output_tokens bigint,
    estimated boolean not null default false,
    fix_id uuid references fixes on delete set null,
    correlation_id text not null,
    started_at timestamptz not null,
    ended_at timestamptz
  )`,
  `create index agent_calls_by_time on agent_calls (started_at)`,
  `create index agent_calls_by_incident on agent_calls (incident_id, base_sha)`,
  `create index agent_calls_by_repository on agent_calls (repository_id, started_at)`,
];
