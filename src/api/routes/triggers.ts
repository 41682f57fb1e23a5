import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { NotFoundError } from '../../errors.ts';
import { type Authenticator, requireScope } from '../authentication.ts';
import type { ApiEnv, BodyMiddleware } from '../context.ts';
import { limitBody } from '../middleware.ts';
import { hourlyLimit } from '../rate-limit.ts';
import { noQuery, splitFullName } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import { triggerRequestSchema, triggerResponseSchema } from '../schemas/trigger.ts';
import type { ApiServices, TriggerResult } from '../services.ts';

export const triggerRoute = createRoute({
  method: 'post',
  path: '/api/v1/triggers',
  operationId: 'triggerDiagnosis',
  tags: ['Diagnoses'],
  summary: 'Ask for a diagnosis of a run',
  description: 'The diagnosis is made as if the run had just ended red. The result shows up in the incidents.',
  security: [{ bearer: [] }],
  request: {
    query: noQuery,
    body: { required: true, content: { 'application/json': { schema: triggerRequestSchema } } },
  },
  responses: {
    202: { description: 'It is in the queue.', content: { 'application/json': { schema: triggerResponseSchema } } },
    ...errorResponses('/api/v1/triggers', 400, 401, 403, 404, 413, 415, 429, 500, 503),
  },
});

export function registerTriggers(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const limit = hourlyLimit('diagnoses', services.limits.diagnosesPerHour, services.limitPool);
  const middleware: BodyMiddleware = [requireScope(authenticate, 'diagnoses:write'), limitBody];
  app.openapi({ ...triggerRoute, middleware }, async (c) => {
    const { repository, runId, attempt } = c.req.valid('json');
    const caller = c.get('caller');
    const correlationId = c.get('correlationId');
    await limit(caller.id);
    const result = await services.triggerDiagnosis({
      repository: splitFullName(repository),
      runId,
      attempt,
      requestedBy: caller.id,
      correlationId,
    });
    if (result.kind !== 'queued') throw refusal(result.kind, repository, runId);
    const { taskId } = result;
    return c.json({ status: 'queued' as const, taskId, repository, runId, attempt: attempt ?? null, correlationId }, 202);
  });
}

function refusal(kind: Exclude<TriggerResult['kind'], 'queued'>, repository: string, runId: number): NotFoundError {
  switch (kind) {
    case 'unknown-repository':
      return new NotFoundError('REPOSITORY_NOT_FOUND', 'There is no such repository.', {
        details: { repository },
        hint: 'Look at the spelling of owner/name.',
      });
    case 'not-installed':
      return new NotFoundError('APP_NOT_INSTALLED', 'Regreen is not installed in this repository.', {
        details: { repository },
        hint: "Install the GitHub App for this repository on the App's page, then ask again.",
      });
    case 'unknown-run':
      return new NotFoundError('RUN_NOT_FOUND', 'The repository has no such run or attempt.', {
        details: { repository, runId },
        hint: "The id is the number in the run's address on GitHub: …/actions/runs/ID.",
      });
  }
}
