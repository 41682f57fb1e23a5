import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { type Authenticator, requireScope } from '../authentication.ts';
import { cacheBriefly } from '../caching.ts';
import type { ApiEnv, ApiMiddleware, AuthenticatedEnv } from '../context.ts';
import { encodeCursor } from '../cursor.ts';
import { limitBody } from '../middleware.ts';
import { buildParams } from '../schemas/build.ts';
import {
  orderResponseSchema,
  rerunRequestSchema,
  rollbackPageExample,
  rollbackPageSchema,
  rollbacksQuery,
} from '../schemas/build-orders.ts';
import { noQuery } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import { json } from '../schemas/json.ts';
import { beginOf } from '../schemas/paging.ts';
import { repositoryIdOf } from '../scope.ts';
import type { ApiServices } from '../services.ts';

export const listRollbacksRoute = createRoute({
  method: 'get',
  path: '/api/v1/builds/rollbacks',
  operationId: 'listRollbacks',
  tags: ['Builds'],
  summary: 'Where people went back to an earlier version, newest first unless another order is asked for',
  security: [{ bearer: [] }],
  request: { query: rollbacksQuery },
  responses: {
    200: json('One page of them.', rollbackPageSchema, rollbackPageExample),
    ...errorResponses('/api/v1/builds/rollbacks', 400, 401, 403, 404, 500, 503),
  },
});

const taken = { description: 'GitHub has taken the order.', content: { 'application/json': { schema: orderResponseSchema } } };

export const rerunBuildRoute = createRoute({
  method: 'post',
  path: '/api/v1/builds/{id}/rerun',
  operationId: 'rerunBuild',
  tags: ['Builds'],
  summary: 'Run it again',
  description: 'Needs the role developer. What GitHub refuses is answered 409 with a code that says why, and its own words.',
  security: [{ bearer: [] }],
  request: {
    params: buildParams,
    query: noQuery,
    body: { required: true, content: { 'application/json': { schema: rerunRequestSchema } } },
  },
  responses: {
    202: taken,
    ...errorResponses('/api/v1/builds/9876543210/rerun', 400, 401, 403, 404, 409, 413, 415, 500, 503),
  },
});

export const cancelBuildRoute = createRoute({
  method: 'post',
  path: '/api/v1/builds/{id}/cancel',
  operationId: 'cancelBuild',
  tags: ['Builds'],
  summary: 'End it',
  description: 'Needs the role developer. GitHub ends the jobs a little later.',
  security: [{ bearer: [] }],
  request: { params: buildParams, query: noQuery },
  responses: { 202: taken, ...errorResponses('/api/v1/builds/9876543210/cancel', 400, 401, 403, 404, 409, 500, 503) },
});

/** Before the routes of one build: `rollbacks` is no id. */
export function registerBuildOrders(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const mayRead = [requireScope(authenticate, 'builds:read'), ...cacheBriefly];
  const mayOrder = requireScope(authenticate, 'builds:write');
  // The caller is known before a byte of the body is read.
  const withBody: [MiddlewareHandler<AuthenticatedEnv>, ApiMiddleware] = [mayOrder, limitBody];
  app.openapi({ ...listRollbacksRoute, middleware: mayRead }, async (c) => {
    const { cursor, repository, from, to, ...query } = c.req.valid('query');
    const { items, next } = await services.builds.rollbacks({
      ...query,
      repositoryId: await repositoryIdOf(services.analytics, repository),
      from: from === undefined ? undefined : new Date(from),
      to: to === undefined ? undefined : new Date(to),
      after: beginOf({ cursor, sort: query.sort }),
    });
    const shown = items.map(({ owner, name, at, ...one }) => ({
      ...one,
      at: at.toISOString(),
      repository: `${owner}/${name}`,
    }));
    return c.json({ items: shown, nextCursor: next && encodeCursor(next) }, 200);
  });
  app.openapi({ ...rerunBuildRoute, middleware: withBody }, async (c) => {
    const { id } = c.req.valid('param');
    const { jobs } = c.req.valid('json');
    const correlationId = c.get('correlationId');
    const asked = { requestedBy: c.get('caller').id, correlationId };
    const { attempt } = await services.requests.rerunBuild({ runId: id, jobs, ...asked });
    return c.json({ status: 'requested' as const, id, attempt, correlationId }, 202);
  });
  app.openapi({ ...cancelBuildRoute, middleware: mayOrder }, async (c) => {
    const { id } = c.req.valid('param');
    const correlationId = c.get('correlationId');
    const { attempt } = await services.requests.cancelBuild({ runId: id, requestedBy: c.get('caller').id, correlationId });
    return c.json({ status: 'requested' as const, id, attempt, correlationId }, 202);
  });
}
