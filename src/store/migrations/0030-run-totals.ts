import { type Kysely, sql } from 'kysely';

/**
 * Sums over all repositories by the day: what is asked of the whole was added up of one sum a day and repository, and their
 * sketches, which are megabytes, went to the program each time. A trigger notes which days have other sums, whoever wrote them, for an
 * older program may be running beside this one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const COUNTS = [
  'runs',
  'green',
  'red',
  'cancelled',
  'other',
  'attempts',
  'green_after_red',
  'duration_n',
  'jobs',
  'job_minutes',
  'queue_n',
];
const MILLISECONDS = ['duration_ms', 'job_ms', 'queue_ms'];
const SKETCHES = ['duration_sketch', 'queue_sketch'];

const STATEMENTS = [
  `create table run_totals (
    -- Empty for all but Regreen's own.
    branch_kind text not null,
    bucket timestamptz not null,
    ${COUNTS.map((column) => `${column} integer not null`).join(',\n    ')},
    ${MILLISECONDS.map((column) => `${column} bigint not null`).join(',\n    ')},
    ${SKETCHES.map((column) => `${column} bytea not null`).join(',\n    ')},
    primary key (branch_kind, bucket)
  )`,
  `create table touched_totals (
    bucket timestamptz primary key,
    at timestamptz not null default now()
  )`,
  // Sketches one after another as one: an entry a bucket that is not empty. See sketch_of in 0006.
  `create function merged_sketch(entries bytea) returns bytea language sql immutable parallel safe
    return (
      select coalesce(string_agg(int4send((bucket << 24) | least(n, 16777215)::integer), ''::bytea order by bucket), ''::bytea)
      from (
        select get_byte(entries, at) as bucket,
          sum((get_byte(entries, at + 1) << 16) | (get_byte(entries, at + 2) << 8) | get_byte(entries, at + 3)) as n
        from generate_series(0, length(entries) - 4, 4) as at group by 1) as counted)`,
  `create function touch_totals() returns trigger language plpgsql as $$
  begin
    insert into touched_totals (bucket)
    select distinct bucket from changed where level in ('day', 'kind') order by 1 on conflict do nothing;
    return null;
  end $$`,
  `create trigger touch_totals_added after insert on run_rollups referencing new table as changed
    for each statement execute function touch_totals()`,
  `create trigger touch_totals_removed after delete on run_rollups referencing old table as changed
    for each statement execute function touch_totals()`,
  `insert into run_totals (branch_kind, bucket, ${[...COUNTS, ...MILLISECONDS, ...SKETCHES].join(', ')})
    select branch_kind, bucket, ${[...COUNTS, ...MILLISECONDS].map((column) => `sum(${column})`).join(', ')},
      ${SKETCHES.map((column) => `merged_sketch(string_agg(${column}, ''))`).join(', ')}
    from run_rollups where level in ('day', 'kind') group by 1, 2`,
];
