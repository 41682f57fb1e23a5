import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { ConflictError, NotFoundError } from '../../errors.ts';
import type { Task, TaskAnswer } from '../../queue/tasks.ts';
import { type Authenticator, requireScope } from '../authentication.ts';
import type { ApiEnv, ApiMiddleware, AuthenticatedEnv } from '../context.ts';
import { limitBody } from '../middleware.ts';
import { noQuery } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import { json } from '../schemas/json.ts';
import * as tasks from '../schemas/task.ts';
import { repositoryIdOf } from '../scope.ts';
import type { ApiServices } from '../services.ts';

const security = [{ bearer: [] }];
const tags = ['Tasks'];

export const listTasksRoute = createRoute({
  method: 'get',
  path: '/api/v1/tasks',
  operationId: 'listTasks',
  tags,
  security,
  summary: 'What Regreen works on, newest first',
  description: 'Needs the role developer.',
  request: { query: tasks.tasksQuery },
  responses: {
    200: json('One page of them.', tasks.taskPageSchema, tasks.taskPageExample),
    ...errorResponses('/api/v1/tasks', 400, 401, 403, 404, 500, 503),
  },
});

export const readTaskRoute = createRoute({
  method: 'get',
  path: '/api/v1/tasks/{id}',
  operationId: 'readTask',
  tags,
  security,
  summary: 'One task',
  description: 'Needs the role developer.',
  request: { params: tasks.taskParams, query: noQuery },
  responses: {
    200: json('The task.', tasks.taskSchema, tasks.taskExample),
    ...errorResponses(`/api/v1/tasks/${tasks.EXAMPLE_TASK_ID}`, 400, 401, 403, 404, 500, 503),
  },
});

export const retryTaskRoute = createRoute({
  method: 'post',
  path: '/api/v1/tasks/{id}/retry',
  operationId: 'retryTask',
  tags,
  security,
  summary: 'Do a failed or cancelled task again',
  description: 'Needs the role admin. A new task does it, with all its attempts; a dead letter of the old one is taken away.',
  request: { params: tasks.taskParams, query: noQuery },
  responses: {
    202: json('It is in its queue.', tasks.taskOrderSchema),
    ...errorResponses(`/api/v1/tasks/${tasks.EXAMPLE_TASK_ID}/retry`, 400, 401, 403, 404, 409, 500, 503),
  },
});

export const cancelTaskRoute = createRoute({
  method: 'post',
  path: '/api/v1/tasks/{id}/cancel',
  operationId: 'cancelTask',
  tags,
  security,
  summary: 'Take a task that waits out of its queue',
  description: 'Needs the role admin. What is worked on goes on to its end.',
  request: { params: tasks.taskParams, query: noQuery },
  responses: {
    200: json('It will not be done.', tasks.taskOrderSchema, { status: 'cancelled', taskId: tasks.EXAMPLE_TASK_ID }),
    ...errorResponses(`/api/v1/tasks/${tasks.EXAMPLE_TASK_ID}/cancel`, 400, 401, 403, 404, 409, 500, 503),
  },
});

export const queuesRoute = createRoute({
  method: 'get',
  path: '/api/v1/queues',
  operationId: 'listQueues',
  tags,
  security,
  summary: 'How full each queue is, and how far behind',
  description: 'Needs the role developer.',
  request: { query: noQuery },
  responses: {
    200: json('As of now.', tasks.queuesSchema, tasks.queuesExample),
    ...errorResponses('/api/v1/queues', 400, 401, 403, 500, 503),
  },
});

export const listDeadLettersRoute = createRoute({
  method: 'get',
  path: '/api/v1/dead-letters',
  operationId: 'listDeadLetters',
  tags,
  security,
  summary: 'Tasks that no retry could save, with the reason; newest first',
  description: 'Needs the role developer.',
  request: { query: tasks.deadLettersQuery },
  responses: {
    200: json('One page of them.', tasks.deadLetterPageSchema, tasks.deadLetterPageExample),
    ...errorResponses('/api/v1/dead-letters', 400, 401, 403, 404, 500, 503),
  },
});

export const redriveDeadLetterRoute = createRoute({
  method: 'post',
  path: '/api/v1/dead-letters/{id}/redrive',
  operationId: 'redriveDeadLetter',
  tags,
  security,
  summary: 'Send one dead letter back to its queue',
  description: 'Needs the role admin. A new task does it, with all its attempts.',
  request: { params: tasks.deadLetterParams, query: noQuery },
  responses: {
    202: json('It is in its queue.', tasks.taskOrderSchema),
    ...errorResponses(`/api/v1/dead-letters/${tasks.EXAMPLE_DEAD_LETTER_ID}/redrive`, 400, 401, 403, 404, 500, 503),
  },
});

