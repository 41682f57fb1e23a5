import { type RawBuilder, sql } from 'kysely';

/** A place in a list: what its last item was sorted by (a count, or microseconds), and its id, which tells equal ones apart. */
export interface Position<Sort extends string = string> {
  sort: Sort;
  value: number;
  id: string;
}

export const ORDERS = ['desc', 'asc'] as const;
export type Order = (typeof ORDERS)[number];

/** What a list can be sorted by: a column that has an index together with the id. */
export interface SortKey {
  column: RawBuilder<unknown>;
  kind: 'moment' | 'interval' | 'count';
}

/** What a query for a page is made of; all stand on the same two columns, so that an index leads to the place. */
export interface Keyset {
  /** The column as `Position` has it. */
  value: RawBuilder<number>;
  orderBy: RawBuilder<unknown>;
  /** `null` for the first page. */
  beyond: RawBuilder<boolean> | null;
}

/**
 * @param id the column of the id
 * @param idType of PostgreSQL
 */
export function keysetOf(
  { column, kind }: SortKey,
  { id, idType }: { id: RawBuilder<unknown>; idType: 'bigint' | 'uuid' | 'text' },
  { order, after }: { order: Order; after?: Position | undefined },
): Keyset {
  const direction = sql.raw(order);
  const than = order === 'desc' ? sql`<` : sql`>`;
  return {
    value: kind === 'count' ? sql`${column}` : sql`(extract(epoch from ${column}) * 1000000)::bigint`,
    orderBy: sql`${column} ${direction}, ${id} ${direction}`,
    beyond: after
      ? sql<boolean>`(${column}, ${id}) ${than} (${FROM_NUMBER[kind](after.value)}, ${after.id}::${sql.raw(idType)})`
      : null,
  };
}

const FROM_NUMBER: Record<SortKey['kind'], (value: number) => RawBuilder<unknown>> = {
  count: (value) => sql`${value}::bigint`,
  interval: (value) => sql`(${value}::bigint * interval '1 microsecond')`,
  moment: (value) => sql`(timestamptz 'epoch' + ${value}::bigint * interval '1 microsecond')`,
};

/**
 * The items of a page of which one more than `limit` was asked for, and where the next begins.
 * @param idOf what tells equal ones apart, where it isn't `id`
 */
export function cutPage<Row extends { id: string | number; position: number }, Sort extends string>(
  rows: readonly Row[],
  { limit, sort }: { limit: number; sort: Sort },
  idOf: (row: Row) => string | number = ({ id }) => id,
): { items: Omit<Row, 'position'>[]; next: Position<Sort> | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(({ position: _position, ...item }) => item),
    next: last && rows.length > limit ? { sort, value: last.position, id: String(idOf(last)) } : null,
  };
}
