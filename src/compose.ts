import { setTimeout as pause } from 'node:timers/promises';
import packageManifest from '../package.json' with { type: 'json' };
import type { Readiness } from './api/services.ts';
import { createApp } from './app.ts';
import { closeServer, createHttpServer, listen, startRelay } from './compose/http-server.ts';
import { createMissed } from './compose/missed.ts';
import { createServices } from './compose/services.ts';
import type { Environment } from './config/environment.ts';
import { recordJobs } from './events/workflow-job.ts';
import { createGitHub, type ObserveRequest } from './github/index.ts';
import type { SharedThrottle } from './github/shared-throttle.ts';
import { sweepApprovals } from './healing/approvals/sweep-approvals.ts';
import { backfillSome } from './healing/backfill.ts';
import { carryOut } from './healing/carry-out.ts';
import { askAgent } from './healing/delegation/ask-agent.ts';
import { diagnoseRun } from './healing/failures/diagnose-run.ts';
import { createRepositoryReads } from './healing/repository-reads.ts';
import type { Services } from './healing/services.ts';
import { sweepFixes } from './healing/sweep.ts';
import { verifyFix } from './healing/verification/verify-fix.ts';
import { refreshFigures } from './insights/refresh.ts';
import { forget } from './insights/retention.ts';
import { createAnalytics } from './insights/views.ts';
import { createAnalysisPool } from './isolation/analysis-pool.ts';
import { createGatePool } from './isolation/gate-pool.ts';
import { createNotify, createOutgoing, type Notify } from './notify/create.ts';
import { deliverNotification } from './notify/deliver.ts';
import { pausedChannels } from './notify/health.ts';
import type { SafeFetch } from './notify/outgoing/safe-fetch.ts';
import { resealSecrets } from './notify/reseal.ts';
import { startRounds } from './notify/rounds.ts';
import { createSealer } from './notify/sealing.ts';
import { Queue } from './queue/queue.ts';
import { createSendBuffer } from './queue/send-buffer.ts';
import { requestMissed, startWorkers, type Work } from './queue/workers.ts';
import { forgetEndedSessions } from './store/access/sessions.ts';
import { type ConnectionSettings, createPool } from './store/database.ts';
import { createDeliveryStore, type DeliveryStore } from './store/deliveries/deliveries.ts';
import { openStore, type Store } from './store/open.ts';
import type { OwnDatabase } from './store/own-database.ts';
import { createReads, type Reads } from './store/read-pool.ts';
import type { Logger } from './telemetry/log.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';
import { startTracing } from './telemetry/start-tracing.ts';
import type { Tracing } from './telemetry/tracing.ts';

/** A running Regreen. */
export interface Regreen {
  /** Where it listens, e.g. `http://127.0.0.1:3000`. */
  url: string;
  services: Services;
  queue: Queue;
  deliveries: DeliveryStore;
  /** Says that it is not ready any more, and serves on until load balancers have seen it: the environment's `drainSeconds`. */
  drain(): Promise<void>;
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
  /** The embedded database, where it is being started already; it is stopped with the rest. */
  own?: OwnDatabase | null;
  /** Whether GitHub is asked for deliveries that never came; tests that lose some on purpose say no. */
  fetchesMissed?: boolean;
}

/** Jobs that run at the stop get this long; what is left goes to another worker. */
const STOP_TIMEOUT_MS = 25_000;
/** Its turn comes every minute. */
const BACKFILL_TURN_MS = 45_000;

