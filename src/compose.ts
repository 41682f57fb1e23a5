import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import packageManifest from '../package.json' with { type: 'json' };
import { createAgent } from './agents/agent.ts';
import { createTokenSigner } from './api/access/tokens.ts';
import { createAuthenticator } from './api/authentication.ts';
import { createRequestListener } from './api/listener.ts';
import { type Live, serveLive } from './api/live/serve-live.ts';
import { createRouter } from './api/router.ts';
import type { ApiServices, Readiness } from './api/services.ts';
import { createApp } from './app.ts';
import type { Environment } from './config/environment.ts';
import { createGitHub, type GitHub } from './github/index.ts';
import { decideByKey } from './healing/approvals/decide-by-key.ts';
import { sweepApprovals } from './healing/approvals/sweep-approvals.ts';
import { backfillSome } from './healing/backfill.ts';
import { carryOut } from './healing/carry-out.ts';
import { agentHealth, readAgentState } from './healing/delegation/agent-state.ts';
import { askAgent } from './healing/delegation/ask-agent.ts';
import { diagnoseRun } from './healing/failures/diagnose-run.ts';
import { triggerDiagnosis } from './healing/failures/trigger-diagnosis.ts';
import { createRepositoryReads } from './healing/repository-reads.ts';
import { createRequests } from './healing/requests/requests.ts';
import type { Services } from './healing/services.ts';
import { sweepFixes } from './healing/sweep.ts';
import { verifyFix } from './healing/verification/verify-fix.ts';
import { refreshFigures } from './insights/refresh.ts';
import { forget } from './insights/retention.ts';
import { createAnalytics } from './insights/views.ts';
import { createReceiver, isWebhookRequest, WEBHOOK_PATH } from './intake/receiver.ts';
import { applyServerLimits, SERVER_OPTIONS } from './intake/server.ts';
import { type SmeeRelay, startSmeeRelay } from './intake/smee.ts';
import { type AnalysisPool, createAnalysisPool } from './isolation/analysis-pool.ts';
import { runFixer } from './isolation/fixer-process.ts';
import { createGatePool, type GatePool } from './isolation/gate-pool.ts';
import { createNotify, createOutgoing, type Notify } from './notify/create.ts';
import { deliverNotification } from './notify/deliver.ts';
import { channelHealth, pausedChannels } from './notify/health.ts';
import type { SafeFetch } from './notify/outgoing/safe-fetch.ts';
import { resealSecrets } from './notify/reseal.ts';
import { startRounds } from './notify/rounds.ts';
import { createSealer } from './notify/sealing.ts';
import { Queue } from './queue/queue.ts';
import { DEAD_LETTERS } from './queue/queues.ts';
import { createSendBuffer, type SendBuffer } from './queue/send-buffer.ts';
import { startWorkers, type Work } from './queue/workers.ts';
import { redactedDeep, redactSecrets, withholdSecrets } from './secrets.ts';
import { createKeyStore } from './store/access/api-keys.ts';
import { createReachDatabase } from './store/access/reach.ts';
import { createTokenStore } from './store/access/revoked-tokens.ts';
import { createAgentViews } from './store/agent-calls/agent-views.ts';
import { createApprovalViews } from './store/approvals/approval-views.ts';
import { createAuditViews } from './store/audit-views.ts';
import { createBuildViews } from './store/books/build-views.ts';
import { createDeploymentViews } from './store/books/deployment-views.ts';
import { type ConnectionSettings, createPool, pingDatabase } from './store/database.ts';
import { createDeliveryStore, type DeliveryStore } from './store/deliveries/deliveries.ts';
import { createIncidentViews } from './store/incidents/incident-views.ts';
import { createOutsideViews } from './store/incidents/outside-incidents.ts';
import { createTicketStore } from './store/live/live-tickets.ts';
import { openStore, type Store } from './store/open.ts';
import { repositoryIds } from './store/repositories/repositories.ts';
import { createRepositoryViews } from './store/repositories/repository-views.ts';
import type { Logger } from './telemetry/log.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';