export const redriveDeadLettersRoute = createRoute({
  method: 'post',
  path: '/api/v1/dead-letters/redrive',
  operationId: 'redriveDeadLetters',
  tags,
  security,
  summary: 'Send dead letters back to their queues, the oldest first',
  description: 'Needs the role admin.',
  request: {
    query: noQuery,
    body: { required: true, content: { 'application/json': { schema: tasks.redriveRequestSchema } } },
  },
  responses: {
    200: json('They are in their queues.', tasks.redriveResponseSchema),
    ...errorResponses('/api/v1/dead-letters/redrive', 400, 401, 403, 413, 415, 500, 503),
  },
});

export function registerTasks(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const middleware = [requireScope(authenticate, 'tasks:read')];
  const repositoryId = (one: { owner: string; name: string } | undefined) => repositoryIdOf(services.analytics, one);
  app.openapi({ ...listTasksRoute, middleware }, async (c) => {
    const { status, repository, ...query } = c.req.valid('query');
    const { items, total } = await services.tasks.list({
      ...query,
      state: status,
      repositoryId: await repositoryId(repository),
    });
    return c.json({ items: items.map(toTask), total }, 200);
  });
  app.openapi({ ...readTaskRoute, middleware }, async (c) => {
    const { id } = c.req.valid('param');
    const task = await services.tasks.read(id);
    if (!task) throw taskNotFound(id);
    return c.json(toTask(task), 200);
  });
  app.openapi({ ...queuesRoute, middleware }, async (c) => {
    const queues = await services.tasks.queues();
    return c.json({ queues: queues as z.input<typeof tasks.queuesSchema>['queues'] }, 200);
  });
  app.openapi({ ...listDeadLettersRoute, middleware }, async (c) => {
    const { repository, ...query } = c.req.valid('query');
    const { items, total } = await services.tasks.deadLetters({ ...query, repositoryId: await repositoryId(repository) });
    const shown = items.map(({ taskId, askedAt, ...task }) => ({
      ...toTask(task),
      taskId,
      askedAt: askedAt?.toISOString() ?? null,
    }));
    return c.json({ items: shown, total }, 200);
  });
  registerTaskOrders(app, services, authenticate);
}

function registerTaskOrders(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const middleware = requireScope(authenticate, 'tasks:write');
  const withBody: [MiddlewareHandler<AuthenticatedEnv>, ApiMiddleware] = [middleware, limitBody];
  const note = (caller: { id: string }, correlationId: string, action: string, subject: string, details = {}) =>
    services.audit.record({ actor: caller.id, action, subject, repositoryId: null, correlationId, details });
  app.openapi({ ...retryTaskRoute, middleware }, async (c) => {
    const { id } = c.req.valid('param');
    const taskId = done(await services.tasks.retry(id), id);
    await note(c.get('caller'), c.get('correlationId'), 'task.retried', `task:${id}`, { taskId });
    return c.json({ status: 'queued' as const, taskId }, 202);
  });
  app.openapi({ ...cancelTaskRoute, middleware }, async (c) => {
    const { id } = c.req.valid('param');
    const taskId = done(await services.tasks.cancel(id), id);
    await note(c.get('caller'), c.get('correlationId'), 'task.cancelled', `task:${id}`);
    return c.json({ status: 'cancelled' as const, taskId }, 200);
  });
  app.openapi({ ...redriveDeadLettersRoute, middleware: withBody }, async (c) => {
    const { queue, limit } = c.req.valid('json');
    const moved = await services.tasks.redrive({ queue, limit });
    await note(c.get('caller'), c.get('correlationId'), 'dead_letters.redriven', `queue:${queue ?? 'all'}`, { moved });
    return c.json({ moved }, 200);
  });
  app.openapi({ ...redriveDeadLetterRoute, middleware }, async (c) => {
    const { id } = c.req.valid('param');
    const taskId = done(await services.tasks.redriveOne(id), id);
    await note(c.get('caller'), c.get('correlationId'), 'dead_letter.redriven', `dead-letter:${id}`, { taskId });
    return c.json({ status: 'queued' as const, taskId }, 202);
  });
}

function done(answer: TaskAnswer, id: string): string {
  if (answer.kind === 'done') return answer.taskId;
  if (answer.kind === 'unknown') throw taskNotFound(id);
  throw new ConflictError('TASK_STATE', `The task is ${answer.state}, so this can't be done.`, {
    details: { status: answer.state },
    hint: 'Only what waits can be cancelled, and only what has failed or was cancelled can be done again.',
  });
}

function taskNotFound(id: string): NotFoundError {
  return new NotFoundError('TASK_NOT_FOUND', 'There is no task of this id.', {
    details: { id },
    hint: 'Tasks that have ended are kept for a day; GET /api/v1/tasks lists them.',
  });
}

function toTask({ state, createdAt, startsAfter, startedAt, endedAt, ...task }: Task): z.input<typeof tasks.taskSchema> {
  return {
    ...task,
    status: state,
    createdAt: createdAt.toISOString(),
    startsAfter: startsAfter.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}
