import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTokenSigner } from '../../../src/api/access/tokens.ts';
import { createRequestListener } from '../../../src/api/listener.ts';
import { createRouter } from '../../../src/api/router.ts';
import type { ApiServices, HealthCheck } from '../../../src/api/services.ts';
import { createAnalytics } from '../../../src/insights/views.ts';
import { createKeyStore } from '../../../src/store/access/api-keys.ts';
import { createTokenStore } from '../../../src/store/access/revoked-tokens.ts';
import { createAgentViews } from '../../../src/store/agent-calls/agent-views.ts';
import { createApprovalViews } from '../../../src/store/approvals/approval-views.ts';
import { createAuditViews } from '../../../src/store/audit-views.ts';
import { createBuildViews } from '../../../src/store/books/build-views.ts';
import { createDeploymentViews } from '../../../src/store/books/deployment-views.ts';
import type { Database } from '../../../src/store/database.ts';
import { createIncidentViews } from '../../../src/store/incidents/incident-views.ts';
import { createOutsideViews } from '../../../src/store/incidents/outside-incidents.ts';
import { createTicketStore } from '../../../src/store/live/live-tickets.ts';
import { repositoryIds } from '../../../src/store/repositories/repositories.ts';
import { createRepositoryViews } from '../../../src/store/repositories/repository-views.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { EXAMPLE_REQUESTS, EXAMPLE_TASKS } from '../../support/example-requests.ts';
import { EXAMPLE_SIGN_IN } from '../../support/example-sign-in.ts';
import { healthOf, notifyAdminOn } from '../../support/notify/admin.ts';

const API_KEY = 'a-key-for-tests-of-regreen';
export const AUTHORIZED = { authorization: `Bearer ${API_KEY}` };

export interface RunningApi {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  close(): Promise<void>;
}

const up: HealthCheck = async () => ({ status: 'up', message: 'It answers.' });

type Changes = Partial<ApiServices> & { visible?: Database };

/** What the router needs, with rows from `database`, or `visible` where callers see a part of it. */
export function apiServicesOn(database: Database, now: () => Date, { visible = database, ...changes }: Changes): ApiServices {
  return {
    log: createLog({ level: 'silent' }),
    metrics: createMetrics({ version: '0.0.0', processMetrics: false }),
    apiKeys: [{ role: 'admin', key: API_KEY }],
    health: healthOf(up),
    keys: createKeyStore(database),
    tokens: createTokenStore(database),
    tickets: createTicketStore(database),
    publicUrl: null,
    signIn: EXAMPLE_SIGN_IN,
    tokenSigner: createTokenSigner({ secrets: [], fallback: 'a secret of the tests', now }),
    limits: { diagnosesPerHour: 50, approvalsPerHour: 20, fixesPerHour: 100, requestsPerMinute: 10_000 },
    limitPool: null,
    corsOrigins: [],
    trustedProxies: [],
    readiness: () => ({ ready: true, reasons: [] }),
    visibleRepositoryIds: () => repositoryIds(visible),
    incidents: createIncidentViews(visible),
    agents: createAgentViews(visible),
    approvals: createApprovalViews(visible),
    agentState: async () => null,
    agentWebhook: null,
    decideApproval: async () => ({ kind: 'done' }),
    deployments: createDeploymentViews(visible),
    outside: createOutsideViews(visible),
    audit: createAuditViews(visible, database),
    repositories: createRepositoryViews(visible),
    requests: EXAMPLE_REQUESTS,
    tasks: EXAMPLE_TASKS,
    notifications: notifyAdminOn(database, now, ['127.0.0.1']),
    builds: createBuildViews(visible, now),
    analytics: createAnalytics(visible, now),
    triggerDiagnosis: async ({ which }) => ({
      kind: 'queued',
      taskId: 'b1a9a2a4-6f0e-4c39-8f55-2a4b3d6f3d10',
      runId: 'runId' in which ? which.runId : 9876543210,
      attempt: 1,
    }),
    now,
    ...changes,
  };
}

/** The router on a free port. */
export async function startApi(
  database: Database,
  now: () => Date = () => new Date(),
  changes: Changes = {},
): Promise<RunningApi> {
  const services = apiServicesOn(database, now, changes);
  const server = createServer(createRequestListener(createRouter(services), services));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
