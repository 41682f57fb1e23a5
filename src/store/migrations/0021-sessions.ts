import { type Kysely, sql } from 'kysely';

/** People who have signed in with GitHub. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table sessions (
    id uuid primary key,
    hash bytea not null unique check (octet_length(hash) = 32),
    user_id bigint not null,
    login text not null,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null,
    sealed bytea not null,
    sealed_under text not null,
    token_expires_at timestamptz,
    roles jsonb not null,
    roles_read_at timestamptz not null
  )`,
  'create index sessions_of_person on sessions (user_id)',
  'create index sessions_by_end on sessions (expires_at)',
  // Live connections of a session that is over are closed at once, in whichever process they are.
  'create trigger tell_access after delete on sessions for each statement execute function tell_access()',
];
