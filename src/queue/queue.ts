import PQueue from 'p-queue';
import { type JobInsert, type JobResult, type JobWithMetadata, PgBoss, type SendOptions } from 'pg-boss';
import { type ConnectionSettings, IDLE_CONNECTION_MS } from '../store/database.ts';
import { currentCorrelationId, type Logger } from '../telemetry/log.ts';
import { type JobTrace, sendSpan } from '../telemetry/spans.ts';
import { type Attributes, currentSpan, NO_TRACING, type Tracing } from '../telemetry/tracing.ts';
import { GROUP_CAP_SQL } from './group-cap.ts';
import { DEAD_LETTERS, type JobData, QUEUE_NAMES, QUEUES, type QueueDefinition, type QueueName } from './queues.ts';
import { type Envelope, type JobContext, type JobOutcome, runJob } from './run-job.ts';
import { createTasks, type Tasks } from './tasks.ts';

export interface SendRequest<N extends QueueName> {
  data: JobData[N];
  /** In a coalescing queue at most one job with this key waits. */
  key?: string;
  /** Jobs of one group share the queue's cap for a repository. */
  repositoryId?: number;
  delaySeconds?: number;
  /** Higher first; 0 is normal. */
  priority?: number;
  /** The request that this job belongs to; the current one when left out. */
  correlationId?: string;
  /** The trace that it belongs to; the current one when left out. */
  trace?: JobTrace;
}

export type JobHandler<N extends QueueName> = (data: JobData[N], context: JobContext) => Promise<void>;

export interface QueueOptions {
  connection: ConnectionSettings;
  /** Connections at most, beside the one that listens (default: 6). */
  connections?: number;
  log: Logger;
  /** Jobs of one queue that this process works on at once. */
  jobsAtOnce: number;
  /** True when no other process can hold jobs: those marked active at the start were left by one that died. */
  soleOwner: boolean;
  /** Whether this process runs the schedules and looks after the queue (default: it does); of many, pg-boss lets one do each. */
  keepsTime?: boolean;
  tracing?: Tracing;
  onJobEnded?: (queue: QueueName, outcome: JobOutcome, seconds: number) => void;
}

export interface QueueCounts {
  queue: string;
  waiting: number;
  active: number;
  failed: number;
}

/** Schedules and dead workers are looked after this often, in seconds. */
const SUPERVISE_SECONDS = 10;
/** Crashes of a worker that one job may survive; refusals by a handler have their own limit in its `RetryPlan`. */
const CRASH_LIMIT = 5;
const KEEP_COMPLETED_SECONDS = 24 * 3600;
const KEEP_WAITING_SECONDS = 30 * 24 * 3600;

const CONNECTIONS = 6;

