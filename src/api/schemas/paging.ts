import { z } from '@hono/zod-openapi';
import { InvalidRequestError } from '../../errors.ts';
import { ORDERS, type Position } from '../../store/keyset.ts';
import { type CURSOR_IDS, cursorReader } from '../cursor.ts';

/** How many entries a client may ask for at once. */
export const pageLimit = z.coerce
  .number({ error: 'a whole number from 1 to 100' })
  .int({ error: 'a whole number from 1 to 100' })
  .min(1)
  .max(100)
  .default(20)
  .openapi({ type: 'integer', minimum: 1, maximum: 100, default: 20, example: 20 });

/**
 * Where the page before ended.
 * @param decode gives undefined for what was not the `nextCursor` of such a page
 */
export function pageCursor<Place extends object>(decode: (cursor: string) => Place | undefined) {
  return z
    .string()
    .max(200)
    .transform((text, context) => {
      const position = decode(text);
      if (position) return position;
      context.addIssue({ code: 'custom', message: 'the nextCursor of an earlier answer' });
      return z.NEVER;
    })
    .optional()
    .openapi({ type: 'string', description: 'The nextCursor of the page before.' });
}

/**
 * The parameters of a list that is read page by page.
 * @param sorts what it may be sorted by; the first is the default
 */
export function paging<const Sorts extends readonly [string, ...string[]]>(sorts: Sorts, ids: keyof typeof CURSOR_IDS) {
  return {
    limit: pageLimit.openapi({ description: 'How many to a page.' }),
    sort: z.enum(sorts).default(sorts[0]).openapi({ description: 'What the list is sorted by.', example: sorts[0] }),
    order: z.enum(ORDERS).default('desc').openapi({ description: 'The largest or newest first, or last.', example: 'desc' }),
    cursor: pageCursor(cursorReader<Sorts[number]>(sorts, ids)),
  };
}

/** Where a page begins. @throws InvalidRequestError when the page before was sorted by something else */
export function beginOf<Sort extends string>({
  cursor,
  sort,
}: {
  cursor?: Position<Sort> | undefined;
  sort: Sort;
}): Position<Sort> | undefined {
  if (cursor === undefined || cursor.sort === sort) return cursor;
  throw new InvalidRequestError('CURSOR_OF_ANOTHER_ORDER', `The cursor is of a list that was sorted by ${cursor.sort}.`, {
    hint: 'Begin anew without a cursor when you change the sort.',
  });
}

/** A position that is an id, as clients carry it: opaque to them. */
export function encodeIdCursor(id: number): string {
  return Buffer.from(`id:${id}`).toString('base64url');
}

/** Undefined when the text was not made by `encodeIdCursor`. */
function decodeIdCursor(cursor: string): { id: number } | undefined {
  const [, digits] = /^id:(\d{1,16})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const id = Number(digits);
  return digits !== undefined && Number.isSafeInteger(id) ? { id } : undefined;
}

/** The cursor of a list that goes by ids. */
export const idCursor = pageCursor(decodeIdCursor);

/** A page of a list, with where the next one begins. */
export function pageOf<Item extends z.ZodType>(item: Item, order: string) {
  return {
    items: z.array(item).openapi({ description: order }),
    nextCursor: z.string().nullable().openapi({ description: 'Null on the last page.' }),
  };
}