/** A running Regreen. */
export interface Regreen {
  /** Where it listens, e.g. `http://127.0.0.1:3000`. */
  url: string;
  services: Services;
  queue: Queue;
  deliveries: DeliveryStore;
  /** Takes nothing new, lets what runs end, closes. Safe to call twice. */
  stop(): Promise<void>;
}

export interface ComposeOptions {
  environment: Environment;
  log: Logger;
  /** Handed in so that tests can hold it still. */
  now?: () => Date;
  /** Called when a part that Regreen can't be without has ended on its own. */
  onLost?: (part: string) => void;
  /** A database that is open already, in place of the environment's. */
  connection?: ConnectionSettings;
}

/** Jobs that run at the stop get this long; what is left goes to another worker. */
const STOP_TIMEOUT_MS = 25_000;
/** Its turn comes every minute. */
const BACKFILL_TURN_MS = 45_000;
const DATABASE_CONNECTIONS = 10;
const INTAKE_CONNECTIONS = 3;

/** Builds all parts from the configuration and starts them. What fails on the way is taken down again. */
export async function startRegreen({
  environment,
  log,
  now = () => new Date(),
  onLost,
  connection,
}: ComposeOptions): Promise<Regreen> {
  const undo: (() => Promise<unknown> | unknown)[] = [];
  const stop = once(() => inReverse(undo, log));
  const state: Readiness & { reasons: string[] } = { ready: false, reasons: ['Regreen is starting.'] };
  try {
    const metrics = createMetrics({ version: packageManifest.version });
    // 1 The store
    const store = await openStore({ environment, log, connections: DATABASE_CONNECTIONS, onLost, connection });
    undo.push(() => store.close());
    // 2 What jobs work with. It is taken down after the queue, for running jobs need it to their end.
    const analysis = createAnalysisPool({ maxThreads: environment.limits.analysisThreads });
    undo.push(() => analysis.close());
    const gate = createGatePool();
    undo.push(() => gate.close());
    await sealUnderCurrentKey(store, environment, log);
    const outgoing = createOutgoing(environment.notify);
    undo.push(() => outgoing.close());
    // The intake has connections of its own, so that slow jobs never hold it up.
    const intakePool = createPool(store.connection, { max: INTAKE_CONNECTIONS, log });
    undo.push(() => intakePool.end());
    const deliveries = createDeliveryStore(intakePool);
    // 3 The queue
    const queue = createQueue({ environment, log, metrics, store });
    undo.push(() => queue.stop(STOP_TIMEOUT_MS));
    await queue.start();
    const sendBuffer = createSendBuffer(queue, log);
    // 4 The application, as Probot knows it
    const github = createGitHub({
      ...environment.github,
      webhookSecret: environment.webhook.secrets[0] ?? '',
      log,
      observe: observeGitHub(metrics),
    });
    const services = createServices({ environment, store, queue, github, analysis, gate, metrics, log, now });
    await github.probot.load(createApp(services));
    const notify = createNotifyOf(services, environment, outgoing, metrics);
    // 5 The workers
    await startWorkers({ queue, deliveries, probot: github.probot, work: workOf(services, notify, environment), now });
    const rounds = startRounds(notify.dispatcher, log);
    undo.push(() => rounds.stop());
    // 6 The server, last: from here on the world may talk to us
    const { server, live } = createHttpServer({
      environment,
      log,
      metrics,
      services,
      notify,
      store,
      queue,
      deliveries,
      sendBuffer,
      state,
      now,
    });
    const url = await listen(server, environment);
    undo.push(() => sendBuffer.flush());
    undo.push(() => closeServer(server));
    undo.push(() => live.close());
    const relay = await startRelay(environment, url, log);
    undo.push(() => relay?.stop());
    undo.push(() => Object.assign(state, { ready: false, reasons: ['Regreen is stopping.'] }));
    Object.assign(state, { ready: true, reasons: [] });
    log.info({ url, version: packageManifest.version }, 'Regreen is ready');
    return { url, services, queue, deliveries, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A new key in front is all that a rotation needs; what can't be opened is told, and its channel says so when it is used. */
async function sealUnderCurrentKey(store: Store, { notify }: Environment, log: Logger): Promise<void> {
  const { resealed, unreadable } = await resealSecrets(store.database, createSealer(notify.encryptionKeys));
  if (resealed > 0) log.info({ resealed }, 'secrets of channels put under the current key');
  if (unreadable.length > 0) log.error({ channels: unreadable }, 'secrets of channels can not be opened');
}

function createNotifyOf(services: Services, environment: Environment, safe: SafeFetch, metrics: Metrics): Notify {
  const { database, queue, log, now } = services;
  const analytics = createAnalytics(database, now);
  metrics.onScrape(async () => {
    for (const [kind, channels] of await pausedChannels(database)) metrics.channelsPaused(kind, channels);
  });
  return createNotify(environment.notify, {
    database,
    queue,
    safe,
    ...createRepositoryReads(services),
    analytics,
    observe: metrics,
    log,
    now,
  });
}

function workOf(services: Services, notify: Notify, environment: Environment): Work {
  return {
    analysis: (job, context) => diagnoseRun(services, job, context),
    remedies: (job, context) => carryOut(services, job, context),
    agents: (job, context) => askAgent(services, job, context),
    verification: (job, context) => verifyFix(services, job, context),
    notifications: (job, context) => deliverNotification(notify.services, job, context),
    sweepFixes: async () => {
      await sweepFixes(services);
      await sweepApprovals(services);
    },
    refreshFigures: (signal) => refreshFigures(services.database, signal),
    backfill: async (signal) => {
      await backfillSome(services, { milliseconds: BACKFILL_TURN_MS, signal });
    },
    forget: (signal) => forget(services.database, environment.retention, services.now(), signal),
  };
}

function createQueue(parts: { environment: Environment; log: Logger; metrics: Metrics; store: Store }): Queue {
  const outcomes = { completed: 'completed', retried: 'failed', 'dead-letter': 'dead' } as const;
  return new Queue({
    connection: parts.store.connection,
    log: parts.log,
    jobsAtOnce: parts.environment.limits.jobsAtOnce,
    soleOwner: parts.store.embedded,
    onJobEnded: (name, outcome, seconds) => parts.metrics.jobEnded(name, outcomes[outcome], seconds),
  });
}

function createServices(parts: {
  environment: Environment;
  store: Store;
  queue: Queue;
  github: GitHub;
  analysis: AnalysisPool;
  gate: GatePool;
  metrics: Metrics;
  log: Logger;
  now: () => Date;
}): Services {
  return {
    database: parts.store.database,
    queue: parts.queue,
    github: parts.github,
    analyse: async (log, signal, problemMatchers) => {
      const { diagnosis, excerptTexts, printedDiffs } = await parts.analysis.analyzeWithText(log, { signal, problemMatchers });
      const excerpt = excerptTexts.map((lines) => lines.map((line) => line.text).join('\n')).join('\n…\n');
      return {
        diagnosis: redactedDeep(diagnosis),
        excerpt: redactSecrets(excerpt),
        excerptLines: redactedDeep(excerptTexts),
        printedDiffs: withholdSecrets(printedDiffs),
      };
    },
    judgePatch: (input, signal) => parts.gate.judge(input, signal),
    runFixer: (task, signal) => runFixer(task, signal),
    agent: parts.environment.agent === null ? null : createAgent(parts.environment.agent),
    observe: parts.metrics,
    serverDefault: parts.environment.defaultConfig && { layer: 'server', ...parts.environment.defaultConfig },
    log: parts.log,
    now: parts.now,
  };
}

function observeGitHub(metrics: Metrics) {
  return ({ status, remaining, resource }: { status: number; remaining: number | null; resource: string | null }): void => {
    metrics.githubRequestEnded(status);
    if (remaining !== null) metrics.githubRateLimit(resource ?? 'core', remaining);
  };
}

interface ServerParts {
  environment: Environment;
  log: Logger;
  metrics: Metrics;
  services: Services;
  notify: Notify;
  store: Store;
  queue: Queue;
  deliveries: DeliveryStore;
  sendBuffer: SendBuffer;
  state: Readiness;
  now: () => Date;
}

function createHttpServer(parts: ServerParts): { server: Server; live: Live } {
  const { environment, log, metrics, now } = parts;
  const receive = createReceiver({
    webhookSecrets: environment.webhook.secrets,
    deliveries: parts.deliveries,
    onAccepted: (guid) => parts.sendBuffer.add(guid),
    allowedHosts: environment.http.allowedHosts,
    trustedProxies: environment.http.trustedProxies,
    log,
    now,
    observe: (outcome, _seconds, _bytes, event) => metrics.deliveryReceived(event ?? 'unknown', deliveryOutcome(outcome)),
  });
  const apiServices = createApiServices(parts);
  const authenticate = createAuthenticator(apiServices);
  const answer = createRequestListener(createRouter(apiServices, authenticate), apiServices);
  const server = createServer(SERVER_OPTIONS, (request, response) => {
    if (isWebhookRequest(request)) receive(request, response);
    else void answer(request, response);
  });
  applyServerLimits(server);
  const { database, connection } = parts.store;
  return { server, live: serveLive(server, { services: apiServices, authenticate, database, connection }) };
}

function deliveryOutcome(outcome: string): 'accepted' | 'duplicate' | 'refused' | 'unavailable' {
  if (outcome === 'accepted' || outcome === 'duplicate') return outcome;
  return outcome.startsWith('STORE_') ? 'unavailable' : 'refused';
}

function createApiServices({ environment, log, metrics, services, notify, store, queue, state, now }: ServerParts): ApiServices {
  metrics.onScrape(async () => {
    const agent = await readAgentState(services);
    if (agent) metrics.agentRests(agent.backend, agent.restsUntil !== null);
  });
  metrics.onScrape(async () => {
    for (const counts of await queue.counts()) {
      metrics.queueDepth(counts.queue, 'active', counts.active);
      metrics.queueDepth(counts.queue, counts.queue === DEAD_LETTERS ? 'dead' : 'waiting', counts.waiting);
    }
  });
  // What callers read. What they change goes through use cases, whose rows the routes look up here first.
  const visible = createReachDatabase(store.pool);
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
    deployments: createDeploymentViews(visible),
    audit: createAuditViews(visible, store.database),
    repositories: createRepositoryViews(visible),
    agentState: () => readAgentState(services),
    outside: createOutsideViews(visible),
    agentWebhook: services.agent?.webhook ?? null,
    requests: createRequests(services),
    tasks: queue.tasks(),
    keys: createKeyStore(store.database),
    tokens: createTokenStore(store.database),
    tickets: createTicketStore(store.database),
    publicUrl: environment.api.publicUrl,
    tokenSigner: createTokenSigner({ secrets: environment.api.tokenSecrets, fallback: environment.github.privateKey, now }),
    visibleRepositoryIds: () => repositoryIds(visible),
    incidents: createIncidentViews(visible),
    agents: createAgentViews(visible),
    approvals,
    builds: createBuildViews(visible, now),
    analytics: createAnalytics(visible, now),
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

async function listen(server: Server, { http }: Environment): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(http.port, http.host, resolve);
  await promise;
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), 5_000);
  await promise.finally(() => clearTimeout(timer));
}

async function startRelay({ webhook }: Environment, url: string, log: Logger): Promise<SmeeRelay | null> {
  if (webhook.proxyUrl === null) return null;
  return startSmeeRelay({ source: webhook.proxyUrl, target: `${url}${WEBHOOK_PATH}`, log });
}

/** Each step is tried, whatever became of the one before. */
async function inReverse(steps: readonly (() => Promise<unknown> | unknown)[], log: Logger): Promise<void> {
  for (const step of steps.toReversed()) {
    try {
      await step();
    } catch (error) {
      log.warn({ err: error }, 'a part did not stop cleanly');
    }
  }
  log.info('Regreen has stopped');
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
