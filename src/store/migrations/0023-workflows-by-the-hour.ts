import { type Kysely, sql } from 'kysely';

/** Days of any time zone are made of hours; without sums by the hour those of a workflow were made of all its runs and jobs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table run_rollups_workflow_hour partition of run_rollups for values in ('workflow-hour')`,
  // The sums are made anew from the runs.
  `insert into touched_runs (run_id) select distinct id from runs where status = 'completed'`,
];
