import { Writable } from 'node:stream';
import { createTokenSigner } from '../../../src/api/access/tokens.ts';
import { createRouter } from '../../../src/api/router.ts';
import type { ApiServices, HealthCheck } from '../../../src/api/services.ts';
import type { ErrorBody } from '../../../src/errors.ts';
import { createAnalytics } from '../../../src/insights/views.ts';
import { createAuditViews } from '../../../src/store/audit-views.ts';
import { createBuildViews } from '../../../src/store/books/build-views.ts';
import { createDeploymentViews } from '../../../src/store/books/deployment-views.ts';
import { createDatabase, createPool } from '../../../src/store/database.ts';
import { createOutsideViews } from '../../../src/store/incidents/outside-incidents.ts';
import { createRepositoryViews } from '../../../src/store/repositories/repository-views.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { EXAMPLE_REQUESTS, EXAMPLE_TASKS } from '../../support/example-requests.ts';
import { healthOf, notifyAdminOn } from '../../support/notify/admin.ts';

export const API_KEY = 'a-key-for-tests-of-regreen';
export const AUTHORIZED = { authorization: `Bearer ${API_KEY}` };
export const NOW = new Date('2026-11-20T09:30:00.000Z');

const up: HealthCheck = async () => ({ status: 'up', message: 'It answers.' });

export interface RouterUnderTest {
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Every log line so far. */
  lines(): Record<string, unknown>[];
  metricsText(): Promise<string>;
  router: ReturnType<typeof createRouter>;
}

/** Keys and tokens that nobody has; a test that needs some brings its own. */
function accessInMemory(): Pick<ApiServices, 'keys' | 'tokens' | 'tokenSigner' | 'tickets' | 'publicUrl' | 'signIn'> {
  return {
    keys: {
      byHash: async () => null,
      byId: async () => null,
      list: async () => [],
      create: async () => Promise.reject(new Error('nothing is kept here')),
      revoke: async () => null,
      noteUse: async () => undefined,
    },
    publicUrl: null,
    signIn: null,
    tickets: { create: async () => undefined, redeem: async () => null },
    tokens: { isRevoked: async () => false, revoke: async () => undefined, noteIssue: async () => undefined },
    tokenSigner: createTokenSigner({ secrets: [], fallback: 'a secret of the tests', now: () => NOW }),
  };
}

/** The real router on services that answer from memory; `changes` replaces some of them. */
export function routerUnderTest(changes: Partial<ApiServices> = {}): RouterUnderTest {
  const written: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  const log = createLog({ level: 'debug', destination });
  const nowhere = createDatabase(createPool({ host: '/nonexistent' }, { max: 1, log }));
  const metrics = createMetrics({ version: '0.0.0', processMetrics: false });
  const router = createRouter({
    log,
    metrics,
    apiKeys: [{ role: 'admin', key: API_KEY }],
    health: healthOf(up),
    ...accessInMemory(),
    limits: { diagnosesPerHour: 50, approvalsPerHour: 20, fixesPerHour: 100, requestsPerMinute: 10_000 },
    limitPool: null,
    corsOrigins: [],
    trustedProxies: [],
    readiness: () => ({ ready: true, reasons: [] }),
    visibleRepositoryIds: async () => [],
    incidents: { list: async () => ({ items: [], next: null }), read: async () => null },
    agentState: async () => null,
    agentWebhook: null,
    agents: {
      usage: async () => ({ total: { questions: 0, tokens: 0, microDollars: 0, milliseconds: 0 }, repositories: [], newest: [] }),
      ofIncident: async () => [],
    },
    approvals: { list: async () => ({ items: [], next: null }), read: async () => null },
    decideApproval: async () => ({ kind: 'unknown' }),
    // Nothing here asks these; whoever does is told that the database is away.
    outside: createOutsideViews(nowhere),
    deployments: createDeploymentViews(nowhere),
    audit: createAuditViews(nowhere, nowhere),
    builds: createBuildViews(nowhere, () => NOW),
    repositories: createRepositoryViews(nowhere),
    requests: EXAMPLE_REQUESTS,
    tasks: EXAMPLE_TASKS,
    notifications: notifyAdminOn(nowhere, () => NOW),
    analytics: createAnalytics(nowhere, () => NOW),
    triggerDiagnosis: async () => ({
      kind: 'queued',
      taskId: 'b1a9a2a4-6f0e-4c39-8f55-2a4b3d6f3d10',
      runId: 9876543210,
      attempt: 1,
    }),
    now: () => NOW,
    ...changes,
  });
  return {
    router,
    request: async (path, init) => router.request(path, init),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
    metricsText: async () => (await metrics.render()).text,
  };
}

export async function errorOf(response: Response): Promise<ErrorBody['error']> {
  return ((await response.json()) as ErrorBody).error;
}

/** A `POST /api/v1/triggers` with this text as its body. */
export function triggerRequest(body: string, headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', body, headers: { ...AUTHORIZED, 'content-type': 'application/json', ...headers } };
}

export const VALID_TRIGGER = JSON.stringify({ repository: 'octo-org/widgets', runId: 9876543210 });
