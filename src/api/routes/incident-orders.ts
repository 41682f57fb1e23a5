import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { type Authenticator, requireScope } from '../authentication.ts';
import type { ApiEnv } from '../context.ts';
import { hourlyLimit } from '../rate-limit.ts';
import { noQuery } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import { incidentParams } from '../schemas/incident.ts';
import { EXAMPLE_INCIDENT_ID } from '../schemas/incident-examples.ts';
import { diagnosisOrderSchema, fixOrderSchema } from '../schemas/outside.ts';
import type { ApiServices } from '../services.ts';

const security = [{ bearer: [] }];
const tags = ['Incidents'];
const request = { params: incidentParams, query: noQuery };

export const diagnoseIncidentRoute = createRoute({
  method: 'post',
  path: '/api/v1/incidents/{id}/diagnose',
  operationId: 'diagnoseIncident',
  tags,
  security,
  summary: 'Have the newest run of an open incident read again',
  description: 'Needs the role developer.',
  request,
  responses: {
    202: { description: 'It is in the queue.', content: { 'application/json': { schema: diagnosisOrderSchema } } },
    ...errorResponses(`/api/v1/incidents/${EXAMPLE_INCIDENT_ID}/diagnose`, 400, 401, 403, 404, 409, 429, 500, 503),
  },
});

export const fixIncidentRoute = createRoute({
  method: 'post',
  path: '/api/v1/incidents/{id}/fix',
  operationId: 'fixIncident',
  tags,
  security,
  summary: 'Ask for all that may be done on the head of an open incident',
  description:
    'Needs the role developer. What the policy allows is made, what it asks about is made ready for approval; when nothing may be done, 409 tells the reasons.',
  request,
  responses: {
    202: { description: 'It is in the queue.', content: { 'application/json': { schema: fixOrderSchema } } },
    ...errorResponses(`/api/v1/incidents/${EXAMPLE_INCIDENT_ID}/fix`, 400, 401, 403, 404, 409, 429, 500, 503),
  },
});

export function registerIncidentOrders(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const { diagnosesPerHour, fixesPerHour } = services.limits;
  const limits = {
    diagnoses: hourlyLimit('diagnoses', diagnosesPerHour, services.limitPool),
    fixes: hourlyLimit('fixes', fixesPerHour, services.limitPool),
  };
  app.openapi({ ...diagnoseIncidentRoute, middleware: requireScope(authenticate, 'diagnoses:write') }, async (c) => {
    const asked = { requestedBy: c.get('caller').id, correlationId: c.get('correlationId') };
    await limits.diagnoses(asked.requestedBy);
    const order = await services.requests.diagnoseIncident({ id: c.req.valid('param').id, ...asked });
    return c.json({ status: 'queued' as const, ...order }, 202);
  });
  app.openapi({ ...fixIncidentRoute, middleware: requireScope(authenticate, 'fixes:write') }, async (c) => {
    const asked = { requestedBy: c.get('caller').id, correlationId: c.get('correlationId') };
    await limits.fixes(asked.requestedBy);
    const order = await services.requests.fixIncident({ id: c.req.valid('param').id, ...asked });
    return c.json({ status: 'queued' as const, ...order }, 202);
  });
}
