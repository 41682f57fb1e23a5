import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import { NotFoundError } from '../../errors.ts';
import type { BuildDetails, BuildSummary } from '../../store/books/build-views.ts';
import { type Authenticator, requireScope } from '../authentication.ts';
import { cacheBriefly } from '../caching.ts';
import type { ApiEnv } from '../context.ts';
import { encodeCursor } from '../cursor.ts';
import {
  buildDetailsExample,
  buildDetailsSchema,
  buildPageExample,
  buildPageSchema,
  buildParams,
  type buildSchema,
  buildsQuery,
} from '../schemas/build.ts';
import { noQuery } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import { json } from '../schemas/json.ts';
import { beginOf } from '../schemas/paging.ts';
import { repositoryIdOf } from '../scope.ts';
import type { ApiServices } from '../services.ts';

export const listBuildsRoute = createRoute({
  method: 'get',
  path: '/api/v1/builds',
  operationId: 'listBuilds',
  tags: ['Builds'],
  summary: 'Runs, newest first unless another order is asked for',
  security: [{ bearer: [] }],
  request: { query: buildsQuery },
  responses: {
    200: json('One page of them.', buildPageSchema, buildPageExample),
    ...errorResponses('/api/v1/builds', 400, 401, 403, 404, 500, 503),
  },
});

export const readBuildRoute = createRoute({
  method: 'get',
  path: '/api/v1/builds/{id}',
  operationId: 'readBuild',
  tags: ['Builds'],
  summary: 'One run with its attempts, jobs and steps',
  security: [{ bearer: [] }],
  request: { params: buildParams, query: noQuery },
  responses: {
    200: json('The run.', buildDetailsSchema, buildDetailsExample),
    ...errorResponses('/api/v1/builds/9876543210', 400, 401, 403, 404, 500, 503),
  },
});

export function registerBuilds(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const middleware = [requireScope(authenticate, 'builds:read'), ...cacheBriefly];
  app.openapi({ ...listBuildsRoute, middleware }, async (c) => {
    const { cursor, repository, workflow, from, to, ...query } = c.req.valid('query');
    const { items, next } = await services.builds.list({
      ...query,
      repositoryId: await repositoryIdOf(services.analytics, repository),
      workflowPath: workflow,
      from: from === undefined ? undefined : new Date(from),
      to: to === undefined ? undefined : new Date(to),
      after: beginOf({ cursor, sort: query.sort }),
    });
    return c.json({ items: items.map(toBuild), nextCursor: next && encodeCursor(next) }, 200);
  });
  app.openapi({ ...readBuildRoute, middleware }, async (c) => {
    const { id } = c.req.valid('param');
    const build = await services.builds.read(id);
    if (!build) throw new NotFoundError('BUILD_NOT_FOUND', 'There is no run of this id in the books.', { details: { id } });
    return c.json(toBuildDetails(build), 200);
  });
}

export function toBuild(build: BuildSummary): z.input<typeof buildSchema> {
  const { owner, name, workflowPath, pullRequestNumber, createdAt, ...rest } = build;
  return {
    ...rest,
    ...timesOf(build),
    repository: `${owner}/${name}`,
    workflow: workflowPath,
    pullRequest: pullRequestNumber,
    createdAt: createdAt.toISOString(),
  };
}

function toBuildDetails({ attempts, jobs, ...build }: BuildDetails): z.input<typeof buildDetailsSchema> {
  return {
    ...toBuild(build),
    attempts: attempts.map((attempt) => ({ ...attempt, ...timesOf(attempt) })),
    jobs: jobs.map((job) => ({
      ...job,
      ...timesOf(job),
      steps: job.steps.map((step) => ({ ...step, startedAt: step.startedAt ?? null, completedAt: step.completedAt ?? null })),
    })),
  };
}

/** An end before the start is a clock that was set, and no duration. */
function timesOf({ startedAt, completedAt }: { startedAt: Date | null; completedAt: Date | null }) {
  const durationMs = startedAt && completedAt ? completedAt.getTime() - startedAt.getTime() : -1;
  return {
    startedAt: startedAt?.toISOString() ?? null,
    completedAt: completedAt?.toISOString() ?? null,
    durationMs: durationMs < 0 ? null : durationMs,
  };
}
