import { z } from '@hono/zod-openapi';
import { ALL_SCOPES, ROLES } from '../../config/api-keys.ts';
import { LONGEST_TOKEN_SECONDS } from '../access/tokens.ts';
import { githubId, moment } from './common.ts';

export const EXAMPLE_KEY_ID = '9b2e4c1a-6d0f-4b7e-8f13-52a7c1d90e46';
export const EXAMPLE_TOKEN_ID = 'c0a8012e-7d3b-4f52-9a41-1f6d2b83e570';

const id = z.uuid({ error: 'the id of a key, a UUID' });

export const keyParams = z.strictObject({ id: id.openapi({ param: { name: 'id', in: 'path' }, example: EXAMPLE_KEY_ID }) });

const role = z.enum(ROLES).openapi({ description: 'Each role may all that the ones before it may.', example: 'developer' });
const scopes = z.array(z.enum(ALL_SCOPES)).min(1).max(ALL_SCOPES.length);
const installations = z.array(githubId).min(1).max(1_000);

const MOST_DAYS = 366;
const DEFAULT_DAYS = 90;

export const newKeySchema = z
  .strictObject({
    name: z.string().trim().min(1).max(100).openapi({ description: 'What it is for, for people.' }),
    role,
    scopes: scopes.optional().openapi({ description: 'Only these of the rights of the role; all when left out.' }),
    installations: installations.optional().openapi({
      description: "GitHub's ids of the installations whose repositories it may see; all that the caller sees when left out.",
    }),
    expiresInDays: z
      .int()
      .min(1)
      .max(MOST_DAYS)
      .nullable()
      .default(DEFAULT_DAYS)
      .openapi({ description: 'Null for a key that stays until it is taken back.' }),
  })
  .openapi('NewKey', {
    example: { name: 'dashboard of team blue', role: 'developer', installations: [4711], expiresInDays: 90 },
  });

const keyFields = {
  id: z.uuid(),
  name: z.string(),
  prefix: z.string().openapi({ description: 'The start of the key.' }),
  role,
  scopes: z.array(z.string()).nullable().openapi({ description: 'Null for all of the role.' }),
  installations: z.array(githubId).nullable().openapi({ description: 'Null for all.' }),
  createdAt: moment,
  createdBy: z.string(),
  expiresAt: moment.nullable(),
  lastUsedAt: moment.nullable().openapi({ description: 'To the hour.' }),
  revokedAt: moment.nullable(),
  revokedBy: z.string().nullable(),
};

const keyExampleFields = {
  id: EXAMPLE_KEY_ID,
  name: 'dashboard of team blue',
  prefix: 'rg_k3q9x0ab',
  role: 'developer' as const,
  scopes: null,
  installations: [4711],
  createdAt: '2026-11-20T09:30:00.000Z',
  createdBy: 'api-key:rg_a1b2c3d4',
  expiresAt: '2027-02-18T09:30:00.000Z',
  lastUsedAt: '2026-11-20T10:00:00.000Z',
  revokedAt: null,
  revokedBy: null,
};

export const keySchema = z.object(keyFields).openapi('Key', { example: keyExampleFields });

export const keyListSchema = z
  .object({ items: z.array(keySchema) })
  .openapi('KeyList', { example: { items: [keyExampleFields] } });

export const createdKeySchema = z
  .object({ ...keyFields, key: z.string().openapi({ description: 'The key itself. It is shown now and never again.' }) })
  .openapi('CreatedKey', {
    // Not of the form of a key, or scanners for secrets would stop at this document.
    example: { ...keyExampleFields, lastUsedAt: null, key: 'rg_k3q9x0ab_…' },
  });

export const tokenRequestSchema = z
  .strictObject({
    scopes: scopes.optional().openapi({ description: 'Only these of the rights of the key; all when left out.' }),
    installations: installations
      .optional()
      .openapi({ description: 'Only these of the installations of the key; all when left out.' }),
    expiresInSeconds: z
      .int()
      .min(60)
      .max(LONGEST_TOKEN_SECONDS)
      .default(LONGEST_TOKEN_SECONDS)
      .openapi({ description: 'At most a quarter of an hour.' }),
  })
  .openapi('TokenRequest', { example: { scopes: ['builds:read'], expiresInSeconds: 600 } });

export const tokenSchema = z
  .object({
    id: z.uuid().openapi({ description: 'By which it can be taken back.' }),
    token: z.string().openapi({ description: 'To be sent as bearer token, as a key would be.' }),
    tokenType: z.literal('Bearer'),
    scopes: z.array(z.string()),
    installations: z.array(githubId).nullable().openapi({ description: 'Null for all.' }),
    expiresAt: moment,
  })
  .openapi('Token', {
    example: {
      id: EXAMPLE_TOKEN_ID,
      token: 'HEADER.PAYLOAD.SIGNATURE',
      tokenType: 'Bearer',
      scopes: ['builds:read'],
      installations: null,
      expiresAt: '2026-11-20T09:40:00.000Z',
    },
  });

export const tokenParams = z.strictObject({
  id: z.uuid({ error: 'the id of a token, a UUID' }).openapi({ param: { name: 'id', in: 'path' }, example: EXAMPLE_TOKEN_ID }),
});

export const revokedTokenSchema = z
  .object({ id: z.uuid(), revokedAt: moment })
  .openapi('RevokedToken', { example: { id: EXAMPLE_TOKEN_ID, revokedAt: '2026-11-20T09:31:00.000Z' } });
