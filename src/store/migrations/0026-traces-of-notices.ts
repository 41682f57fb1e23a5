import { type Kysely, sql } from 'kysely';

/**
 * A notice knows the span in which it came about, as a W3C `traceparent`, so that the message which tells it belongs to that trace. The
 * default is what the session was told (`traced-database.ts`), so it is one for whatever writes the notice; null where traces are off.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`alter table notices add column traceparent text default nullif(current_setting('regreen.traceparent', true), '')`)
    .execute(db);
}
