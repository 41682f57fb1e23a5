import { type Kysely, sql, type Transaction } from 'kysely';
import { TOTAL_COUNTS, TOTAL_SKETCHES } from '../books/sums.ts';

/** Holds a view of each table that callers of the API may read, with the rows of their repositories only. */
export const VISIBLE_SCHEMA = 'regreen_visible';

/** Any fixed number; the same in all processes. */
const LOCK = 7_338_001;

const REACHED = `any(current_setting('regreen.repositories')::bigint[])`;

/** Which rows of a table are seen. A table without an entry is seen by its `repository_id`; without that it is not there at all. */
const CONDITIONS: Readonly<Record<string, string>> = {
  repositories: `id = ${REACHED}`,
  installations: `id in (select installation_id from repositories where id = ${REACHED})`,
  fix_incidents: `incident_id in (select id from incidents where repository_id = ${REACHED})`,
  deployment_states: `deployment_id in (select id from deployments where repository_id = ${REACHED})`,
  touched_runs: `run_id in (select id from runs where repository_id = ${REACHED})`,
  // Which weeks are read by the day, and nothing of whom.
  touched_job_weeks: 'true',
  // The totals below are never behind.
  touched_totals: 'false',
};

/** Tables over all repositories: what is seen in their place is made of the rows of the callers' own. */
const DEFINITIONS: Readonly<Record<string, string>> = {
  run_totals: `select branch_kind, bucket, ${TOTAL_COUNTS.map((column) => `sum(${column})::bigint as ${column}`).join(', ')},
      ${TOTAL_SKETCHES.map((column) => `string_agg(${column}, '') as ${column}`).join(', ')}
    from run_rollups where level in ('day', 'kind') and repository_id = ${REACHED} group by branch_kind, bucket`,
};

interface Relation {
  name: string;
  columns: string[];
  /** Of the view; null where there is none. */
  seen: string[] | null;
}

/**
 * Views hold on to the columns that they show, and `alter table` is refused for these. So they are dropped before the schema
 * changes, and made again by `showTables`; in between callers of a narrow reach are answered with an error.
 */
export async function hideTables(database: Kysely<never>): Promise<void> {
  await sql`drop schema if exists ${sql.id(VISIBLE_SCHEMA)} cascade`.execute(database);
}

/** Makes the views that are missing or lack a column. Any number of processes may do this at once. */
export async function showTables(database: Kysely<never>): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(transaction);
    const relations = await relationsOf(transaction);
    const stale = relations.filter(({ columns, seen }) => seen?.join() !== columns.join());
    if (stale.length === 0) return;
    await sql`create schema if not exists ${sql.id(VISIBLE_SCHEMA)}`.execute(transaction);
    for (const { name } of stale) {
      const condition = sql.raw(CONDITIONS[name] ?? `repository_id = ${REACHED}`);
      const definition = DEFINITIONS[name];
      const rows = definition === undefined ? sql`select * from ${sql.id(name)} where ${condition}` : sql.raw(definition);
      await sql`drop view if exists ${sql.id(VISIBLE_SCHEMA, name)}`.execute(transaction);
      await sql`create view ${sql.id(VISIBLE_SCHEMA, name)} as ${rows}`.execute(transaction);
    }
    await showFunctions(transaction);
  });
}

async function relationsOf(transaction: Transaction<never>): Promise<Relation[]> {
  const columns = sql`select array_agg(attname::text order by attnum) from pg_attribute where attnum > 0 and not attisdropped`;
  const { rows } = await sql<Relation>`
    select tables.relname as name, (${columns} and attrelid = tables.oid) as columns,
      (${columns} and attrelid = views.oid) as seen
    from pg_class as tables
    left join pg_class as views on views.relname = tables.relname and views.relkind = 'v'
      and views.relnamespace = to_regnamespace(${VISIBLE_SCHEMA})
    where tables.relnamespace = current_schema()::regnamespace and tables.relkind in ('r', 'p') and not tables.relispartition
    order by 1`.execute(transaction);
  return rows.filter(({ name, columns }) => name in CONDITIONS || name in DEFINITIONS || columns.includes('repository_id'));
}

/** Queries call the functions of our migrations by their bare names. */
async function showFunctions(transaction: Transaction<never>): Promise<void> {
  const { rows } = await sql<{ definition: string; schema: string }>`
    select pg_get_functiondef(pg_proc.oid) as definition, quote_ident(current_schema()) as schema from pg_proc
    where pronamespace = current_schema()::regnamespace and prokind = 'f' and prorettype <> 'trigger'::regtype
      and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
    order by pg_proc.oid`.execute(transaction);
  for (const { definition, schema } of rows) {
    await sql.raw(definition.replace(`FUNCTION ${schema}.`, `FUNCTION ${VISIBLE_SCHEMA}.`)).execute(transaction);
  }
}
