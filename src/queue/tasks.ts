import type { PgBoss, SendOptions } from 'pg-boss';
import { redactedDeep } from '../secrets.ts';
import { whenReachable } from '../store/repositories/reachable.ts';
import { DEAD_LETTERS, QUEUE_NAMES, QUEUES, type QueueName } from './queues.ts';

/** What has become of a task. `retried`: it failed, and a further task does the same again. */
export const TASK_STATES = ['waiting', 'active', 'completed', 'retried', 'cancelled', 'failed'] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** One job of a queue, as people read it. */
export interface Task {
  id: string;
  queue: string;
  /** What kind of work it is: the payload's kind, or the queue's name. */
  type: string;
  state: TaskState;
  /** `owner/name`; null for what concerns no repository, or one that the books don't know. */
  repository: string | null;
  /** 1 for the first. */
  attempt: number;
  priority: number;
  correlationId: string | null;
  /** Ids and words, secrets taken out. */
  payload: Record<string, unknown>;
  createdAt: Date;
  /** Not before. */
  startsAfter: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  /** Why it failed. */
  error: { code: string | null; message: string } | null;
}

/** A task that no retry could save. */
export interface DeadLetter extends Task {
  /** The task that failed. */
  taskId: string | null;
  /** When that was asked for. */
  askedAt: Date | null;
}

export interface QueueNow {
  queue: string;
  waiting: number;
  /** Of the waiting: those whose time has not come. */
  delayed: number;
  active: number;
  /** Within the time for which ended tasks are kept, a day. */
  failed: number;
  dead: number;
  /** How long the one that waits the longest could have been worked on, in milliseconds; 0 when none waits. */
  lagMs: number;
}

export interface TaskQuery {
  state?: TaskState | undefined;
  queue?: string | undefined;
  type?: string | undefined;
  repositoryId?: number | undefined;
  /** Only of these. */
  repositoryIds?: readonly number[] | undefined;
  limit: number;
  offset: number;
}

export interface TaskPage<Item> {
  items: Item[];
  /** How many there are; of more than `MOST_COUNTED` it is only said that there are more. */
  total: number;
}

/** Counting on costs more than anybody reads. */
export const MOST_COUNTED = 10_000;

/** What came of an order about a task. */
export type TaskAnswer = { kind: 'done'; taskId: string } | { kind: 'unknown' } | { kind: 'refused'; state: TaskState };

/** Jobs of the queue as people read them and order them about. Each throws `UnavailableError` when the database is away. */
export interface Tasks {
  /** Newest first. */
  list(query: TaskQuery): Promise<TaskPage<Task>>;
  read(id: string): Promise<Task | null>;
  queues(): Promise<QueueNow[]>;
  /** Newest first. */
  deadLetters(query: Omit<TaskQuery, 'state'>): Promise<TaskPage<DeadLetter>>;
  /** Does a failed or cancelled task again, as a new one whose id is answered. */
  retry(id: string): Promise<TaskAnswer>;
  /** Takes a task that waits out of its queue; one that is worked on goes on to its end. */
  cancel(id: string): Promise<TaskAnswer>;
  /** Sends one dead letter back to its queue. */
  redriveOne(id: string): Promise<TaskAnswer>;
  /** Sends dead letters back to their queues, the oldest first. @returns how many */
  redrive(which: { queue?: QueueName | undefined; limit: number }): Promise<number>;
}

interface JobRow extends Omit<DeadLetter, 'payload' | 'type' | 'error'> {
  data: { payload?: Record<string, unknown>; correlationId?: string; attempt?: number } | null;
  output: { error?: { code?: unknown; message?: unknown } } | null;
  singletonKey: string | null;
  groupId: string | null;
  sourceName: string | null;
}

const STATE = `case when job.state < 'active' then 'waiting' when job.state = 'active' then 'active'
  when job.state = 'cancelled' then 'cancelled' when job.state = 'failed' then 'failed'
  when job.output -> 'error' is not null then 'retried' else 'completed' end`;
const TYPE = `coalesce(job.data #>> '{payload,kind}', job.data #>> '{payload,task}', job.source_name, job.name)`;
const COLUMNS = `job.id, job.name as queue, ${STATE} as state, repositories.owner || '/' || repositories.name as repository,
  job.priority, job.data, job.output, job.created_on as "createdAt", job.start_after as "startsAfter",
  job.started_on as "startedAt", job.completed_on as "endedAt", job.singleton_key as "singletonKey", job.group_id as "groupId",
  job.source_name as "sourceName", job.source_id as "taskId", job.source_created_on as "askedAt"`;
