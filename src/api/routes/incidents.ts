import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import { NotFoundError } from '../../errors.ts';
import type { AgentCall } from '../../store/agent-calls/agent-calls.ts';
import type { FailureView, FixView, IncidentDetails, IncidentSummary } from '../../store/incidents/incident-views.ts';
import { type Authenticator, requireScope } from '../authentication.ts';
import { askAgain } from '../caching.ts';
import type { ApiEnv } from '../context.ts';
import { encodeCursor } from '../cursor.ts';
import { noQuery } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import {
  incidentDetailsSchema,
  incidentPageSchema,
  incidentParams,
  incidentQuery,
  type incidentSchema,
} from '../schemas/incident.ts';
import { EXAMPLE_INCIDENT_ID, incidentDetailsExample, incidentPageExample } from '../schemas/incident-examples.ts';
import { json } from '../schemas/json.ts';
import { beginOf } from '../schemas/paging.ts';
import type { ApiServices } from '../services.ts';
import { toCall } from './agents.ts';

export const listIncidentsRoute = createRoute({
  method: 'get',
  path: '/api/v1/incidents',
  operationId: 'listIncidents',
  tags: ['Incidents'],
  summary: 'Incidents, newest first unless another order is asked for',
  security: [{ bearer: [] }],
  request: { query: incidentQuery },
  responses: {
    200: json('One page of them.', incidentPageSchema, incidentPageExample),
    ...errorResponses('/api/v1/incidents', 400, 401, 403, 500, 503),
  },
});

export const readIncidentRoute = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}',
  operationId: 'readIncident',
  tags: ['Incidents'],
  summary: 'One incident with its timeline',
  security: [{ bearer: [] }],
  request: { params: incidentParams, query: noQuery },
  responses: {
    200: json(
      'The incident, its failures with what was decided about them, and its fixes.',
      incidentDetailsSchema,
      incidentDetailsExample,
    ),
    ...errorResponses(`/api/v1/incidents/${EXAMPLE_INCIDENT_ID}`, 400, 401, 403, 404, 500, 503),
  },
});

export function registerIncidents(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const middleware = [requireScope(authenticate, 'incidents:read'), ...askAgain];
  app.openapi({ ...listIncidentsRoute, middleware }, async (c) => {
    const { cursor, ...query } = c.req.valid('query');
    const { items, next } = await services.incidents.list({ ...query, after: beginOf({ cursor, sort: query.sort }) });
    return c.json({ items: items.map(toIncident), nextCursor: next && encodeCursor(next) }, 200);
  });
  app.openapi({ ...readIncidentRoute, middleware }, async (c) => {
    const { id } = c.req.valid('param');
    const [incident, calls] = await Promise.all([services.incidents.read(id), services.agents.ofIncident(id)]);
    if (!incident) throw new NotFoundError('INCIDENT_NOT_FOUND', 'There is no incident of this id.', { details: { id } });
    return c.json(toIncidentDetails(incident, calls), 200);
  });
}

function toIncident(incident: IncidentSummary): z.input<typeof incidentSchema> {
  return {
    id: incident.id,
    repository: `${incident.owner}/${incident.name}`,
    branch: incident.branch,
    pullRequest: incident.pullRequestNumber,
    workflow: incident.workflowPath,
    fingerprint: incident.fingerprint,
    cause: incident.cause,
    status: incident.status,
    failures: incident.failures,
    openedAt: incident.openedAt.toISOString(),
    lastFailureAt: incident.lastFailureAt.toISOString(),
    closedAt: incident.closedAt?.toISOString() ?? null,
    closedReason: incident.closedReason,
    fixedBy: incident.fixedBy,
  };
}

type IncidentAnswer = z.input<typeof incidentDetailsSchema>;
type Entry = IncidentAnswer['timeline'][number];

function toIncidentDetails(incident: IncidentDetails, calls: readonly AgentCall[]): IncidentAnswer {
  const entries: Entry[] = [
    ...incident.shownFailures.map(toFailureEntry),
    ...incident.fixes.map(toFixEntry),
    ...calls.map((call) => ({ type: 'agent' as const, at: call.startedAt.toISOString(), ...toCall(call) })),
  ];
  return {
    ...toIncident(incident),
    olderFailures: incident.olderFailures,
    timeline: entries.sort((one, other) => one.at.localeCompare(other.at)),
  };
}

function toFailureEntry(failure: FailureView): Entry {
  const { at, runId, runAttempt, runUrl, jobId, jobName, ...rest } = failure;
  return {
    type: 'failure',
    at: at.toISOString(),
    run: { id: runId, attempt: runAttempt, url: runUrl },
    job: { id: jobId, name: jobName },
    ...rest,
  };
}

function toFixEntry(fix: FixView): Entry {
  const { at, commitSha, pullRequestNumber, endedAt, ...rest } = fix;
  return {
    type: 'fix',
    at: at.toISOString(),
    commit: commitSha,
    pullRequest: pullRequestNumber,
    endedAt: endedAt?.toISOString() ?? null,
    ...rest,
  };
}
