import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { InvalidRequestError, NotFoundError } from '../../errors.ts';
import { type Authenticator, requireScope } from '../authentication.ts';
import type { ApiEnv, BodyMiddleware } from '../context.ts';
import { limitBody } from '../middleware.ts';
import { hourlyLimit } from '../rate-limit.ts';
import { noQuery, splitFullName } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import {
  LARGEST_UPLOAD_BYTES,
  parsedLogSchema,
  triggerRequestSchema,
  triggerResponseSchema,
  uploadedLog,
} from '../schemas/trigger.ts';
import type { ApiServices, TriggerResult } from '../services.ts';

export const triggerRoute = createRoute({
  method: 'post',
  path: '/api/v1/triggers',
  operationId: 'triggerDiagnosis',
  tags: ['Diagnoses'],
  summary: 'Ask for a diagnosis of a run, or of the run of a job',
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

export const uploadRoute = createRoute({
  method: 'post',
  path: '/api/v1/diagnoses',
  operationId: 'diagnoseLog',
  tags: ['Diagnoses'],
  summary: 'Send a log and be told what it says',
  description: 'Needs the role developer. It is read while it arrives, in a thread of its own, and nothing of it is kept.',
  security: [{ bearer: [] }],
  request: { query: noQuery, body: { required: true, content: { 'text/plain': { schema: uploadedLog } } } },
  responses: {
    200: { description: 'What it says.', content: { 'application/json': { schema: parsedLogSchema } } },
    ...errorResponses('/api/v1/diagnoses', 400, 401, 403, 413, 415, 429, 500, 503),
  },
});

export function registerTriggers(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const limit = hourlyLimit('diagnoses', services.limits.diagnosesPerHour, services.limitPool);
  const mayDiagnose = requireScope(authenticate, 'diagnoses:write');
  const middleware: BodyMiddleware = [mayDiagnose, limitBody];
  app.openapi({ ...triggerRoute, middleware }, async (c) => {
    const { repository, ...asked } = c.req.valid('json');
    const which = 'jobId' in asked ? asked : { runId: asked.runId, attempt: asked.attempt };
    const caller = c.get('caller');
    const correlationId = c.get('correlationId');
    await limit(caller.id);
    const result = await services.triggerDiagnosis({
      repository: splitFullName(repository),
      which,
      requestedBy: caller.id,
      correlationId,
    });
    if (result.kind !== 'queued') throw refusal(result.kind, repository, asked);
    const { taskId, runId, attempt } = result;
    return c.json({ status: 'queued' as const, taskId, repository, runId, attempt, correlationId }, 202);
  });
  app.openapi({ ...uploadRoute, middleware: mayDiagnose }, async (c) => {
    refuseOtherThanText(c.req.header('content-type'));
    await limit(c.get('caller').id);
    const { body, signal } = c.req.raw;
    if (body === null) throw emptyLog();
    return c.json(await services.requests.parseUploadedLog({ log: limited(body), signal }), 200);
  });
}

function refuseOtherThanText(contentType: string | undefined): void {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'text/plain' || type === 'application/octet-stream') return;
  throw new InvalidRequestError('MEDIA_TYPE_UNSUPPORTED', 'The body must be a log as plain text.', {
    status: 415,
    hint: 'Send the header "Content-Type: text/plain".',
  });
}

async function* limited(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const chunk of body) {
    seen += chunk.length;
    if (seen > LARGEST_UPLOAD_BYTES) throw logTooLarge();
    yield chunk;
  }
  if (seen === 0) throw emptyLog();
}

function emptyLog(): InvalidRequestError {
  return new InvalidRequestError('LOG_EMPTY', 'There is no log in the body.', { hint: 'Send the log itself, as plain text.' });
}

function logTooLarge(): InvalidRequestError {
  return new InvalidRequestError('BODY_TOO_LARGE', 'The log is larger than 32 MB.', {
    status: 413,
    details: { limitBytes: LARGEST_UPLOAD_BYTES },
    hint: 'Send the end of it: what made the build fail stands there.',
  });
}

function refusal(kind: Exclude<TriggerResult['kind'], 'queued'>, repository: string, asked: object): NotFoundError {
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
      return new NotFoundError('RUN_NOT_FOUND', 'The repository has no such run, attempt or job.', {
        details: { repository, ...asked },
        hint: "The ids are the numbers in GitHub's addresses: …/actions/runs/RUN/job/JOB.",
      });
  }
}