/** A group of another kind than a repository's id is none. */
const FROM = `from pgboss.job as job left join repositories
  on job.group_id ~ '^[0-9]{1,18}$' and repositories.id = case when job.group_id ~ '^[0-9]{1,18}$' then job.group_id::bigint end`;

export function createTasks(boss: PgBoss): Tasks {
  const rows = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await whenReachable(boss.getDb().executeSql(text, values))).rows as Row[];
  const page = async <Item>(where: Where, query: Pick<TaskQuery, 'limit' | 'offset'>, show: (row: JobRow) => Item) => {
    const found = rows<JobRow>(
      `select ${COLUMNS} ${FROM} where ${where.text} order by job.created_on desc, job.id
       limit ${query.limit} offset ${query.offset}`,
      where.values,
    );
    const counted = rows<{ total: number }>(
      `select count(*)::int as total from (select 1 ${FROM} where ${where.text} limit ${MOST_COUNTED}) as counted`,
      where.values,
    );
    const [items, [count]] = await Promise.all([found, counted]);
    return { items: items.map(show), total: count?.total ?? 0 };
  };
  const one = async (id: string, dead: boolean) => {
    const [row] = await rows<JobRow>(`select ${COLUMNS} ${FROM} where job.id = $1 and job.name ${dead ? '=' : '<>'} $2`, [
      id,
      DEAD_LETTERS,
    ]);
    return row ?? null;
  };
  const again = async (row: JobRow, queue: string): Promise<TaskAnswer> => {
    const options = sendOptions(row);
    const sent = await whenReachable(boss.send(queue, { ...row.data, attempt: firstAttempt(queue) }, options));
    if (sent !== null) return { kind: 'done', taskId: sent };
    // An equal one waits already, and will do the same.
    const [waiting] = await rows<{ id: string }>(
      `select id from pgboss.job where name = $1 and singleton_key = $2 and state < 'active' limit 1`,
      [queue, row.singletonKey],
    );
    return { kind: 'done', taskId: waiting?.id ?? row.id };
  };
  const redriveLetter = async (letter: JobRow): Promise<TaskAnswer> => {
    if (letter.sourceName === null) return { kind: 'unknown' };
    // First the new one: what is broken off in between is done twice, which every job bears, and never lost.
    const answer = await again(letter, letter.sourceName);
    await whenReachable(boss.deleteJob(DEAD_LETTERS, letter.id));
    return answer;
  };
  return {
    list: (query) => page(whereOf(query), query, toTask),
    read: async (id) => {
      const row = await one(id, false);
      return row && toTask(row);
    },
    queues: async () => (await rows<QueueNow>(QUEUES_NOW, [DEAD_LETTERS, [...QUEUE_NAMES]])).map((row) => ({ ...row })),
    deadLetters: (query) => page(deadWhere(query), query, toDeadLetter),
    retry: async (id) => {
      const row = await one(id, false);
      if (!row) return { kind: 'unknown' };
      if (row.state !== 'failed' && row.state !== 'cancelled') return { kind: 'refused', state: row.state };
      const answer = await again(row, row.queue);
      const [letter] = await rows<{ id: string }>(`select id from pgboss.job where name = $1 and source_id = $2`, [
        DEAD_LETTERS,
        id,
      ]);
      if (letter) await whenReachable(boss.deleteJob(DEAD_LETTERS, letter.id));
      return answer;
    },
    cancel: async (id) => {
      const row = await one(id, false);
      if (!row) return { kind: 'unknown' };
      if (row.state !== 'waiting') return { kind: 'refused', state: row.state };
      await whenReachable(boss.cancel(row.queue, id));
      return { kind: 'done', taskId: id };
    },
    redriveOne: async (id) => {
      const row = await one(id, true);
      return row ? redriveLetter(row) : { kind: 'unknown' };
    },
    redrive: async ({ queue, limit }) => {
      const where = deadWhere({ queue });
      const letters = await rows<JobRow>(
        `select ${COLUMNS} ${FROM} where ${where.text} order by job.created_on limit ${limit}`,
        where.values,
      );
      for (const letter of letters) await redriveLetter(letter);
      return letters.length;
    },
  };
}

