import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { readRange } from '../../healing/requests/ranges.ts';
import { type Authenticator, requireScope } from '../authentication.ts';
import type { ApiEnv } from '../context.ts';
import { buildParams } from '../schemas/build.ts';
import { noQuery } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import { json } from '../schemas/json.ts';
import { bytes, jobLogParams, logArchiveQuery, parsedJobLogExample, parsedJobLogSchema, plainText } from '../schemas/log.ts';
import type { ApiServices } from '../services.ts';

const security = [{ bearer: [] }];
const tags = ['Builds'];
const JOB_LOG = '/api/v1/builds/9876543210/jobs/26543217890/logs';

export const logArchiveRoute = createRoute({
  method: 'get',
  path: '/api/v1/builds/{id}/logs',
  operationId: 'downloadLogs',
  tags,
  security,
  summary: 'The logs of all jobs of an attempt, as a zip',
  description: 'One file a job that has ended, made while it is sent. Secrets are masked.',
  request: { params: buildParams, query: logArchiveQuery },
  responses: {
    200: { description: 'The archive.', content: { 'application/zip': { schema: bytes } } },
    ...errorResponses('/api/v1/builds/9876543210/logs', 400, 401, 403, 404, 500, 503),
  },
});

const logHeaders = z.object({
  range: z.string().max(200).optional().openapi({ description: 'One range of bytes; several are answered with all.' }),
  'if-range': z.string().max(200).optional().openapi({ description: 'The ETag of an earlier answer.' }),
});
const rangeHeaders = {
  'Accept-Ranges': { description: 'bytes', schema: { type: 'string' as const } },
  ETag: { description: 'Of the log, which does not change any more.', schema: { type: 'string' as const } },
};
const contentRange = {
  'Content-Range': { description: 'Which bytes of how many (RFC 9110).', schema: { type: 'string' as const } },
};

export const jobLogRoute = createRoute({
  method: 'get',
  path: '/api/v1/builds/{id}/jobs/{jobId}/logs',
  operationId: 'readJobLog',
  tags,
  security,
  summary: 'The log of a job as it is, or a part of it',
  description:
    'Every byte of what looks like a secret is a *, so that places in it are those of the log at GitHub. A Range is answered 206.',
  request: { params: jobLogParams, query: noQuery, headers: logHeaders },
  responses: {
    200: { description: 'All of it.', headers: rangeHeaders, content: { 'text/plain': { schema: plainText } } },
    206: {
      description: 'The part that was asked for.',
      headers: { ...rangeHeaders, ...contentRange },
      content: { 'text/plain': { schema: plainText } },
    },
    416: { description: 'The log ends before that part.', headers: contentRange },
    ...errorResponses(JOB_LOG, 400, 401, 403, 404, 500, 503),
  },
});

export const parsedLogRoute = createRoute({
  method: 'get',
  path: '/api/v1/builds/{id}/jobs/{jobId}/logs/parsed',
  operationId: 'readParsedLog',
  tags,
  security,
  summary: 'What the log of a job says: cause, steps, findings, tests, excerpts with anchors',
  description: 'Read anew at each request, also of a job that is green.',
  request: { params: jobLogParams, query: noQuery },
  responses: {
    200: json('The diagnosis, and where on GitHub each thing can be seen.', parsedJobLogSchema, parsedJobLogExample),
    ...errorResponses(`${JOB_LOG}/parsed`, 400, 401, 403, 404, 500, 503),
  },
});

/** Packed on the way, a part would be another; nobody else is to keep it. */
const CACHE = 'private, no-store, no-transform';

export function registerLogs(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const middleware = requireScope(authenticate, 'builds:read');
  app.openapi({ ...logArchiveRoute, middleware }, async (c) => {
    const { id } = c.req.valid('param');
    const { attempt } = c.req.valid('query');
    const archive = await services.requests.readLogArchive({ runId: id, attempt, signal: c.req.raw.signal });
    return new Response(streamed(archive.body), {
      headers: {
        'content-type': 'application/zip',
        'content-disposition': `attachment; filename="logs-${id}-${archive.attempt}.zip"`,
        'cache-control': CACHE,
      },
    });
  });
  app.openapi({ ...jobLogRoute, middleware }, async (c) => {
    const { id, jobId } = c.req.valid('param');
    const etag = `"job-${jobId}"`;
    const ifRange = c.req.header('if-range');
    const range = ifRange === undefined || ifRange === etag ? readRange(c.req.header('range')) : null;
    const log = await services.requests.readLog({ runId: id, jobId, range, signal: c.req.raw.signal });
    const headers = { 'accept-ranges': 'bytes', etag, 'cache-control': CACHE };
    if ('unsatisfiable' in log) {
      return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${log.unsatisfiable}` } });
    }
    const { part, size } = log;
    const length = part ? part.last - part.first + 1 : size;
    return new Response(streamed(log.body), {
      status: part ? 206 : 200,
      headers: {
        ...headers,
        'content-type': 'text/plain; charset=utf-8',
        ...(part ? { 'content-range': `bytes ${part.first}-${part.last}/${size ?? '*'}` } : {}),
        ...(length === null ? {} : { 'content-length': String(length) }),
      },
    });
  });
  app.openapi({ ...parsedLogRoute, middleware }, async (c) => {
    const { id, jobId } = c.req.valid('param');
    const { job, log } = await services.requests.parseJobLog({ runId: id, jobId, signal: c.req.raw.signal });
    return c.json({ build: id, job: { id: job.id, name: job.name, conclusion: job.conclusion }, ...log }, 200);
  });
}

function streamed(body: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  return ReadableStream.from(body) as ReadableStream<Uint8Array>;
}
