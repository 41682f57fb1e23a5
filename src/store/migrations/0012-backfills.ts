import { type Kysely, sql } from 'kysely';

/** Which repositories' past is to be read from GitHub, and how far that is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table backfills (
    repository_id bigint primary key references repositories on delete cascade,
    state text not null check (state in ('waiting', 'done', 'refused')),
    -- Runs that were created from then on are wanted; those from done_from on have been read.
    since timestamptz not null,
    done_from timestamptz not null,
    runs integer not null default 0,
    reason text,
    requested_at timestamptz not null,
    updated_at timestamptz not null
  )`.execute(db);
  await sql`create index backfills_waiting on backfills (updated_at) where state = 'waiting'`.execute(db);
}
