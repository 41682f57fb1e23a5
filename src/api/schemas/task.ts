import { z } from '@hono/zod-openapi';
import { QUEUE_NAMES } from '../../queue/queues.ts';
import { MOST_COUNTED, TASK_STATES } from '../../queue/tasks.ts';
import { fullName, moment, plainName, splitFullName } from './common.ts';
import { pageLimit } from './paging.ts';

/** The task of the examples in the API's description, and the dead letter of another. */
export const EXAMPLE_TASK_ID = 'b1a9a2a4-6f0e-4c39-8f55-2a4b3d6f3d10';
export const EXAMPLE_DEAD_LETTER_ID = '5d1f0a52-7f3e-4b0a-9a5c-6b1f6a3f0c21';

const taskId = z.uuid({ error: 'the id of a task, a UUID' });

export const taskParams = z.strictObject({ id: taskId.openapi({ param: { name: 'id', in: 'path' }, example: EXAMPLE_TASK_ID }) });
export const deadLetterParams = z.strictObject({
  id: taskId.openapi({ param: { name: 'id', in: 'path' }, example: EXAMPLE_DEAD_LETTER_ID }),
});

const offset = z.coerce
  .number({ error: 'a whole number from 0 to 10000' })
  .int({ error: 'a whole number from 0 to 10000' })
  .min(0)
  .max(MOST_COUNTED)
  .default(0)
  .openapi({ type: 'integer', minimum: 0, maximum: MOST_COUNTED, default: 0, description: 'How many to leave out.' });

const queueName = z.enum(QUEUE_NAMES);

const filters = {
  queue: queueName.optional().openapi({ example: 'analysis' }),
  type: plainName.optional().openapi({ description: "The kind of work: the payload's kind or task, or the queue's name." }),
  repository: fullName.optional().transform((text) => (text === undefined ? undefined : splitFullName(text))),
  limit: pageLimit,
  offset,
};

export const tasksQuery = z.strictObject({ ...filters, status: z.enum(TASK_STATES).optional() });
export const deadLettersQuery = z.strictObject(filters);

const taskFields = {
  id: taskId,
  queue: z.string(),
  type: z.string(),
  status: z.enum(TASK_STATES).openapi({
    description: 'retried: it failed, and a further task does the same again. failed: no retry could save it.',
  }),
  repository: fullName.nullable().openapi({ description: 'Null for what concerns no repository.' }),
  attempt: z.int().min(1).openapi({ description: '1 for the first.' }),
  priority: z.int(),
  correlationId: z.string().nullable().openapi({ description: 'Find the request or the delivery in the log.' }),
  payload: z.record(z.string(), z.unknown()).openapi({ description: 'What the work is about: ids and words.' }),
  createdAt: moment,
  startsAfter: moment,
  startedAt: moment.nullable(),
  endedAt: moment.nullable(),
  error: z
    .object({ code: z.string().nullable(), message: z.string() })
    .nullable()
    .openapi({ description: 'Why it failed, when it did.' }),
};

export const taskSchema = z.object(taskFields).openapi('Task', { description: 'One job of a queue; ended ones are kept a day.' });

const deadLetterSchema = z
  .object({
    ...taskFields,
    taskId: taskId.nullable().openapi({ description: 'The task that failed.' }),
    askedAt: moment.nullable().openapi({ description: 'When that was asked for.' }),
  })
  .openapi('DeadLetter', { description: 'A task that no retry could save; kept 30 days.' });

const total = z
  .int()
  .min(0)
  .max(MOST_COUNTED)
  .openapi({ description: `How many there are in all pages; ${MOST_COUNTED} stands for that many or more.` });

export const taskPageSchema = z
  .object({ items: z.array(taskSchema).openapi({ description: 'Newest first.' }), total })
  .openapi('TaskPage');
export const deadLetterPageSchema = z
  .object({ items: z.array(deadLetterSchema).openapi({ description: 'Newest first.' }), total })
  .openapi('DeadLetterPage');

const count = z.int().min(0);
export const queuesSchema = z
  .object({
    queues: z.array(
      z.object({
        queue: queueName,
        waiting: count,
        delayed: count.openapi({ description: 'Of the waiting: those whose time has not come.' }),
        active: count,
        failed: count.openapi({ description: 'Within the day for which ended tasks are kept.' }),
        dead: count.openapi({ description: 'Dead letters that came from it.' }),
        lagMs: count.openapi({
          description: 'How long the one that waits the longest could have been worked on; 0 when none waits.',
        }),
      }),
    ),
  })
  .openapi('Queues', { description: 'As of now, read from the queue itself.' });

export const taskOrderSchema = z
  .object({ status: z.enum(['queued', 'cancelled']), taskId })
  .openapi('TaskOrder', { example: { status: 'queued', taskId: EXAMPLE_TASK_ID } });

export const redriveRequestSchema = z
  .strictObject({
    queue: queueName.optional().openapi({ description: 'Those that came from one queue; all when left out.' }),
    limit: z.int().min(1).max(1_000).default(1_000).openapi({ description: 'So many at most, the oldest first.' }),
  })
  .openapi('RedriveRequest', { example: { queue: 'analysis', limit: 100 } });

export const redriveResponseSchema = z
  .object({ moved: count.openapi({ description: 'How many went back to their queues, for one attempt more.' }) })
  .openapi('RedriveResponse', { example: { moved: 1 } });

export const taskExample: z.input<typeof taskSchema> = {
  id: EXAMPLE_TASK_ID,
  queue: 'analysis',
  type: 'analysis',
  status: 'failed',
  repository: 'octo-org/widgets',
  attempt: 8,
  priority: 0,
  correlationId: '7f6f2d0e-3f0b-4f6e-9a55-0c8d5c2f7a11',
  payload: { installationId: 57, repositoryId: 1296269, runId: 9876543210, attempt: 1 },
  createdAt: '2026-11-20T09:00:05.000Z',
  startsAfter: '2026-11-20T09:00:05.000Z',
  startedAt: '2026-11-20T09:00:06.000Z',
  endedAt: '2026-11-20T09:00:07.000Z',
  error: { code: 'LOG_NOT_READY', message: 'GitHub has no log of the job (yet).' },
};

export const taskPageExample: z.input<typeof taskPageSchema> = { items: [taskExample], total: 1 };

export const deadLetterPageExample: z.input<typeof deadLetterPageSchema> = {
  items: [
    {
      ...taskExample,
      id: EXAMPLE_DEAD_LETTER_ID,
      status: 'waiting',
      createdAt: '2026-11-20T09:00:07.000Z',
      startsAfter: '2026-11-20T09:00:07.000Z',
      startedAt: null,
      endedAt: null,
      taskId: EXAMPLE_TASK_ID,
      askedAt: '2026-11-20T09:00:05.000Z',
    },
  ],
  total: 1,
};

export const queuesExample: z.input<typeof queuesSchema> = {
  queues: [{ queue: 'analysis', waiting: 3, delayed: 1, active: 2, failed: 1, dead: 1, lagMs: 1_200 }],
};
