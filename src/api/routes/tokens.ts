import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { NotFoundError, PermissionError } from '../../errors.ts';
import { tokenCaller } from '../access/callers.ts';
import { LONGEST_TOKEN_SECONDS } from '../access/tokens.ts';
import { type Authenticator, requireScope } from '../authentication.ts';
import type { ApiEnv, BodyMiddleware, CallerMiddleware } from '../context.ts';
import { limitBody } from '../middleware.ts';
import { EXAMPLE_TOKEN_ID, revokedTokenSchema, tokenParams, tokenRequestSchema, tokenSchema } from '../schemas/access.ts';
import { noQuery } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import type { ApiServices } from '../services.ts';

export const issueTokenRoute = createRoute({
  method: 'post',
  path: '/api/v1/auth/token',
  operationId: 'issueToken',
  tags: ['Access'],
  summary: 'Exchange a key for a short-lived token',
  description:
    'For places that should not hold a key: a browser, a job. The token may at most what the key may at the moment of each request, and ends with the key.',
  security: [{ bearer: [] }],
  request: { query: noQuery, body: { required: true, content: { 'application/json': { schema: tokenRequestSchema } } } },
  responses: {
    201: { description: 'The token; it is kept nowhere.', content: { 'application/json': { schema: tokenSchema } } },
    ...errorResponses('/api/v1/auth/token', 400, 401, 403, 413, 415, 429, 500, 503),
  },
});

export const revokeTokenRoute = createRoute({
  method: 'delete',
  path: '/api/v1/auth/tokens/{id}',
  operationId: 'revokeToken',
  tags: ['Access'],
  summary: 'Take a token back',
  description: 'The token itself may do this, and whoever may take keys back in all installations.',
  security: [{ bearer: [] }],
  request: { params: tokenParams, query: noQuery },
  responses: {
    200: { description: 'It is of no use any more.', content: { 'application/json': { schema: revokedTokenSchema } } },
    ...errorResponses(`/api/v1/auth/tokens/${EXAMPLE_TOKEN_ID}`, 400, 401, 403, 404, 429, 500, 503),
  },
});

export function registerTokens(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const middleware: BodyMiddleware = [requireScope(authenticate, 'tokens:write'), limitBody];
  app.openapi({ ...issueTokenRoute, middleware }, async (c) => {
    const caller = c.get('caller');
    // A token that could have another made would never end.
    if (caller.kind !== 'key') throw keyNeeded();
    const { expiresInSeconds, scopes = null, installations = null } = c.req.valid('json');
    const end = new Date((Math.floor(services.now().getTime() / 1000) + expiresInSeconds) * 1000);
    const expiresAt = caller.expiresAt !== null && caller.expiresAt < end ? caller.expiresAt : end;
    const { token, id } = await services.tokenSigner.issue({ keyId: caller.keyId, scopes, installations, expiresAt });
    await services.tokens.noteIssue({ id, by: caller.id, expiresAt }, c.get('correlationId'));
    const holder = tokenCaller(caller, { id, keyId: caller.keyId, scopes, installations, expiresAt });
    const reach = holder.reach('tokens:write');
    const answer = {
      id,
      token,
      tokenType: 'Bearer' as const,
      scopes: [...holder.scopes],
      installations: reach !== 'everything' && 'installations' in reach ? [...reach.installations] : null,
      expiresAt: expiresAt.toISOString(),
    };
    return c.json(answer, 201);
  });
  const revoking: CallerMiddleware = [requireScope(authenticate, 'tokens:write')];
  app.openapi({ ...revokeTokenRoute, middleware: revoking }, async (c) => {
    const { id } = c.req.valid('param');
    const caller = c.get('caller');
    const mayAny = caller.scopes.has('keys:write') && caller.reach('keys:write') === 'everything';
    if (caller.tokenId !== id && !mayAny) {
      throw new NotFoundError('TOKEN_NOT_FOUND', 'There is no token of this id that you may take back.', {
        details: { id },
        hint: 'Send the token itself, or a key with the scope keys:write in all installations.',
      });
    }
    const now = services.now();
    const expiresAt = new Date(now.getTime() + LONGEST_TOKEN_SECONDS * 1000);
    await services.tokens.revoke({ id, by: caller.id, expiresAt }, now, c.get('correlationId'));
    return c.json({ id, revokedAt: now.toISOString() }, 200);
  });
}

function keyNeeded(): PermissionError {
  return new PermissionError('TOKEN_NEEDS_KEY', 'Only a key can be exchanged for a token.', {
    hint: 'Send the key itself as bearer token.',
  });
}