/** Builds all parts from the configuration and starts them. What fails on the way is taken down again. */
export async function startRegreen({
  environment,
  log,
  now = () => new Date(),
  onLost,
  connection,
  own = null,
  fetchesMissed = true,
}: ComposeOptions): Promise<Regreen> {
  const undo: (() => Promise<unknown> | unknown)[] = [];
  const stop = once(() => inReverse(undo, log));
  const state: Readiness & { reasons: string[] } = { ready: false, reasons: ['Regreen is starting.'] };
  try {
    const { version } = packageManifest;
    const metrics = createMetrics({ version });
    const tracing = await startTracing(environment.tracing, { version, roles: environment.roles, log });
    undo.push(() => tracing.stop());
    // 1 The store
    const store = await openStore({
      environment,
      log,
      connections: environment.database.pools.work,
      onLost,
      connection,
      own,
      traced: environment.tracing !== null,
    });
    undo.push(() => store.close());
    // 2 What jobs work with. It is taken down after the queue, for running jobs need it to their end.
    const analysis = createAnalysisPool({ maxThreads: environment.limits.analysisThreads });
    undo.push(() => analysis.close());
    const gate = createGatePool();
    undo.push(() => gate.close());
    await sealUnderCurrentKey(store, environment, log);
    const outgoing = createOutgoing(environment.notify, tracing);
    undo.push(() => outgoing.close());
    // The intake has connections of its own, so that slow jobs never hold it up.
    const intakePool = createPool(store.connection, { max: environment.database.pools.intake, log });
    undo.push(() => intakePool.end());
    const deliveries = createDeliveryStore(intakePool);
    // 3 The queue
    const queue = createQueue({ environment, log, metrics, tracing, store });
    undo.push(() => queue.stop(STOP_TIMEOUT_MS));
    await queue.start();
    const sendBuffer = createSendBuffer(queue, log);
    // 4 The application, as Probot knows it
    const sharedThrottle = await shareTurns(environment, log);
    undo.push(() => sharedThrottle?.close());
    const github = createGitHub({
      ...environment.github,
      webhookSecret: environment.webhook.secrets[0] ?? '',
      log,
      observe: observeGitHub(metrics),
      tracing,
      sharedThrottle,
    });
    const services = createServices({ environment, store, queue, github, analysis, gate, metrics, tracing, log, now });
    await github.probot.load(createApp(services));
    const notify = createNotifyOf(services, environment, outgoing, metrics);
    // 5 The workers
    if (environment.roles.has('worker')) {
      const missed = fetchesMissed ? await createMissed({ environment, deliveries, queue, log, now }) : null;
      const work = {
        ...workOf(services, notify, environment),
        fetchMissed: async (signal: AbortSignal) => missed?.(signal) ?? 0,
      };
      await startWorkers({ queue, deliveries, probot: github.probot, work, now });
      const rounds = startRounds(notify.dispatcher, log);
      undo.push(() => rounds.stop());
    }
    // 6 A replica for reading, where there is one and somebody reads
    const reads = readsOf(environment, store, log);
    undo.push(() => reads?.close());
    // 7 The server, last: from here on the world may talk to us
    const { server, live } = createHttpServer({
      environment,
      log,
      metrics,
      tracing,
      services,
      notify,
      store,
      reads: reads?.pool ?? null,
      queue,
      deliveries,
      sendBuffer,
      state,
      now,
    });
    const url = await listen(server, environment);
    undo.push(() => sendBuffer.flush());
    undo.push(() => closeServer(server));
    undo.push(() => live?.close());
    const relay = await startRelay(environment, url, log, () => {
      requestMissed(queue).catch((error: unknown) => log.warn({ err: error }, 'GitHub could not be asked for what was missed'));
    });
    undo.push(() => relay?.stop());
    const leave = () => Object.assign(state, { ready: false, reasons: ['Regreen is stopping.'] });
    const drain = async () => {
      leave();
      await pause(environment.http.drainSeconds * 1_000);
    };
    undo.push(leave);
    Object.assign(state, { ready: true, reasons: [] });
    log.info({ url, version, roles: [...environment.roles] }, 'Regreen is ready');
    return { url, services, queue, deliveries, drain, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A new key in front is all that a rotation needs; what can't be opened is told, and its channel says so when it is used. */
async function sealUnderCurrentKey(store: Store, { notify, api }: Environment, log: Logger): Promise<void> {
  const sealer = createSealer(notify.encryptionKeys);
  const { resealed, unreadable } = await resealSecrets(store.database, sealer);
  if (api.signIn !== null) await (await import('./sign-in/reseal.ts')).resealSessions(store.database, sealer);
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

function workOf(services: Services, notify: Notify, environment: Environment): Omit<Work, 'fetchMissed'> {
  return {
    record: (deliveries) => recordJobs(services, deliveries),
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
    forget: async (signal) => {
      const forgotten = await forget(services.database, environment.retention, services.now(), signal);
      return { ...forgotten, sessions: await forgetSessions(services, environment) };
    },
  };
}

/** Where sign-in is off, nobody has a session. */
async function forgetSessions({ database, now }: Services, { api }: Environment): Promise<number> {
  const idleMs = (api.signIn?.idleMinutes ?? 0) * 60_000;
  return forgetEndedSessions(database, now(), new Date(now().getTime() - idleMs));
}

/** Whoever answers the API reads at the replica, where there is one. */
function readsOf({ database: { replica, pools }, roles }: Environment, store: Store, log: Logger): Reads | null {
  if (replica === null || !roles.has('api')) return null;
  const { url, lagSeconds } = replica;
  return createReads({ replica: { connectionString: url }, lagSeconds, primary: store.pool, connections: pools.work, log });
}

/** Where there is a Redis, all processes of this App take their turns at GitHub from it. */
async function shareTurns({ redisUrl, github }: Environment, log: Logger): Promise<SharedThrottle | null> {
  if (redisUrl === null) return null;
  const { shareThrottle } = await import('./github/shared-throttle.ts');
  return shareThrottle(redisUrl, { prefix: `${new URL(github.apiUrl).host}-${github.appId}-`, log });
}

function createQueue(parts: { environment: Environment; log: Logger; metrics: Metrics; tracing: Tracing; store: Store }): Queue {
  const outcomes = { completed: 'completed', retried: 'failed', 'dead-letter': 'dead' } as const;
  return new Queue({
    connection: parts.store.connection,
    connections: parts.environment.database.pools.queue,
    log: parts.log,
    jobsAtOnce: parts.environment.limits.jobsAtOnce,
    soleOwner: parts.store.embedded,
    keepsTime: parts.environment.roles.has('worker'),
    tracing: parts.tracing,
    onJobEnded: (name, outcome, seconds) => parts.metrics.jobEnded(name, outcomes[outcome], seconds),
  });
}

function observeGitHub(metrics: Metrics) {
  return ({ status, remaining, resource, windowEnds }: Parameters<ObserveRequest>[0]): void => {
    metrics.githubRequestEnded(status);
    if (remaining !== null) metrics.githubRateLimit(resource ?? 'core', remaining, windowEnds);
  };
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
