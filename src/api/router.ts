import { OpenAPIHono } from '@hono/zod-openapi';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { NO_TRACING } from '../telemetry/tracing.ts';
import { withinReach } from './access/within-reach.ts';
import { type Authenticator, createAuthenticator } from './authentication.ts';
import { shrink } from './caching.ts';
import type { ApiEnv } from './context.ts';
import { DOCS_POLICY, docsPage } from './docs-page.ts';
import { answerError, methodNotAllowedError, refuseInvalid, routeNotFound } from './failures.ts';
import { allowOrigins, correlate, harden, record } from './middleware.ts';
import { type OpenApiDocument, openApiDocument } from './openapi.ts';
import { registerAgents } from './routes/agents.ts';
import { registerAnalytics } from './routes/analytics.ts';
import { registerApprovals } from './routes/approvals.ts';
import { registerAudit } from './routes/audit.ts';
import { registerBuildOrders } from './routes/build-orders.ts';
import { registerBuilds } from './routes/builds.ts';
import { registerDeployments } from './routes/deployments.ts';
import { registerIncidentOrders } from './routes/incident-orders.ts';
import { registerIncidents } from './routes/incidents.ts';
import { registerKeys } from './routes/keys.ts';
import { registerLive } from './routes/live.ts';
import { registerLogs } from './routes/logs.ts';
import { registerNotifications } from './routes/notifications.ts';
import { registerOperations } from './routes/operations.ts';
import { registerOutside } from './routes/outside.ts';
import { registerPipeline } from './routes/pipeline.ts';
import { registerRepositories } from './routes/repositories.ts';
import { registerSignIn } from './routes/sign-in.ts';
import { registerTasks } from './routes/tasks.ts';
import { registerTokens } from './routes/tokens.ts';
import { registerTriggers } from './routes/triggers.ts';
import type { ApiServices } from './services.ts';
import { traceRequests } from './trace-requests.ts';

/**
 * Everything that Regreen answers over HTTP except webhooks; without `servesApi` only how it is. It never throws: whatever goes wrong is answered in the one
 * error format, with the correlation id in the header `X-Correlation-Id`.
 */
export function createRouter(
  all: ApiServices,
  authenticate = createAuthenticator(all),
  { servesApi = true }: { servesApi?: boolean } = {},
): OpenAPIHono<ApiEnv> {
  const services = withinReach(all);
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
  // 1 What is done for every request
  app.use(correlate, traceRequests(services.tracing ?? NO_TRACING, services.trustedProxies), record(services));
  // Around what hardens every answer: the page has a style.
  app.use('/docs', async (c, next) => {
    await next();
    if (c.res.ok) c.res.headers.set('content-security-policy', DOCS_POLICY);
  });
  app.use(...harden, shrink);
  if (services.corsOrigins.length > 0) app.use(allowOrigins(services.corsOrigins));
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, allowed) => {
        const answer = answerError(c, methodNotAllowedError(allowed), services.now());
        answer.headers.set('allow', allowed.join(', '));
        return answer;
      },
    }),
  );
  // 2 The routes
  registerOperations(app, services);
  if (servesApi) registerApi(app, services, authenticate);
  // 3 What goes wrong
  app.notFound((c) => answerError(c, routeNotFound(), services.now()));
  app.onError((error, c) => answerError(c, error, services.now()));
  return app;
}

/** What only a process with the role `api` answers. */
function registerApi(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  registerTriggers(app, services, authenticate);
  registerIncidents(app, services, authenticate);
  registerIncidentOrders(app, services, authenticate);
  registerOutside(app, services, authenticate);
  registerApprovals(app, services, authenticate);
  registerBuildOrders(app, services, authenticate);
  registerBuilds(app, services, authenticate);
  registerDeployments(app, services, authenticate);
  registerLogs(app, services, authenticate);
  registerPipeline(app, services, authenticate);
  registerAnalytics(app, services, authenticate);
  registerAgents(app, services, authenticate);
  registerRepositories(app, services, authenticate);
  registerTasks(app, services, authenticate);
  registerAudit(app, services, authenticate);
  registerNotifications(app, services, authenticate);
  registerLive(app, services, authenticate);
  registerKeys(app, services, authenticate);
  registerTokens(app, services, authenticate);
  registerSignIn(app, services, authenticate);
  // A tenth of a second and 20 MB that only those pay who read it.
  let described: OpenApiDocument | undefined;
  const document = () => {
    described ??= openApiDocument();
    return described;
  };
  app.get('/openapi.json', (c) => c.json(document()));
  let page: string | undefined;
  app.get('/docs', (c) => {
    page ??= docsPage(document());
    return c.html(page);
  });
}