const QUEUES_NOW = `
  select queue.name as queue,
    count(job.id) filter (where job.state < 'active')::int as waiting,
    count(job.id) filter (where job.state < 'active' and job.start_after > now())::int as delayed,
    count(job.id) filter (where job.state = 'active')::int as active,
    count(job.id) filter (where job.state = 'failed')::int as failed,
    (select count(*)::int from pgboss.job as dead where dead.name = $1 and dead.source_name = queue.name
      and dead.state < 'active') as dead,
    greatest(0, coalesce(extract(epoch from now() - min(greatest(job.start_after, job.created_on))
      filter (where job.state < 'active' and job.start_after <= now())) * 1000, 0))::bigint::float8 as "lagMs"
  from unnest($2::text[]) with ordinality as queue (name, place)
    left join pgboss.job as job on job.name = queue.name
  group by queue.name, queue.place order by queue.place`;

/** A delivery that failed for good is opened again by its last attempt alone. */
function firstAttempt(queue: string): number {
  return queue === 'deliveries' ? QUEUES.deliveries.retry.limit + 1 : 1;
}

interface Where {
  text: string;
  values: unknown[];
}

function whereOf({ state, queue, type, ...places }: TaskQuery): Where {
  return joined([
    ['job.name <> ?', DEAD_LETTERS],
    ...(queue === undefined ? [] : [['job.name = ?', queue] as const]),
    ...(type === undefined ? [] : [[`${TYPE} = ?`, type] as const]),
    ...(state === undefined ? [] : [[`${STATE} = ?`, state] as const]),
    ...placesOf(places),
  ]);
}

function deadWhere({ queue, type, ...places }: Pick<TaskQuery, 'queue' | 'type' | 'repositoryId' | 'repositoryIds'>): Where {
  return joined([
    [`job.state < 'active' and job.name = ?`, DEAD_LETTERS],
    ...(queue === undefined ? [] : [['job.source_name = ?', queue] as const]),
    ...(type === undefined ? [] : [[`${TYPE} = ?`, type] as const]),
    ...placesOf(places),
  ]);
}

function placesOf({ repositoryId, repositoryIds }: Pick<TaskQuery, 'repositoryId' | 'repositoryIds'>) {
  return [
    ...(repositoryId === undefined ? [] : [['job.group_id = ?', String(repositoryId)] as const]),
    ...(repositoryIds === undefined ? [] : [['job.group_id = any(?::text[])', repositoryIds.map(String)] as const]),
  ];
}

function joined(conditions: readonly (readonly [text: string, value: unknown])[]): Where {
  return {
    text: conditions.map(([text], index) => text.replace('?', `$${index + 1}`)).join(' and '),
    values: conditions.map(([, value]) => value),
  };
}

function sendOptions({ priority, singletonKey, groupId }: JobRow): SendOptions {
  return {
    priority,
    ...(singletonKey ? { singletonKey } : {}),
    ...(groupId ? { group: { id: groupId } } : {}),
  };
}

function toTask(row: JobRow): Task {
  const { id, queue, state, repository, priority, createdAt, startsAfter, startedAt, endedAt } = row;
  const payload = redactedDeep(row.data?.payload ?? {});
  return {
    id,
    queue,
    type: String(payload['kind'] ?? payload['task'] ?? row.sourceName ?? queue),
    state,
    repository,
    attempt: row.data?.attempt ?? 1,
    priority,
    correlationId: row.data?.correlationId ?? null,
    payload,
    createdAt,
    startsAfter,
    startedAt,
    endedAt,
    error: errorOf(row),
  };
}

function toDeadLetter(row: JobRow): DeadLetter {
  return { ...toTask(row), queue: row.sourceName ?? row.queue, taskId: row.taskId, askedAt: row.askedAt };
}

/** What pg-boss writes when a worker has died has no code. */
function errorOf({ output }: JobRow): Task['error'] {
  const error = output?.error;
  if (!error) return output && 'reason' in output ? { code: null, message: String(output.reason) } : null;
  const code = typeof error.code === 'string' ? error.code : null;
  return { code, message: redactedDeep(typeof error.message === 'string' ? error.message : 'It failed without a reason.') };
}
