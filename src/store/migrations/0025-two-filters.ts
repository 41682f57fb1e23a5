import { type Kysely, sql } from 'kysely';

/**
 * Two filters at once: where the rarer of them is rare, the newest of the other were all looked through. The conclusion stands last
 * so that a third filter is judged in the index, without the rows.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create index runs_of_repository_and_event on runs (repository_id, event, created_at desc, id desc)`,
  `create index runs_of_repository_and_workflow on runs (repository_id, workflow_path, created_at desc, id desc)`,
  `create index runs_of_repository_and_branch on runs (repository_id, head_branch, created_at desc, id desc)`,
  `create index runs_of_workflow_and_event on runs (workflow_path, event, created_at desc, id desc, conclusion)`,
  `create index runs_longest_of_repository on runs (repository_id, (completed_at - started_at) desc, id desc)
    where completed_at >= started_at`,
];
