import { createTokenSigner } from '../api/access/tokens.ts';
import type { ApiServices, Readiness } from '../api/services.ts';
import type { Environment } from '../config/environment.ts';
import { decideByKey } from '../healing/approvals/decide-by-key.ts';
import { agentHealth, readAgentState } from '../healing/delegation/agent-state.ts';
import { triggerDiagnosis } from '../healing/failures/trigger-diagnosis.ts';
import { createRequests } from '../healing/requests/requests.ts';
import type { Services } from '../healing/services.ts';
import { createAnalytics } from '../insights/views.ts';
import type { Notify } from '../notify/create.ts';
import { channelHealth } from '../notify/health.ts';
import type { Queue } from '../queue/queue.ts';
import { DEAD_LETTERS } from '../queue/queues.ts';
import type { SendBuffer } from '../queue/send-buffer.ts';
import { createKeyStore } from '../store/access/api-keys.ts';
import { createReachDatabase } from '../store/access/reach.ts';
import { createTokenStore } from '../store/access/revoked-tokens.ts';
import { createAgentViews } from '../store/agent-calls/agent-views.ts';
import { createApprovalViews } from '../store/approvals/approval-views.ts';
import { createAuditViews } from '../store/audit-views.ts';
import { createBuildViews } from '../store/books/build-views.ts';
import { createDeploymentViews } from '../store/books/deployment-views.ts';
import { pingDatabase } from '../store/database.ts';
import type { DeliveryStore } from '../store/deliveries/deliveries.ts';
import { createIncidentViews } from '../store/incidents/incident-views.ts';
import { createOutsideViews } from '../store/incidents/outside-incidents.ts';
import { createTicketStore } from '../store/live/live-tickets.ts';
import type { Store } from '../store/open.ts';
import type { ReadPool } from '../store/read-pool.ts';
import { repositoryIds } from '../store/repositories/repositories.ts';
import { createRepositoryViews } from '../store/repositories/repository-views.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { createSignInWhenUsed } from './sign-in.ts';

/** What the server is built of. */
export interface ServerParts {
  environment: Environment;
  log: Logger;
  metrics: Metrics;
  tracing: Tracing;
  services: Services;
  notify: Notify;
  store: Store;
  /** Where analytics and lists are read, when that is another database. */
  reads: ReadPool | null;
  queue: Queue;
  deliveries: DeliveryStore;
  sendBuffer: SendBuffer;
  state: Readiness;
  now: () => Date;
}

/** What the router needs of the rest of Regreen. */
export function createApiServices({
  environment,
  log,
  metrics,
  tracing,
  services,
  notify,
  store,
  reads,
  queue,
  state,
  now,
}: ServerParts): ApiServices {
  metrics.onScrape(async () => {
    const agent = await readAgentState(services);
    if (agent) metrics.agentRests(agent.backend, agent.restsUntil !== null);
  });
  metrics.onScrape(async () => {
    for (const { queue: name, active, waiting, delayed, dead, lagMs } of await queue.tasks().queues()) {
      metrics.queueDepth(name, 'active', active);
      metrics.queueDepth(name, 'waiting', waiting - delayed);
      metrics.queueDepth(name, 'deferred', delayed);
      metrics.queueDepth(name, 'dead', dead);
      metrics.queueLag(name, lagMs / 1_000);
    }
  });
  // What callers read. What they change goes through use cases, whose rows the routes look up here first.
  const visible = createReachDatabase(store.pool);
  // What people act on is read where it is written; what they look at may be some seconds old.
  const visibleLater = reads ? createReachDatabase(reads) : visible;
  const approvals = createApprovalViews(visible);
  return {
    log,
    metrics,
    apiKeys: environment.api.keys,
    limits: environment.api.limits,
    // An embedded database has one process only.
    limitPool: store.embedded ? null : store.pool,
    corsOrigins: environment.api.corsOrigins,
    trustedProxies: environment.http.trustedProxies,
    tracing,
    health: {
      database: async () => {
        await pingDatabase(store.database, 1_000);
        return { status: 'up', message: store.embedded ? 'The embedded PostgreSQL answers.' : 'PostgreSQL answers.' };
      },
      queue: async () => {
        const counts = await queue.counts();
        const dead = counts.find((one) => one.queue === DEAD_LETTERS)?.waiting ?? 0;
        const waiting = counts.filter((one) => one.queue !== DEAD_LETTERS).reduce((sum, one) => sum + one.waiting, 0);
        return { status: dead > 0 ? 'degraded' : 'up', message: `${waiting} jobs wait; ${dead} dead letters.` };
      },
      slack: () => channelHealth(store.database, 'slack'),
      webhooks: () => channelHealth(store.database, 'webhook'),
      linear: () => channelHealth(store.database, 'linear'),
      githubIssues: () => channelHealth(store.database, 'github-issue'),
      github: async () => ({ status: 'up', message: `GitHub knows us as ${(await services.github.whoAmI()).slug}.` }),
      agent: async () => agentHealth(await readAgentState(services)),
    },
    readiness: () => state,
    notifications: notify.admin,
    deployments: createDeploymentViews(visibleLater),
    audit: createAuditViews(visibleLater, store.database),
    repositories: createRepositoryViews(visible),
    agentState: () => readAgentState(services),
    outside: createOutsideViews(visibleLater),
    agentWebhook: services.agent?.webhook ?? null,
    requests: createRequests(services),
    tasks: queue.tasks(),
    keys: createKeyStore(store.database),
    tokens: createTokenStore(store.database),
    tickets: createTicketStore(store.database),
    signIn: createSignInWhenUsed({ environment, store, log, now }),
    publicUrl: environment.api.publicUrl,
    tokenSigner: createTokenSigner({ secrets: environment.api.tokenSecrets, fallback: environment.github.privateKey, now }),
    visibleRepositoryIds: () => repositoryIds(visible),
    incidents: createIncidentViews(visible),
    agents: createAgentViews(visibleLater),
    approvals,
    builds: createBuildViews(visibleLater, now),
    analytics: createAnalytics(visibleLater, now),
    triggerDiagnosis: (request) => triggerDiagnosis(services, request),
    decideApproval: async (request) => {
      // What a caller does not see, it does not decide either.
      if ((await approvals.read(request.id)) === null) return { kind: 'unknown' };
      const answer = await decideByKey(services, request);
      if (answer.kind !== 'refused') return { kind: answer.kind };
      const { state, decidedBy } = answer.approval;
      return { kind: answer.kind, why: answer.why, state, decidedBy };
    },
    now,
  };
}
