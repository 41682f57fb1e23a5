import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { NotFoundError } from '../../errors.ts';
import type { OutsideIncident } from '../../store/incidents/outside-incidents.ts';
import { type Authenticator, requireScope } from '../authentication.ts';
import { askAgain } from '../caching.ts';
import type { ApiEnv, ApiMiddleware, AuthenticatedEnv } from '../context.ts';
import { encodeCursor } from '../cursor.ts';
import { limitBody } from '../middleware.ts';
import { noQuery } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import { json } from '../schemas/json.ts';
import * as outside from '../schemas/outside.ts';
import { beginOf } from '../schemas/paging.ts';
import { repositoryIdOf } from '../scope.ts';
import type { ApiServices } from '../services.ts';

const security = [{ bearer: [] }];
const tags = ['Incidents'];

export const reportIncidentRoute = createRoute({
  method: 'post',
  path: '/api/v1/incidents',
  operationId: 'reportIncident',
  tags,
  security,
  summary: 'Tell of a run of another CI, or of alerts',
  description:
    "Needs the role developer. Takes a run of another CI, or Prometheus Alertmanager's webhook (version 4; its http_config.authorization carries the key). What is red or firing opens an incident or feeds the open one, what is green or resolved closes it; the same word twice, or late, changes nothing.",
  request: {
    query: noQuery,
    body: { required: true, content: { 'application/json': { schema: outside.reportRequestSchema } } },
  },
  responses: {
    200: { description: 'It is kept.', content: { 'application/json': { schema: outside.reportResponseSchema } } },
    ...errorResponses('/api/v1/incidents', 400, 401, 403, 413, 415, 500, 503),
  },
});

export const listOutsideRoute = createRoute({
  method: 'get',
  path: '/api/v1/outside-incidents',
  operationId: 'listOutsideIncidents',
  tags,
  security,
  summary: 'What other systems have told of, newest first',
  request: { query: outside.outsideQuery },
  responses: {
    200: json('One page of them.', outside.outsidePageSchema, outside.outsidePageExample),
    ...errorResponses('/api/v1/outside-incidents', 400, 401, 403, 404, 500, 503),
  },
});

export const readOutsideRoute = createRoute({
  method: 'get',
  path: '/api/v1/outside-incidents/{id}',
  operationId: 'readOutsideIncident',
  tags,
  security,
  summary: 'One of them',
  request: { params: outside.outsideParams, query: noQuery },
  responses: {
    200: json('The incident.', outside.outsideSchema, outside.outsideExample),
    ...errorResponses(`/api/v1/outside-incidents/${outside.EXAMPLE_OUTSIDE_ID}`, 400, 401, 403, 404, 500, 503),
  },
});

export function registerOutside(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const mayRead = [requireScope(authenticate, 'incidents:read'), ...askAgain];
  // The caller is known before a byte of the body is read.
  const mayReport: [MiddlewareHandler<AuthenticatedEnv>, ApiMiddleware] = [
    requireScope(authenticate, 'incidents:write'),
    limitBody,
  ];
  app.openapi({ ...reportIncidentRoute, middleware: mayReport }, async (c) => {
    const report = c.req.valid('json');
    const correlationId = c.get('correlationId');
    const asked = { requestedBy: c.get('caller').id, correlationId };
    if ('alerts' in report) {
      const incidents = await services.requests.reportAlerts({ alerts: report.alerts, ...asked });
      return c.json({ incidents, correlationId }, 200);
    }
    const { branch, sha, url, key, at, summary, severity, log, ...run } = report;
    const told = {
      ...run,
      branch: branch ?? null,
      sha: sha ?? null,
      url: url ?? null,
      key: key ?? null,
      at: at === undefined ? null : new Date(at),
      summary: summary ?? null,
      severity: severity ?? null,
      log: log ?? null,
    };
    const incident = await services.requests.reportOutsideRun({ run: told, signal: c.req.raw.signal, ...asked });
    return c.json({ incidents: [incident], correlationId }, 200);
  });
  app.openapi({ ...listOutsideRoute, middleware: mayRead }, async (c) => {
    const { cursor, repository, ...query } = c.req.valid('query');
    const repositoryId = await repositoryIdOf(services.analytics, repository);
    const after = beginOf({ cursor, sort: query.sort });
    const { items, next } = await services.outside.list({ ...query, repositoryId, after });
    return c.json({ items: items.map(toOutside), nextCursor: next && encodeCursor(next) }, 200);
  });
  app.openapi({ ...readOutsideRoute, middleware: mayRead }, async (c) => {
    const { id } = c.req.valid('param');
    const incident = await services.outside.read(id);
    if (incident) return c.json(toOutside(incident), 200);
    throw new NotFoundError('INCIDENT_NOT_FOUND', 'No other system has told of an incident of this id.', {
      details: { id },
      hint: 'GET /api/v1/outside-incidents lists them; incidents of GitHub Actions are at /api/v1/incidents/{id}.',
    });
  });
}

function toOutside({ openedAt, lastEventAt, closedAt, ...rest }: OutsideIncident): z.input<typeof outside.outsideSchema> {
  return {
    ...rest,
    openedAt: openedAt.toISOString(),
    lastEventAt: lastEventAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
  };
}
