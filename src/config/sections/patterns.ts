import { z } from 'zod';

/** What looks like a pattern of another dialect must not silently protect nothing. */
const glob = z
  .string()
  .min(1)
  .max(200)
  .regex(
    /^(?!!)[^{}]*$/,
    'Patterns know *, **, ? and [...]; write one pattern for each alternative, without { } and without a leading "!".',
  );

/** Patterns as `policy/globs.ts` reads them. */
export const globs = z.array(glob).max(100);
