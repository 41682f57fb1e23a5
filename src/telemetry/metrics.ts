import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { CauseCategory } from '../diagnosis/types.ts';
import type { Outcome } from '../store/tables/healing-tables.ts';

export type DeliveryOutcome = 'accepted' | 'duplicate' | 'refused' | 'unavailable';
export type JobOutcome = 'completed' | 'failed' | 'dead';
export type QueueState = 'waiting' | 'active' | 'deferred' | 'dead';

/** What every part may count. Each function only adds to numbers in memory: none throws, none waits. */
export interface Metrics {
  /** A webhook request was answered. */
  deliveryReceived(event: string, outcome: DeliveryOutcome): void;
  /** `route` is a route's pattern such as `/api/v1/incidents/:id`, never a path that a client chose. */
  requestEnded(request: { method: string; route: string; status: number; seconds: number }): void;
  /** One attempt at a job ended; `dead` means that no further attempt follows. */
  jobEnded(queue: string, outcome: JobOutcome, seconds: number): void;
  /** How many jobs of a queue are in a state now. */
  queueDepth(queue: string, state: QueueState, jobs: number): void;
  /** How long the job of a queue that waits the longest could have been worked on. */
  queueLag(queue: string, seconds: number): void;
  diagnosed(cause: CauseCategory): void;
  fixEnded(outcome: Outcome): void;
  /** A coding agent was asked; what it took is in tokens, millionths of a dollar and milliseconds. */
  agentAsked(backend: string, outcome: string, spent: { tokens: number; microDollars: number; milliseconds: number }): void;
  /** A notification was sent, or an attempt at it ended otherwise. */
  notificationEnded(kind: string, outcome: string): void;
  /** A notification channel was paused because it keeps failing. */
  channelPaused(kind: string): void;
  /** How many notification channels of a kind are paused now. */
  channelsPaused(kind: string, channels: number): void;
  /** Whether the breaker leaves a back end of coding agents alone now. */
  agentRests(backend: string, rests: boolean): void;
  /** GitHub answered a request; `status` 0 when no answer came. */
  githubRequestEnded(status: number): void;
  /**
   * What GitHub's `x-ratelimit-*` headers said last; `resource` as GitHub names it (`core`, `graphql`, …). It holds until the
   * window ends; `null` where GitHub did not say when.
   */
  githubRateLimit(resource: string, remaining: number, windowEnds: Date | null): void;
  /**
   * Registers work that brings gauges up to date before each scrape, e.g. the depths of the queues. One that fails or
   * takes over a second is left out of that scrape and counted.
   */
  onScrape(refresh: () => Promise<void>): void;
  /** Everything in Prometheus' text format, with the content type to answer it with. */
  render(): Promise<{ contentType: string; text: string }>;
}

/** Label values are bounded, for each one is a time series for ever: what is not listed is counted as `other`. */
const EVENTS = new Set(
  `check_run check_suite deployment_status installation installation_repositories issue_comment issues ping pull_request
  pull_request_review pull_request_review_comment push repository status workflow_job workflow_run`.split(/\s+/),
);
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const GITHUB_RESOURCES = new Set(['core', 'graphql', 'search', 'code_search', 'integration_manifest']);

/** Requests are answered in milliseconds; 10 s is GitHub's patience with a webhook. */
const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Jobs wait for GitHub and read long logs. */
const JOB_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
/** Models think for minutes. */
const AGENT_BUCKETS = [1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1500];
const SCRAPE_PATIENCE_MS = 1_000;

