import { type Kysely, sql } from 'kysely';

/** What organisations say for all their repositories, so that it is not read anew for each failure. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table organization_defaults (
        owner text primary key check (owner = lower(owner)),
        text text,
        readable boolean not null default true,
        read_at timestamptz not null default '-infinity',
        changed_at timestamptz not null default '-infinity'
      )`,
    )
    .execute(db);
}
