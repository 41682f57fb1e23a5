import { z } from '@hono/zod-openapi';

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
export function pageCursor<Position extends object>(decode: (cursor: string) => Position | undefined) {
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
