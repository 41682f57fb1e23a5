import { RegreenError } from '../errors.ts';
import type { Logger } from '../telemetry/log.ts';
import type { HealthCheck, HealthChecks } from './services.ts';

export type ComponentStatus = 'up' | 'degraded' | 'down';

export interface ComponentHealth {
  status: ComponentStatus;
  /** How long the check took, in milliseconds. */
  latencyMs: number;
  message: string;
  checkedAt: Date;
}

export interface HealthReport {
  status: ComponentStatus;
  components: Record<keyof HealthChecks, ComponentHealth>;
}

/** `/health` answers within 2 s; what has not spoken by then counts as down. */
const PATIENCE_MS = 1_500;
/** A check that ignores its signal is given up, so that the next one can find the component well again. */
const GIVE_UP_MS = 15_000;
/** Anybody may ask for `/health`, any number of times a second. */
const FRESH_MS = 1_000;
/** Requests to GitHub count against the rate limit. A fault is looked at again sooner, to see its end. */
const GITHUB_FRESH_MS = 60_000;
const GITHUB_FAULT_FRESH_MS = 10_000;
const CHANNELS_FRESH_MS = 5_000;

interface Freshness {
  up: number;
  fault: number;
}

/** Looks at all components at once, each within its time. Results are kept for a while, and never asked for twice at once. */
export function createHealthReporter(checks: HealthChecks, clock: { now(): Date; log: Logger }): () => Promise<HealthReport> {
  const database = keep(checks.database, 'database', { up: FRESH_MS, fault: FRESH_MS }, clock);
  const queue = keep(checks.queue, 'queue', { up: FRESH_MS, fault: FRESH_MS }, clock);
  const github = keep(checks.github, 'github', { up: GITHUB_FRESH_MS, fault: GITHUB_FAULT_FRESH_MS }, clock);
  const agent = keep(checks.agent, 'agent', { up: FRESH_MS, fault: FRESH_MS }, clock);
  const channels = { up: CHANNELS_FRESH_MS, fault: FRESH_MS };
  const slack = keep(checks.slack, 'slack', channels, clock);
  const webhooks = keep(checks.webhooks, 'webhooks', channels, clock);
  const linear = keep(checks.linear, 'linear', channels, clock);
  const githubIssues = keep(checks.githubIssues, 'githubIssues', channels, clock);
  return async () => {
    const components = await allOf({ database, queue, github, agent, slack, webhooks, linear, githubIssues });
    return { status: overall(components), components };
  };
}

/** All of them at once. */
async function allOf(looks: Record<keyof HealthChecks, () => Promise<ComponentHealth>>): Promise<HealthReport['components']> {
  const found = await Promise.all(Object.entries(looks).map(async ([name, look]) => [name, await look()] as const));
  return Object.fromEntries(found) as HealthReport['components'];
}

/** Without database or queue nothing works. Without GitHub deliveries are still taken and wait; without an agent fixers work on. */
function overall(components: HealthReport['components']): ComponentStatus {
  if (components.database.status === 'down' || components.queue.status === 'down') return 'down';
  return Object.values(components).every(({ status }) => status === 'up') ? 'up' : 'degraded';
}

function keep(
  check: HealthCheck,
  component: string,
  freshness: Freshness,
  { now, log }: { now(): Date; log: Logger },
): () => Promise<ComponentHealth> {
  let known: ComponentHealth | undefined;
  let looking: Promise<ComponentHealth> | undefined;

  function look(): Promise<ComponentHealth> {
    const work = examine(check, now, (error) => log.warn({ err: error, component }, 'health check failed'));
    looking = work;
    void work.then((health) => {
      if (looking !== work) return;
      known = health;
      looking = undefined;
    });
    return work;
  }

  return async () => {
    const age = known ? now().getTime() - known.checkedAt.getTime() : Number.POSITIVE_INFINITY;
    if (known && age >= 0 && age < (known.status === 'up' ? freshness.up : freshness.fault)) return known;
    return orSilence(looking ?? look(), now);
  };
}

async function examine(check: HealthCheck, now: () => Date, failed: (error: unknown) => void): Promise<ComponentHealth> {
  const startedAt = performance.now();
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  timer.unref();
  const answer = await within(GIVE_UP_MS, async () => check(patience.signal)).catch((error: unknown) => {
    failed(error);
    return { status: 'down' as const, message: told(error) };
  });
  clearTimeout(timer);
  return { ...answer, latencyMs: Math.round(performance.now() - startedAt), checkedAt: now() };
}

async function orSilence(looking: Promise<ComponentHealth>, now: () => Date): Promise<ComponentHealth> {
  return within(PATIENCE_MS, () => looking).catch(() => ({
    status: 'down' as const,
    latencyMs: PATIENCE_MS,
    message: `No answer within ${PATIENCE_MS} ms.`,
    checkedAt: now(),
  }));
}

/** Anybody may read this: a message that was not written for people may hold addresses or names. */
function told(error: unknown): string {
  return error instanceof RegreenError ? error.message : 'The check failed; the log says why.';
}

async function within<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  // A check that hangs must not keep a process alive that wants to stop.
  timer.unref();
  try {
    return await Promise.race([work(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
