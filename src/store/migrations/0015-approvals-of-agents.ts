import { type Kysely, sql } from 'kysely';

/** A person is asked before an agent is: that costs something, and sends something away. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table approvals
    drop constraint approvals_remedy_check,
    add constraint approvals_remedy_check check (remedy in ('fix', 'rerun', 'delegate'))`.execute(db);
}
