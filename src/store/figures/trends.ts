import { type RawBuilder, sql } from 'kysely';
import type { StoredTimes } from '../../insights/sketch.ts';
import type { Database } from '../database.ts';
import { type RunSums, SUMS, type SumsRow, toSums } from './runs.ts';
import { isKept, keptSlices, type Scope, slicesOf } from './scope.ts';

/** Buckets of a time zone; weeks begin on Monday. */
export const TREND_BUCKETS = ['hour', 'day', 'week', 'month'] as const;
export type TrendBucket = (typeof TREND_BUCKETS)[number];

/** How the scope is cut. */
export interface TrendCut {
  bucket: TrendBucket;
  timeZone: string;
}

const COUNTS = [
  ...['runs', 'green', 'red', 'cancelled', 'other', 'attempts', 'green_after_red', 'jobs', 'job_ms', 'job_minutes'],
  ...['duration_n', 'duration_ms', 'queue_n', 'queue_ms'],
];
const SKETCHES = ['duration_sketch', 'queue_sketch'];

/** Slices as one that looks like them. */
const ADDED = sql.join([
  ...COUNTS.map((column) => sql`sum(${sql.ref(column)})::bigint as ${sql.ref(column)}`),
  ...SKETCHES.map((column) => sql`string_agg(${sql.ref(column)}, '') as ${sql.ref(column)}`),
]);
/** The same columns, to be added; and to be taken away, for which sketches stand apart. */
const PLUS = sql`${sql.join([...COUNTS, ...SKETCHES].map((column) => sql.ref(column)))},
  null::bytea as duration_taken, null::bytea as queue_taken`;
const MINUS = sql`${sql.join(COUNTS.map((column) => sql`-${sql.ref(column)}`))}, null, null, duration_sketch, queue_sketch`;

const TAKEN = sql`string_agg(duration_taken, '') as "durationTaken", string_agg(queue_taken, '') as "queueTaken"`;

interface TrendRow extends SumsRow {
  at: Date;
  durationTaken: Buffer | null;
  queueTaken: Buffer | null;
}

/** The runs of the scope by the bucket in which they were created, oldest first, those without any included. */
export async function sumRunsByBucket(database: Database, scope: Scope, cut: TrendCut): Promise<(RunSums & { at: Date })[]> {
  const parts =
    cut.bucket !== 'hour' && cut.timeZone !== 'UTC' && isKept(scope, 'hour') ? movedDays(scope, cut) : places(scope, cut);
  const { rows } = await sql<TrendRow>`
    with points as (${pointsOf(scope, cut)}), ${parts}
    select points.at, ${SUMS}, ${TAKEN} from points left join parts using (at) group by 1 order by 1`.execute(database);
  return rows.map((row) => {
    const { durations, queues, ...counts } = toSums(row);
    const taken = (times: StoredTimes, sketch: Buffer | null) => (sketch === null ? times : { ...times, taken: sketch });
    return { at: row.at, ...counts, durations: taken(durations, row.durationTaken), queues: taken(queues, row.queueTaken) };
  });
}

/**
 * `parts` of hours or days that each lie in one bucket. Where each belongs is worked out once, and not for the sums of every
 * repository in it: these are added up first, for PostgreSQL takes the few places for a reason to look each of them up.
 */
function places(scope: Scope, { bucket, timeZone }: TrendCut): RawBuilder<unknown> {
  const grain = bucket === 'hour' || timeZone !== 'UTC' ? 'hour' : 'day';
  return sql`${slicesOf(scope, grain)},
    added as (select bucket, ${ADDED} from slices group by bucket),
    places as (
      select places.bucket, date_trunc(${bucket}::text, places.bucket, ${timeZone}::text) as at
      from generate_series(date_trunc(${sql.lit(grain)}, ${scope.from}::timestamptz, 'UTC'),
        ${scope.to}::timestamptz - interval '1 second', ${sql.lit(grain === 'hour' ? '1 hour' : '24 hours')}::interval) as places (bucket)),
    parts as (select at, ${PLUS} from places join added using (bucket))`;
}

/**
 * `parts` of whole days of UTC, each in the bucket that has most of it, and of the hours that this puts into the wrong bucket: these
 * are taken from there and added where they belong. In Berlin it is one or two hours of each day, and never more than half of them.
 */
function movedDays(scope: Scope, { bucket, timeZone }: TrendCut): RawBuilder<unknown> {
  // Null outside the scope, which may begin within a week or a month.
  const bucketOf = (moment: RawBuilder<unknown>) => sql`case when ${moment} >= ${scope.from} and ${moment} < ${scope.to}
    then date_trunc(${bucket}::text, ${moment}, ${timeZone}::text) end`;
  const noon = (moment: RawBuilder<unknown>) => bucketOf(sql`date_trunc('day', ${moment}, 'UTC') + interval '12 hours'`);
  const days = {
    ...scope,
    from: sql<Date>`date_trunc('day', ${scope.from}::timestamptz, 'UTC')`,
    to: sql<Date>`date_trunc('day', ${scope.to}::timestamptz, 'UTC') + interval '24 hours'`,
  };
  return sql`
    moved as materialized (
      select hour, ${bucketOf(sql`hour`)} as own, ${noon(sql`hour`)} as taken
      from generate_series(${days.from}, ${days.to} - interval '1 second', interval '1 hour') as hours (hour)
      where ${bucketOf(sql`hour`)} is distinct from ${noon(sql`hour`)}),
    ${keptSlices('days', days, 'day')},
    ${keptSlices('hours', days, 'hour', sql`and bucket = any (array(select hour from moved))`)},
    added_days as (select bucket, ${ADDED} from days group by bucket),
    added_hours as (select bucket, ${ADDED} from hours group by bucket),
    parts as (
      select ${noon(sql`bucket`)} as at, ${PLUS} from added_days
      union all select own, ${PLUS} from added_hours join moved on hour = bucket
      union all select taken, ${MINUS} from added_hours join moved on hour = bucket)`;
}

/** Where the buckets begin. Days are 23 to 25 hours long: they are counted on the clock on the wall, hours are not. */
function pointsOf({ from, to }: Scope, { bucket, timeZone }: TrendCut): RawBuilder<unknown> {
  if (bucket === 'hour') {
    return sql`select generate_series(date_trunc('hour', ${from}::timestamptz, 'UTC'),
      ${to}::timestamptz - interval '1 second', interval '1 hour') as at`;
  }
  return sql`select generate_series(date_trunc(${bucket}::text, ${from}::timestamptz at time zone ${timeZone}::text),
    (${to}::timestamptz - interval '1 second') at time zone ${timeZone}::text, ${`1 ${bucket}`}::interval)
    at time zone ${timeZone}::text as at`;
}
