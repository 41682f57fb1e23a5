import { sql } from 'kysely';
import type { Database } from '../database.ts';

/** What is forgotten by its age. */
export const FORGETTABLE = ['deliveries', 'runs', 'checks', 'deployments', 'sums', 'notifications'] as const;
export type Forgettable = (typeof FORGETTABLE)[number];

/**
 * Says from when on rows of the kind are there, before any of them goes. Days come whole, so that no sum is made of half a day.
 * @returns the moment before which they go: never earlier than one that was said before
 */
export async function markForgotten(database: Database, kind: Forgettable, before: Date): Promise<Date> {
  const { rows } = await sql<{ before: Date }>`
    insert into forgotten (kind, before) values (${kind}, date_trunc('day', ${before}::timestamptz, 'UTC'))
    on conflict (kind) do update set before = greatest(forgotten.before, excluded.before) returning before`.execute(database);
  return rows[0]?.before ?? before;
}

/** Deletes at most `limit` rows of the kind from before then. @returns how many; below the limit none is left */
export function forgetSome(database: Database, kind: Forgettable, before: Date, limit: number): Promise<number> {
  return STEPS[kind](database, before, limit);
}

type Step = (database: Database, before: Date, limit: number) => Promise<number>;

const STEPS: Record<Forgettable, Step> = {
  deliveries: (database, before, limit) =>
    count(
      database,
      sql`delete from deliveries where guid in (
        select guid from deliveries where received_at < ${before} and state in ('done', 'failed') limit ${limit})`,
    ),
  // A run's jobs first: without it nobody would find them.
  runs: (database, before, limit) =>
    count(
      database,
      sql`with old as (select id, attempt from runs where created_at < ${before} order by created_at limit ${limit}),
        gone as (delete from jobs using old where jobs.run_id = old.id and jobs.run_attempt = old.attempt)
        delete from runs using old where runs.id = old.id and runs.attempt = old.attempt`,
    ),
  checks: (database, before, limit) =>
    count(
      database,
      sql`delete from external_checks where ctid = any(array(
        select ctid from external_checks where updated_at < ${before} limit ${limit}))`,
    ),
  deployments: (database, before, limit) =>
    count(
      database,
      sql`with old as (select id from deployments where created_at < ${before} order by created_at limit ${limit}),
        gone as (delete from deployment_states using old where deployment_states.deployment_id = old.id)
        delete from deployments using old where deployments.id = old.id`,
    ),
  // What waits to be told is kept, whatever its age.
  notifications: async (database, before, limit) => {
    const messages = sql`delete from notifications where id in (
      select id from notifications where created_at < ${before} and status in ('sent', 'failed', 'merged', 'dropped') limit ${limit})`;
    const notices = sql`delete from notices where id in (
      select id from notices where at < ${before} and weighed_at is not null and not exists (
        select 1 from notification_items items join notifications on notifications.id = items.notification_id
        where items.notice_id = notices.id and notifications.status in ('waiting', 'held', 'sending')) limit ${limit})`;
    return Math.max(await count(database, messages), await count(database, notices));
  },
  sums: async (database, before, limit) => {
    let most = 0;
    for (const [table, column] of SUMS) {
      const rows = sql`delete from ${sql.table(table)} where (tableoid, ctid) in (
        select tableoid, ctid from ${sql.table(table)} where ${sql.ref(column)} < ${before} limit ${limit})`;
      most = Math.max(most, await count(database, rows));
    }
    return most;
  },
};

const SUMS = [
  ['run_rollups', 'bucket'],
  ['job_rollups', 'bucket'],
  ['step_rollups', 'bucket'],
  ['red_periods', 'ended_at'],
] as const;

async function count(database: Database, statement: ReturnType<typeof sql>): Promise<number> {
  return Number((await statement.execute(database)).numAffectedRows ?? 0n);
}
