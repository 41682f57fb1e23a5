import { z } from '@hono/zod-openapi';
import { CAUSES } from '../../diagnosis/types.ts';

/** GitHub's rules: an owner has up to 39 characters, a repository's name up to 100 and is never `.` or `..`. */
const FULL_NAME = /^[A-Za-z0-9_-]{1,39}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

export const fullName = z
  .string()
  .regex(FULL_NAME, { error: 'a repository as owner/name' })
  .openapi({ description: 'A repository as owner/name.', example: 'octo-org/widgets' });

export const causeSchema = z.enum(CAUSES).openapi('Cause', { description: 'What made the build fail.', example: 'formatting' });

/** GitHub's ids are below 2^53. */
export const githubId = z.int().min(1);

/** A moment as it goes over the wire: ISO 8601 in UTC. */
export const moment = z.iso.datetime();

/** A name that goes into a query of the database: without control characters, for PostgreSQL refuses a NUL. */
export const plainName = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => !/\p{Cc}/u.test(text), { error: 'a name without control characters' });

/** The two parts of a repository's full name, as parts of a path. */
export const repositoryParams = z.strictObject({
  owner: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,39}$/, { error: 'the owner of a repository' })
    .openapi({ param: { name: 'owner', in: 'path' }, example: 'octo-org' }),
  name: z
    .string()
    .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, { error: 'the name of a repository, without its owner' })
    .openapi({ param: { name: 'name', in: 'path' }, example: 'widgets' }),
});

/** Query of a route that takes none: whatever comes is a mistake that should be seen. */
export const noQuery = z.strictObject({});

/** Splits what `fullName` has accepted. */
export function splitFullName(text: string): { owner: string; name: string } {
  const slash = text.indexOf('/');
  return { owner: text.slice(0, slash), name: text.slice(slash + 1) };
}
