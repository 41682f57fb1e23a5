import { type Kysely, sql } from 'kysely';

/** The changes that tools printed into a job's log, which a fixer may carry out. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table diagnoses add column printed_diffs jsonb not null default '[]'`.execute(db);
}