/** The queue on PostgreSQL: sends and works jobs, retries by each queue's plan, keeps what no retry saved. */
export class Queue {
  readonly #boss: PgBoss;
  readonly #options: QueueOptions;
  readonly #tracing: Tracing;
  #started = false;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#tracing = options.tracing ?? NO_TRACING;
    // pg-boss hands both on to its `pg.Pool`, though its types name only the first.
    const pool = { max: options.connections ?? CONNECTIONS, idleTimeoutMillis: IDLE_CONNECTION_MS };
    this.#boss = new PgBoss({
      ...options.connection,
      application_name: 'regreen-queue',
      ...pool,
      useListenNotify: true,
      schedule: options.keepsTime ?? true,
      supervise: options.keepsTime ?? true,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
    });
    this.#boss.on('error', (error) => options.log.warn({ err: error }, 'queue error'));
    this.#boss.on('warning', (warning) => options.log.warn({ warning: warning.message }, 'queue warning'));
  }

  /** Makes or updates pg-boss's tables and our queues. Safe in any number of processes at once. */
  async start(): Promise<void> {
    await this.#boss.start();
    const known = new Set((await this.#boss.getQueues()).map((queue) => queue.name));
    if (!known.has(DEAD_LETTERS)) await this.#boss.createQueue(DEAD_LETTERS, { retentionSeconds: KEEP_WAITING_SECONDS });
    for (const name of QUEUE_NAMES) {
      if (!known.has(name)) await this.#boss.createQueue(name, { policy: QUEUES[name].coalesce ? 'short' : 'standard' });
      await this.#boss.updateQueue(name, queueSettings(QUEUES[name]));
    }
    await this.#boss.getDb().executeSql(GROUP_CAP_SQL);
    if (this.#options.soleOwner) await this.#returnOrphans();
    this.#started = true;
  }

  /** True between `start` and `stop`. */
  get started(): boolean {
    return this.#started;
  }

  /** @returns the job's id, or `null` when an equal one is waiting already and will do the same */
  async send<N extends QueueName>(name: N, request: SendRequest<N>): Promise<string | null> {
    return this.#inTrace(name, [request], async ([traced = request], note) => {
      const { data, ...options } = toJob(name, traced);
      const id = await this.#boss.send(name, data ?? {}, options as SendOptions);
      note({ 'messaging.message.id': id, 'regreen.job.waits_already': id === null ? true : undefined });
      return id;
    });
  }

  /** Sends many in one statement. */
  async sendMany<N extends QueueName>(name: N, requests: readonly SendRequest<N>[]): Promise<void> {
    if (requests.length === 0) return;
    await this.#inTrace(name, requests, (traced) => {
      const jobs = traced.map((request) => toJob(name, request));
      return this.#boss.insert(name, jobs, { returnId: false });
    });
  }

  /**
   * Sends in a span of its own, where one is open: the jobs follow from it. Deliveries begin traces of their own, and only say who
   * has sent them.
   */
  async #inTrace<N extends QueueName, T>(
    name: N,
    requests: readonly SendRequest<N>[],
    send: (requests: readonly SendRequest<N>[], note: (attributes: Attributes) => void) => Promise<T>,
  ): Promise<T> {
    if (!currentSpan()) return send(requests, () => undefined);
    return this.#tracing.span(
      () => sendSpan(name, requests.length),
      (span) => {
        const here = span?.traceparent;
        const trace = here === undefined ? {} : name === 'deliveries' ? { links: [here] } : { traceparent: here };
        return send(
          requests.map((request) => ({ trace, ...request })),
          (attributes) => span?.note(attributes),
        );
      },
    );
  }

  /**
   * Works the queue in this process. A handler that throws is tried again after the queue's plan; one that throws a
   * `PermanentFailure` goes to the dead letters at once.
   */
  async work<N extends QueueName>(name: N, handler: JobHandler<N>): Promise<void> {
    const definition = QUEUES[name];
    const atOnce = new PQueue({ concurrency: this.#options.jobsAtOnce });
    const worker = await this.#boss.work<Envelope<N>, unknown, WorkSettings>(
      name,
      {
        perJobResults: true,
        includeMetadata: true,
        batchSize: definition.batchSize,
        burstWhenBatchFull: true,
        localConcurrency: 2,
        groupConcurrency: definition.perRepository,
        pollingIntervalSeconds: 1,
        notifyPollingIntervalSeconds: 2,
        heartbeatRefreshSeconds: definition.heartbeatSeconds / 4,
      },
      async (jobs) => {
        const first = jobs.toSorted((a, b) => b.priority - a.priority);
        const results = await Promise.all(first.map((job) => atOnce.add(() => this.#settle(name, job, handler))));
        // What waited for its repository's turn is not announced again, and the next poll is seconds away.
        setImmediate(() => this.#started && this.#boss.notifyWorker(worker));
        return results;
      },
    );
  }

  async #settle<N extends QueueName>(name: N, job: JobWithMetadata<Envelope<N>>, handler: JobHandler<N>): Promise<JobResult> {
    const result = await runJob(name, job, handler, this.#options.log, this.#tracing);
    this.#options.onJobEnded?.(name, result.outcome, result.seconds);
    if (result.outcome === 'dead-letter') return { id: job.id, status: 'deadletter', output: result.output };
    if (result.outcome === 'retried' && !(await this.#sendNextAttempt(name, job, result))) {
      return { id: job.id, status: 'failed', output: result.output };
    }
    return { id: job.id, status: 'completed', ...('output' in result ? { output: result.output } : {}) };
  }

  /** @returns false when it could not be sent; then pg-boss's own retry is left, and neighbours in the batch lose nothing */
  async #sendNextAttempt<N extends QueueName>(
    name: N,
    job: JobWithMetadata<Envelope<N>>,
    { delaySeconds, traceparent }: { delaySeconds: number; traceparent?: string | undefined },
  ): Promise<boolean> {
    const trace = traceparent === undefined ? {} : { trace: { ...job.data.trace, attemptBefore: traceparent } };
    const next = { ...job.data, ...trace, attempt: job.data.attempt + 1 };
    try {
      await this.#boss.send(name, next, this.#retryOptions(job, delaySeconds));
      return true;
    } catch (error) {
      this.#options.log.warn({ err: error, queue: name, job: job.id }, 'next attempt could not be sent');
      return false;
    }
  }

  #retryOptions(job: JobWithMetadata<unknown>, delaySeconds: number): SendOptions {
    return {
      startAfter: delaySeconds,
      priority: job.priority,
      ...(job.singletonKey ? { singletonKey: job.singletonKey } : {}),
      ...(job.groupId ? { group: { id: job.groupId } } : {}),
    };
  }

  /** Repeats a job by the clock, once among all processes. */
  async schedule<N extends QueueName>(name: N, key: string, cron: string, data: JobData[N]): Promise<void> {
    await this.#boss.schedule(name, cron, toJob(name, { data, correlationId: key }).data, { key, singletonKey: key });
  }

  /** How many jobs wait, run and have failed; read at once, not from a cache. */
  async counts(): Promise<QueueCounts[]> {
    const { rows } = (await this.#boss.getDb().executeSql(`
      select name as queue,
        count(*) filter (where state < 'active')::int as waiting,
        count(*) filter (where state = 'active')::int as active,
        count(*) filter (where state = 'failed')::int as failed
      from pgboss.job group by name`)) as { rows: QueueCounts[] };
    const counted = new Map(rows.map((row) => [row.queue, row]));
    return [...QUEUE_NAMES, DEAD_LETTERS].map((queue) => counted.get(queue) ?? { queue, waiting: 0, active: 0, failed: 0 });
  }

  /** Jobs as people read them and order them about. */
  tasks(): Tasks {
    return createTasks(this.#boss);
  }

  /** Sends dead letters back to the queues that they came from, for one attempt more. @returns how many */
  async redrive(limit = 1000): Promise<number> {
    return this.#boss.redrive(DEAD_LETTERS, { limit });
  }

  /** Takes no new jobs, lets running ones end, and closes. After `timeoutMs` what still runs is given to another worker. */
  async stop(timeoutMs: number): Promise<void> {
    if (!this.#started) return this.#boss.stop({ graceful: false });
    this.#started = false;
    await this.#boss.stop({ graceful: true, timeout: timeoutMs });
  }

  async #returnOrphans(): Promise<void> {
    const { rows } = (await this.#boss.getDb().executeSql(`select name, id from pgboss.job where state = 'active'`)) as {
      rows: { name: string; id: string }[];
    };
    for (const { name, id } of rows) await this.#boss.fail(name, id, { reason: 'the process that worked on it has died' });
    if (rows.length > 0) this.#options.log.info({ jobs: rows.length }, 'jobs of a dead process given out again');
  }
}

interface WorkSettings {
  perJobResults: true;
  includeMetadata: true;
  [more: string]: unknown;
}

function queueSettings(definition: QueueDefinition) {
  return {
    retryLimit: CRASH_LIMIT,
    retryDelay: 0,
    // Our own timeout ends a job; pg-boss's is the backstop, and counts the wait for a free place too.
    expireInSeconds: definition.timeoutSeconds * 3,
    heartbeatSeconds: definition.heartbeatSeconds,
    deadLetter: DEAD_LETTERS,
    deleteAfterSeconds: KEEP_COMPLETED_SECONDS,
    retentionSeconds: KEEP_WAITING_SECONDS,
    notify: true,
  };
}

function toJob<N extends QueueName>(name: N, request: SendRequest<N>): JobInsert<Envelope<N>> {
  const correlationId = request.correlationId ?? currentCorrelationId() ?? crypto.randomUUID();
  // Without a key pg-boss takes all jobs of a coalescing queue for the same.
  const key = request.key ?? (QUEUES[name].coalesce ? crypto.randomUUID() : undefined);
  return {
    data: { payload: request.data, correlationId, attempt: 1, ...(request.trace && { trace: request.trace }) },
    ...(key === undefined ? {} : { singletonKey: key }),
    ...(request.repositoryId === undefined ? {} : { group: { id: String(request.repositoryId) } }),
    ...(request.delaySeconds === undefined ? {} : { startAfter: request.delaySeconds }),
    ...(request.priority === undefined ? {} : { priority: request.priority }),
  };
}
