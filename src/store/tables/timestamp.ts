import type { ColumnType } from 'kysely';

/** A moment; PostgreSQL's `timestamptz`. */
export type Timestamp = ColumnType<Date, Date | string, Date | string>;
export type GeneratedTimestamp = ColumnType<Date, Date | string | undefined, Date | string>;
