import type { z } from '@hono/zod-openapi';

/** An answer in JSON, as routes declare it: what it says, its schema, and an example that the server's tests hold. */
export function json<S extends z.ZodType>(description: string, schema: S, example?: z.input<S>) {
  return {
    description,
    content: { 'application/json': { schema, ...(example === undefined ? {} : { example }) } },
  };
}
