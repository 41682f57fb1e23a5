import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import { createApiKey } from '../../config/secret-keys.ts';
import { NotFoundError, PermissionError } from '../../errors.ts';
import type { StoredKey } from '../../store/access/api-keys.ts';
import { type Caller, installationsOf } from '../access/callers.ts';
import { narrowed } from '../access/rights.ts';
import { type Authenticator, requireScope, SCOPES } from '../authentication.ts';
import type { ApiEnv, BodyMiddleware, CallerMiddleware } from '../context.ts';
import { limitBody } from '../middleware.ts';
import { createdKeySchema, EXAMPLE_KEY_ID, keyListSchema, keyParams, keySchema, newKeySchema } from '../schemas/access.ts';
import { noQuery } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import { json } from '../schemas/json.ts';
import type { ApiServices } from '../services.ts';

export const listKeysRoute = createRoute({
  method: 'get',
  path: '/api/v1/keys',
  operationId: 'listKeys',
  tags: ['Access'],
  summary: 'The keys that see no more than the caller, newest first',
  security: [{ bearer: [] }],
  request: { query: noQuery },
  responses: {
    200: json('All of them, also those that were taken back.', keyListSchema),
    ...errorResponses('/api/v1/keys', 400, 401, 403, 429, 500, 503),
  },
});

export const createKeyRoute = createRoute({
  method: 'post',
  path: '/api/v1/keys',
  operationId: 'createKey',
  tags: ['Access'],
  summary: 'Make a key',
  description: 'It may at most what the caller may, in the installations that the caller sees.',
  security: [{ bearer: [] }],
  request: { query: noQuery, body: { required: true, content: { 'application/json': { schema: newKeySchema } } } },
  responses: {
    201: { description: 'The key; it is shown this once.', content: { 'application/json': { schema: createdKeySchema } } },
    ...errorResponses('/api/v1/keys', 400, 401, 403, 413, 415, 429, 500, 503),
  },
});

export const revokeKeyRoute = createRoute({
  method: 'delete',
  path: '/api/v1/keys/{id}',
  operationId: 'revokeKey',
  tags: ['Access'],
  summary: 'Take a key back',
  description: 'It ends at once, with all tokens and connections that were made with it.',
  security: [{ bearer: [] }],
  request: { params: keyParams, query: noQuery },
  responses: {
    200: { description: 'The key, which is of no use any more.', content: { 'application/json': { schema: keySchema } } },
    ...errorResponses(`/api/v1/keys/${EXAMPLE_KEY_ID}`, 400, 401, 403, 404, 429, 500, 503),
  },
});

const DAY_MS = 24 * 3_600_000;

export function registerKeys(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const { keys } = services;
  const reading: CallerMiddleware = [requireScope(authenticate, 'keys:read')];
  app.openapi({ ...listKeysRoute, middleware: reading }, async (c) => {
    const items = await keys.list(installationsOf(c.get('caller'), 'keys:read'));
    return c.json({ items: items.map(toKey) }, 200);
  });
  const middleware: BodyMiddleware = [requireScope(authenticate, 'keys:write'), limitBody];
  app.openapi({ ...createKeyRoute, middleware }, async (c) => {
    const { expiresInDays, ...wanted } = c.req.valid('json');
    const caller = c.get('caller');
    refuseWider(caller, wanted);
    const { key, prefix, hash } = createApiKey();
    const now = services.now();
    const created = await keys.create(
      {
        ...wanted,
        prefix,
        hash,
        scopes: wanted.scopes ?? null,
        installations: wanted.installations ?? installationsOf(caller, 'keys:write'),
        expiresAt: expiresInDays === null ? null : new Date(now.getTime() + expiresInDays * DAY_MS),
        createdBy: caller.id,
      },
      now,
      c.get('correlationId'),
    );
    return c.json({ ...toKey(created), key }, 201);
  });
  const revoking: CallerMiddleware = [requireScope(authenticate, 'keys:write')];
  app.openapi({ ...revokeKeyRoute, middleware: revoking }, async (c) => {
    const { id } = c.req.valid('param');
    const caller = c.get('caller');
    const within = installationsOf(caller, 'keys:write');
    const revoked = await keys.revoke({ id, by: caller.id, within }, services.now(), c.get('correlationId'));
    if (!revoked)
      throw new NotFoundError('KEY_NOT_FOUND', 'There is no key of this id.', {
        details: { id },
        hint: 'GET /api/v1/keys lists those that see no more than the caller.',
      });
    return c.json(toKey(revoked), 200);
  });
}

/** Whoever may make keys could else give themselves what they may not. */
function refuseWider(caller: Caller, wanted: Pick<z.output<typeof newKeySchema>, 'role' | 'scopes' | 'installations'>): void {
  const tooMuch = [...narrowed(SCOPES[wanted.role], wanted.scopes ?? null)].filter((scope) => !caller.scopes.has(scope));
  const own = installationsOf(caller, 'keys:write');
  const outside = own === null ? [] : (wanted.installations ?? own).filter((id) => !own.includes(id));
  if (tooMuch.length === 0 && outside.length === 0) return;
  throw new PermissionError('KEY_TOO_WIDE', 'A key can be given only what its maker has.', {
    details: { scopes: tooMuch, installations: outside },
    hint: 'Leave out what the details name, or use a key that may more.',
  });
}

function toKey({
  createdAt,
  expiresAt,
  lastUsedAt,
  revokedAt,
  scopes,
  installations,
  ...key
}: StoredKey): z.input<typeof keySchema> {
  return {
    ...key,
    scopes: scopes && [...scopes],
    installations: installations && [...installations],
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
