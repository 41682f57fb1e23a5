import { type Kysely, sql } from 'kysely';

/** What other systems tell of: alerts, and runs of other CIs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table outside_incidents (
    id uuid primary key default gen_random_uuid(),
    -- Null where no repository of ours is named.
    repository_id bigint references repositories on delete cascade,
    -- The system that tells of it, and by what it knows it again.
    source text not null,
    key text not null,
    -- When the trouble began by the system's clock: what is told of it again is the same.
    started_at timestamptz not null,
    title text not null,
    severity text,
    branch text,
    sha text,
    url text,
    cause text,
    fingerprint text,
    excerpt text,
    labels jsonb not null default '{}',
    status text not null check (status in ('open', 'closed')),
    events integer not null default 1,
    reported_by text not null,
    opened_at timestamptz not null,
    last_event_at timestamptz not null,
    closed_at timestamptz
  )`,
  `create unique index outside_incidents_open on outside_incidents (source, key) where status = 'open'`,
  `create unique index outside_incidents_begun on outside_incidents (source, key, started_at)`,
  `create index outside_incidents_newest on outside_incidents (opened_at desc, id desc)`,
  `create index outside_incidents_of_repository on outside_incidents (repository_id, opened_at desc, id desc)`,
  `create index audit_of_repository on audit (repository_id, id desc)`,
];
