import { z } from '@hono/zod-openapi';
import { ROLES } from '../../config/api-keys.ts';
import { isOwnPath } from '../../sign-in/return-to.ts';
import { COOKIE_NAMES } from '../access/cookies.ts';
import { fullName, githubId, moment } from './common.ts';

export const beginQuery = z.strictObject({
  returnTo: z
    .string()
    .refine(isOwnPath, { error: 'a path of this server, such as /builds' })
    .default('/')
    .openapi({ description: 'Where the person is to be afterwards: a path of this server.', example: '/docs' }),
});

const EXAMPLE_STATE = 'kM0l5Ju2sVvK1Qm3yR8nT6cXbZ9dF4gH7jL0pWqEaSs';

/** GitHub may add parameters at any time, so what is not known is left alone here. */
export const completeQuery = z.object({
  state: z.string().max(200).openapi({ description: 'As it was sent to GitHub.', example: EXAMPLE_STATE }),
  code: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,200}$/, { error: 'a code of GitHub' })
    .optional()
    .openapi({
      description: 'What GitHub gave the person; it is good once, and for ten minutes.',
      example: '9f0d1c2b3a4e5f607182',
    }),
  error: z.string().max(100).optional().openapi({ description: 'Why there is no code, in place of it.' }),
});

export const completeCookies = z.object({
  [COOKIE_NAMES.attempt]: z
    .string()
    .optional()
    .openapi({
      description: 'Set when the person was sent to GitHub, in this very browser.',
      example: Buffer.from(JSON.stringify({ state: EXAMPLE_STATE, verifier: EXAMPLE_STATE, returnTo: '/docs' })).toString(
        'base64url',
      ),
    }),
});

export const sessionSchema = z
  .object({
    kind: z.enum(['key', 'token', 'session']).openapi({ description: 'What the caller has shown.' }),
    login: z.string().nullable().openapi({ description: 'Of a person who has signed in; else null.' }),
    scopes: z.array(z.string()).openapi({ description: 'What the caller may do anywhere at all.' }),
    repositories: z
      .array(z.object({ id: githubId, repository: fullName, role: z.enum(ROLES) }))
      .nullable()
      .openapi({ description: 'What a person is where, as GitHub says it; null for keys and tokens.' }),
    expiresAt: moment.nullable().openapi({ description: 'When this ends by itself.' }),
  })
  .openapi('Session', {
    example: {
      kind: 'session',
      login: 'mona',
      scopes: ['incidents:read', 'builds:read', 'approvals:read', 'repositories:read'],
      repositories: [{ id: 1, repository: 'octo-org/widgets', role: 'viewer' }],
      expiresAt: '2026-11-27T09:30:00.000Z',
    },
  });