/** Regreen's metrics on a registry of their own. */
export function createMetrics(options: { version: string; processMetrics?: boolean; now?: () => Date }): Metrics {
  const now = options.now ?? (() => new Date());
  const registry = new Registry();
  if (options.processMetrics ?? true) collectDefaultMetrics({ register: registry });
  const instruments = createInstruments(registry);
  instruments.build.set({ version: options.version }, 1);
  const refreshes: (() => Promise<void>)[] = [];
  const windows = new Map<string, Date>();
  return {
    ...recorders(instruments),
    githubRateLimit: (name, remaining, windowEnds) => {
      const resource = listed(GITHUB_RESOURCES, name);
      instruments.githubRemaining.set({ resource }, remaining);
      if (windowEnds === null) windows.delete(resource);
      else windows.set(resource, windowEnds);
    },
    onScrape: (refresh) => {
      refreshes.push(refresh);
    },
    render: async () => {
      await Promise.all(refreshes.map((refresh) => runBounded(refresh, () => instruments.scrapeFailures.inc())));
      // What was left of a window that is over says nothing of the next one, and would keep an alert up.
      for (const [resource, ends] of windows) if (ends <= now()) instruments.githubRemaining.remove({ resource });
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

type Instruments = ReturnType<typeof createInstruments>;

function createInstruments(registry: Registry) {
  const registers = [registry];
  return {
    build: new Gauge({
      name: 'regreen_build_info',
      help: 'Always 1; the version is in the label.',
      labelNames: ['version'],
      registers,
    }),
    deliveries: new Counter({
      name: 'regreen_deliveries_total',
      help: 'Webhook requests answered, by event and outcome.',
      labelNames: ['event', 'outcome'],
      registers,
    }),
    requests: new Histogram({
      name: 'regreen_http_request_duration_seconds',
      help: 'Time until an HTTP request was answered.',
      labelNames: ['method', 'route', 'status'],
      buckets: REQUEST_BUCKETS,
      registers,
    }),
    queueJobs: new Gauge({
      name: 'regreen_queue_jobs',
      help: 'Jobs that are in a queue now, by state.',
      labelNames: ['queue', 'state'],
      registers,
    }),
    queueLag: new Gauge({
      name: 'regreen_queue_lag_seconds',
      help: 'How long the job that waits the longest could have been worked on, by queue.',
      labelNames: ['queue'],
      registers,
    }),
    jobs: new Counter({
      name: 'regreen_jobs_total',
      help: 'Attempts at jobs that ended, by queue and outcome.',
      labelNames: ['queue', 'outcome'],
      registers,
    }),
    jobSeconds: new Histogram({
      name: 'regreen_job_duration_seconds',
      help: 'How long attempts at jobs took.',
      labelNames: ['queue'],
      buckets: JOB_BUCKETS,
      registers,
    }),
    ...createHealingInstruments(registers),
  };
}

function createHealingInstruments(registers: Registry[]) {
  return {
    diagnoses: new Counter({
      name: 'regreen_diagnoses_total',
      help: 'Diagnoses made, by cause.',
      labelNames: ['cause'],
      registers,
    }),
    fixes: new Counter({
      name: 'regreen_fixes_total',
      help: 'Fixes that ended, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    agentCalls: new Counter({
      name: 'regreen_agent_calls_total',
      help: 'Questions to coding agents, by back end and outcome.',
      labelNames: ['backend', 'outcome'],
      registers,
    }),
    agentTokens: new Counter({
      name: 'regreen_agent_tokens_total',
      help: 'Tokens that coding agents took, questions and answers together.',
      labelNames: ['backend'],
      registers,
    }),
    agentDollars: new Counter({
      name: 'regreen_agent_dollars_total',
      help: 'What coding agents cost, by the configured prices.',
      labelNames: ['backend'],
      registers,
    }),
    agentSeconds: new Histogram({
      name: 'regreen_agent_call_duration_seconds',
      help: 'How long coding agents took to answer.',
      labelNames: ['backend'],
      buckets: AGENT_BUCKETS,
      registers,
    }),
    agentRests: new Gauge({
      name: 'regreen_agent_rests',
      help: '1 while a back end of coding agents is left alone after failures in a row.',
      labelNames: ['backend'],
      registers,
    }),
    notifications: new Counter({
      name: 'regreen_notifications_total',
      help: 'Attempts at notifications that ended, by kind of channel and outcome.',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
    channelPauses: new Counter({
      name: 'regreen_notification_channel_pauses_total',
      help: 'Notification channels that were paused because they kept failing, by kind.',
      labelNames: ['channel'],
      registers,
    }),
    pausedChannels: new Gauge({
      name: 'regreen_notification_channels_paused',
      help: 'Notification channels that are paused now, by kind.',
      labelNames: ['channel'],
      registers,
    }),
    githubRequests: new Counter({
      name: 'regreen_github_requests_total',
      help: 'Requests to GitHub, by class of status; "none" when no answer came.',
      labelNames: ['status_class'],
      registers,
    }),
    githubRemaining: new Gauge({
      name: 'regreen_github_rate_limit_remaining',
      help: 'Requests left in the current window, as GitHub said last; absent once the window is over.',
      labelNames: ['resource'],
      registers,
    }),
    scrapeFailures: new Counter({
      name: 'regreen_scrape_failures_total',
      help: 'Gauges that could not be brought up to date for a scrape.',
      registers,
    }),
  };
}

function recorders(instruments: Instruments): Omit<Metrics, 'githubRateLimit' | 'onScrape' | 'render'> {
  return {
    deliveryReceived: (event, outcome) => instruments.deliveries.inc({ event: listed(EVENTS, event), outcome }),
    requestEnded: ({ method, route, status, seconds }) =>
      instruments.requests.observe({ method: listed(METHODS, method), route, status }, seconds),
    jobEnded: (queue, outcome, seconds) => {
      instruments.jobs.inc({ queue, outcome });
      instruments.jobSeconds.observe({ queue }, seconds);
    },
    queueDepth: (queue, state, jobs) => instruments.queueJobs.set({ queue, state }, jobs),
    queueLag: (queue, seconds) => instruments.queueLag.set({ queue }, seconds),
    diagnosed: (cause) => instruments.diagnoses.inc({ cause }),
    fixEnded: (outcome) => instruments.fixes.inc({ outcome }),
    agentAsked: (backend, outcome, { tokens, microDollars, milliseconds }) => {
      instruments.agentCalls.inc({ backend, outcome });
      instruments.agentTokens.inc({ backend }, tokens);
      instruments.agentDollars.inc({ backend }, microDollars / 1_000_000);
      instruments.agentSeconds.observe({ backend }, milliseconds / 1_000);
    },
    notificationEnded: (channel, outcome) => instruments.notifications.inc({ channel, outcome }),
    channelPaused: (channel) => instruments.channelPauses.inc({ channel }),
    channelsPaused: (channel, channels) => instruments.pausedChannels.set({ channel }, channels),
    agentRests: (backend, rests) => instruments.agentRests.set({ backend }, rests ? 1 : 0),
    githubRequestEnded: (status) => instruments.githubRequests.inc({ status_class: statusClass(status) }),
  };
}

function listed(values: ReadonlySet<string>, value: string): string {
  return values.has(value) ? value : 'other';
}

function statusClass(status: number): string {
  return status >= 100 && status <= 599 ? `${Math.floor(status / 100)}xx` : 'none';
}

async function runBounded(work: () => Promise<void>, failed: () => void): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('too slow')), SCRAPE_PATIENCE_MS);
  try {
    await Promise.race([work(), late.promise]);
  } catch {
    failed();
  } finally {
    clearTimeout(timer);
  }
}
