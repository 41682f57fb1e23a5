import { type Kysely, sql } from 'kysely';

/** Who may use the API: keys, and tokens that were taken back; and how often somebody asked. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table api_keys (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    prefix text not null unique,
    hash bytea not null unique check (octet_length(hash) = 32),
    role text not null check (role in ('viewer', 'developer', 'approver', 'admin')),
    scopes text[],
    installations bigint[],
    created_at timestamptz not null,
    created_by text not null,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    revoked_by text
  )`,
  `create table revoked_tokens (
    id uuid primary key,
    expires_at timestamptz not null,
    revoked_at timestamptz not null,
    revoked_by text not null
  )`,
  // As rate-limiter-flexible wants it; it does not survive a crash, and need not.
  `create unlogged table rate_limits (
    key varchar(255) primary key,
    points integer not null default 0,
    expire bigint
  )`,
];
