import { type Kysely, sql } from 'kysely';

/**
 * A deployment knows whether its version had succeeded in the same environment before: to look for each one's past whenever
 * rollbacks are counted takes longer the more there are. A trigger keeps it, for statuses come in any order, and an older program
 * may be running beside this one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

/** Whether there is an earlier one of the same version, as a condition on `deployments`. */
const HAS_EARLIER = `exists (select from deployments as earlier
  where earlier.repository_id = deployments.repository_id and earlier.environment = deployments.environment
    and earlier.sha = deployments.sha and earlier.ever_succeeded
    and (earlier.created_at, earlier.id) < (deployments.created_at, deployments.id))`;

const STATEMENTS = [
  `alter table deployments add column redeployed boolean not null default false`,
  `update deployments set redeployed = true where ever_succeeded and ${HAS_EARLIER}`,

  // Two that come at once do not see each other: the lock lets the second look when the first is there.
  `create function note_redeployed() returns trigger language plpgsql as $$
  begin
    perform pg_advisory_xact_lock(hashtextextended('regreen redeployed ' || new.repository_id, 0));
    update deployments set redeployed = not redeployed
    where repository_id = new.repository_id and environment in (new.environment, old.environment) and sha = new.sha
      and ever_succeeded and redeployed <> ${HAS_EARLIER};
    return null;
  end $$`,
  `create trigger note_redeployed after insert or update of ever_succeeded, environment, created_at on deployments for each row
    when (new.ever_succeeded) execute function note_redeployed()`,

  `create index deployments_to_production on deployments (created_at) include (repository_id) where production and ever_succeeded`,
  `create index deployments_redeployed on deployments (created_at) include (repository_id) where redeployed and ever_succeeded`,
];
