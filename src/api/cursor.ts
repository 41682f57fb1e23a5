import type { Position } from '../store/keyset.ts';

/** A position as clients carry it: opaque to them. */
export function encodeCursor({ sort, value, id }: Position): string {
  return Buffer.from(`${sort} ${value} ${id}`).toString('base64url');
}

/** Of what form the ids of a list are. */
export const CURSOR_IDS = {
  number: /^[1-9]\d{0,15}$/,
  /** A deployment, or a pull request of a repository. */
  rollback: /^(?:d[1-9]\d{0,15}|r[1-9]\d{0,15}-[1-9]\d{0,9})$/,
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
};

/** Reads cursors of a list; undefined for a text that `encodeCursor` has not made of a position in it. */
export function cursorReader<Sort extends string>(sorts: readonly Sort[], ids: keyof typeof CURSOR_IDS) {
  return (cursor: string): Position<Sort> | undefined => {
    const [name, digits = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString().split(' ');
    const sort = sorts.find((one) => one === name);
    const sane =
      rest.length === 0 && CURSOR_IDS[ids].test(id) && /^\d{1,16}$/.test(digits) && Number.isSafeInteger(Number(digits));
    return sort !== undefined && sane ? { sort, value: Number(digits), id } : undefined;
  };
}
