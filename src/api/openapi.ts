import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import { COOKIE_NAMES } from './access/cookies.ts';
import { agentUsageRoute } from './routes/agents.ts';
import * as analytics from './routes/analytics.ts';
import { approveRoute, listApprovalsRoute, readApprovalRoute, rejectRoute } from './routes/approvals.ts';
import { listAuditRoute } from './routes/audit.ts';
import { cancelBuildRoute, listRollbacksRoute, rerunBuildRoute } from './routes/build-orders.ts';
import { listBuildsRoute, readBuildRoute } from './routes/builds.ts';
import { listDeploymentsRoute } from './routes/deployments.ts';
import { diagnoseIncidentRoute, fixIncidentRoute } from './routes/incident-orders.ts';
import { listIncidentsRoute, readIncidentRoute } from './routes/incidents.ts';
import { createKeyRoute, listKeysRoute, revokeKeyRoute } from './routes/keys.ts';
import { ticketRoute } from './routes/live.ts';
import * as logs from './routes/logs.ts';
import * as notifications from './routes/notification-routes.ts';
import { aboutRoute, healthRoute, livenessRoute, metricsRoute, pingRoute, readinessRoute, VERSION } from './routes/operations.ts';
import * as outside from './routes/outside.ts';
import * as pipeline from './routes/pipeline.ts';
import * as repositories from './routes/repositories.ts';
import * as signIn from './routes/sign-in.ts';
import * as tasks from './routes/tasks.ts';
import { issueTokenRoute, revokeTokenRoute } from './routes/tokens.ts';
import { triggerRoute, uploadRoute } from './routes/triggers.ts';
import { errorResponses } from './schemas/error.ts';

const ROUTES = [
  aboutRoute,
  pingRoute,
  healthRoute,
  livenessRoute,
  readinessRoute,
  metricsRoute,
  triggerRoute,
  uploadRoute,
  listIncidentsRoute,
  readIncidentRoute,
  diagnoseIncidentRoute,
  fixIncidentRoute,
  outside.reportIncidentRoute,
  outside.listOutsideRoute,
  outside.readOutsideRoute,
  listApprovalsRoute,
  readApprovalRoute,
  approveRoute,
  rejectRoute,
  listBuildsRoute,
  readBuildRoute,
  listRollbacksRoute,
  rerunBuildRoute,
  cancelBuildRoute,
  listDeploymentsRoute,
  logs.logArchiveRoute,
  logs.jobLogRoute,
  logs.parsedLogRoute,
  pipeline.pipelineOverviewRoute,
  pipeline.pipelineStatusRoute,
  pipeline.pipelineMetricsRoute,
  pipeline.pipelineRecentRoute,
  analytics.overviewRoute,
  analytics.trendsRoute,
  analytics.recoveryRoute,
  analytics.performanceRoute,
  analytics.failuresRoute,
  analytics.flakyRoute,
  analytics.comparisonRoute,
  agentUsageRoute,
  repositories.listInstallationsRoute,
  repositories.listRepositoriesRoute,
  repositories.readRepositoryRoute,
  repositories.readConfigurationRoute,
  tasks.listTasksRoute,
  tasks.readTaskRoute,
  tasks.retryTaskRoute,
  tasks.cancelTaskRoute,
  tasks.queuesRoute,
  tasks.listDeadLettersRoute,
  tasks.redriveDeadLettersRoute,
  tasks.redriveDeadLetterRoute,
  listAuditRoute,
  ...Object.values(notifications),
  ticketRoute,
  listKeysRoute,
  createKeyRoute,
  revokeKeyRoute,
  issueTokenRoute,
  revokeTokenRoute,
  signIn.beginSignInRoute,
  signIn.completeSignInRoute,
  signIn.readSessionRoute,
  signIn.endSessionRoute,
];

const DESCRIPTION = `Self-hosted, self-healing CI: why a build is red, what was done about it, and whether it worked.

Every answer carries the header X-Correlation-Id, under which the log tells of the request; a request may bring its own id
in X-Request-Id (up to 128 letters, digits, dots, colons, underscores and hyphens). Unknown query parameters and fields are refused.`;

/** Every caller may ask too often, wherever that is; and where a key is wanted, a signed-in person will do. */
function forCallers<R extends RouteConfig>(route: R): R {
  if (!route.security?.length) return route;
  const security = route.security.some((one) => 'bearer' in one) ? [...route.security, { session: [] }] : route.security;
  return { ...route, security, responses: { ...errorResponses(route.path, 429), ...route.responses } };
}

export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

/** The API's description in OpenAPI 3.1, made from the schemas that check the requests. The same at every call. */
export function openApiDocument(): OpenApiDocument {
  const registrar = new OpenAPIHono();
  registrar.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key, or a token made for one by POST /api/v1/auth/token. viewer reads; developer may also ask for diagnoses and order re-runs and look at tasks; approver may also decide approvals; admin may also order tasks about, read the audit log and make keys.',
  });
  registrar.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: COOKIE_NAMES.session,
    description:
      'The cookie of somebody who has signed in with GitHub, where that is switched on (docs/access.md). It counts only in requests of pages of this server; for what changes something, the header Origin must say so.',
  });
  for (const route of ROUTES) registrar.openAPIRegistry.registerPath(forCallers(route));
  return registrar.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Regreen',
      version: VERSION,
      description: DESCRIPTION,
      license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'Operations', description: 'For machines that watch this process.' },
      { name: 'Diagnoses', description: 'Ask why a build is red.' },
      { name: 'Incidents', description: 'One root cause on one branch, from its first red to green.' },
      { name: 'Approvals', description: "What needs a person's yes or no." },
      { name: 'Builds', description: 'Runs of GitHub Actions, with their jobs and steps.' },
      { name: 'Pipeline', description: 'What goes on now.' },
      { name: 'Repositories', description: 'Where the app is installed, and what counts there.' },
      { name: 'Tasks', description: 'What Regreen works on, and what it could not do.' },
      { name: 'Audit', description: 'Who did what.' },
      { name: 'Live', description: 'What has just changed, over a WebSocket at /ws; docs/live.md says what is said there.' },
      { name: 'Access', description: 'Who may do what: keys and tokens.' },
      { name: 'Agents', description: 'What coding agents take.' },
      {
        name: 'Notifications',
        description: 'Who is told what, where, and what became of it; docs/notifications.md has examples.',
      },
      { name: 'Analytics', description: 'Figures over days; docs/metrics.md defines each.' },
    ],
  });
}
