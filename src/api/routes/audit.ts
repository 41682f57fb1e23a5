import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { type Authenticator, requireScope } from '../authentication.ts';
import type { ApiEnv } from '../context.ts';
import { auditPageExample, auditPageSchema, auditQuery } from '../schemas/audit.ts';
import { errorResponses } from '../schemas/error.ts';
import { json } from '../schemas/json.ts';
import { encodeIdCursor } from '../schemas/paging.ts';
import { repositoryIdOf } from '../scope.ts';
import type { ApiServices } from '../services.ts';

export const listAuditRoute = createRoute({
  method: 'get',
  path: '/api/v1/audit',
  operationId: 'listAudit',
  tags: ['Audit'],
  summary: 'Who did what, newest first',
  description: 'Needs the role admin.',
  security: [{ bearer: [] }],
  request: { query: auditQuery },
  responses: {
    200: json('One page of it.', auditPageSchema, auditPageExample),
    ...errorResponses('/api/v1/audit', 400, 401, 403, 404, 500, 503),
  },
});

export function registerAudit(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  app.openapi({ ...listAuditRoute, middleware: [requireScope(authenticate, 'audit:read')] }, async (c) => {
    const { cursor, repository, from, to, ...query } = c.req.valid('query');
    const { items, next } = await services.audit.list({
      ...query,
      repositoryId: await repositoryIdOf(services.analytics, repository),
      from: from === undefined ? undefined : new Date(from),
      to: to === undefined ? undefined : new Date(to),
      after: cursor?.id,
    });
    const shown = items.map((entry) => ({ ...entry, at: entry.at.toISOString() }));
    return c.json({ items: shown, nextCursor: next === null ? null : encodeIdCursor(next) }, 200);
  });
}
