import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import { type Authenticator, requireScope } from '../authentication.ts';
import { cacheBriefly } from '../caching.ts';
import type { ApiEnv } from '../context.ts';
import { errorResponses } from '../schemas/error.ts';
import * as pipeline from '../schemas/pipeline.ts';
import { repositoryIdOf } from '../scope.ts';
import type { ApiServices } from '../services.ts';
import { toBuild } from './builds.ts';

function pipelineRoute<const Path extends string, Query extends z.ZodObject, Answer extends z.ZodType>(
  path: Path,
  route: { operationId: string; summary: string; query: Query; schema: Answer; example: z.input<Answer> },
) {
  return createRoute({
    method: 'get',
    path: `/api/v1/pipeline/${path}` as const,
    operationId: route.operationId,
    tags: ['Pipeline'],
    summary: route.summary,
    security: [{ bearer: [] }],
    request: { query: route.query },
    responses: {
      200: { description: 'As of now.', content: { 'application/json': { schema: route.schema, example: route.example } } },
      ...errorResponses(`/api/v1/pipeline/${path}`, 400, 401, 403, 404, 500, 503),
    },
  });
}

export const pipelineOverviewRoute = pipelineRoute('overview', {
  operationId: 'pipelineOverview',
  summary: 'What runs and waits now, how the last day went, what was deployed',
  query: pipeline.pipelineQuery,
  schema: pipeline.pipelineOverviewSchema,
  example: pipeline.pipelineOverviewExample,
});
export const pipelineStatusRoute = pipelineRoute('status', {
  operationId: 'pipelineStatus',
  summary: 'Whether default branches are green',
  query: pipeline.recentQuery,
  schema: pipeline.pipelineStatusSchema,
  example: pipeline.pipelineStatusExample,
});
export const pipelineMetricsRoute = pipelineRoute('metrics', {
  operationId: 'pipelineMetrics',
  summary: 'The queue and the last day in numbers',
  query: pipeline.pipelineQuery,
  schema: pipeline.pipelineMetricsSchema,
  example: pipeline.pipelineMetricsExample,
});
export const pipelineRecentRoute = pipelineRoute('recent', {
  operationId: 'pipelineRecent',
  summary: 'The newest runs that have ended',
  query: pipeline.recentQuery,
  schema: pipeline.pipelineRecentSchema,
  example: pipeline.pipelineRecentExample,
});

const RUNNING_SHOWN = 20;
const DEPLOYMENTS_SHOWN = 10;

export function registerPipeline(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const middleware = [requireScope(authenticate, 'builds:read'), ...cacheBriefly];
  const { builds, analytics } = services;
  app.openapi({ ...pipelineOverviewRoute, middleware }, async (c) => {
    const repositoryId = await repositoryIdOf(analytics, c.req.valid('query').repository);
    const [queue, running, lastDay, deployments] = await Promise.all([
      queueNow(services, repositoryId),
      builds.running(repositoryId, RUNNING_SHOWN),
      analytics.lastDay(repositoryId),
      analytics.recentDeployments(repositoryId, DEPLOYMENTS_SHOWN),
    ]);
    return c.json(
      {
        queue,
        running: running.map(({ jobs, jobsCompleted, ...build }) => ({ ...toBuild(build), jobs, jobsCompleted })),
        lastDay,
        deployments: deployments.map(({ owner, name, createdAt, updatedAt, ...one }) => ({
          ...one,
          repository: `${owner}/${name}`,
          createdAt: createdAt.toISOString(),
          updatedAt: updatedAt.toISOString(),
        })),
      },
      200,
    );
  });
  app.openapi({ ...pipelineStatusRoute, middleware }, async (c) => {
    const { repository, limit } = c.req.valid('query');
    const repositoryId = await repositoryIdOf(analytics, repository);
    const repositories = await builds.branches(repositoryId, limit);
    return c.json(
      {
        repositories: repositories.map(({ owner, name, redSince, ...one }) => ({
          ...one,
          repository: `${owner}/${name}`,
          redSince: redSince?.toISOString() ?? null,
        })),
      },
      200,
    );
  });
  app.openapi({ ...pipelineMetricsRoute, middleware }, async (c) => {
    const repositoryId = await repositoryIdOf(analytics, c.req.valid('query').repository);
    const [queue, lastDay] = await Promise.all([queueNow(services, repositoryId), analytics.lastDay(repositoryId)]);
    return c.json({ queue, lastDay }, 200);
  });
  app.openapi({ ...pipelineRecentRoute, middleware }, async (c) => {
    const { repository, limit } = c.req.valid('query');
    const repositoryId = await repositoryIdOf(analytics, repository);
    const { items } = await builds.list({ repositoryId, status: 'completed', sort: 'createdAt', order: 'desc', limit });
    return c.json({ items: items.map(toBuild) }, 200);
  });
}

async function queueNow({ builds }: ApiServices, repositoryId: number | undefined) {
  const { waiting, running, waitingSince } = await builds.jobsUnderWay(repositoryId);
  return { waiting, running, waitingSince: waitingSince?.toISOString() ?? null };
}
