import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import { InvalidRequestError } from '../../errors.ts';
import type { Scope } from '../../store/figures/scope.ts';
import { type Authenticator, requireScope } from '../authentication.ts';
import { cacheBriefly } from '../caching.ts';
import type { ApiEnv } from '../context.ts';
import { errorResponses } from '../schemas/error.ts';
import * as examples from '../schemas/figure-examples.ts';
import * as figures from '../schemas/figures.ts';
import { scopeOf } from '../scope.ts';
import type { ApiServices } from '../services.ts';

function analyticsRoute<const Path extends string, Query extends z.ZodObject, Answer extends z.ZodType>(
  path: Path,
  route: { operationId: string; summary: string; query: Query; schema: Answer; example: z.input<Answer> },
) {
  return createRoute({
    method: 'get',
    path: `/api/v1/analytics/${path}` as const,
    operationId: route.operationId,
    tags: ['Analytics'],
    summary: route.summary,
    security: [{ bearer: [] }],
    request: { query: route.query },
    responses: {
      200: { description: 'The figures.', content: { 'application/json': { schema: route.schema, example: route.example } } },
      ...errorResponses(`/api/v1/analytics/${path}`, 400, 401, 403, 404, 500, 503),
    },
  });
}

export const overviewRoute = analyticsRoute('overview', {
  operationId: 'analyticsOverview',
  summary: 'Runs, recovery, incidents and deployments in one',
  query: figures.overviewQuery,
  schema: figures.overviewSchema,
  example: examples.overviewExample,
});
export const trendsRoute = analyticsRoute('trends', {
  operationId: 'analyticsTrends',
  summary: 'Runs by hour, day, week or month',
  query: figures.trendsQuery,
  schema: figures.trendsSchema,
  example: examples.trendsExample,
});
export const performanceRoute = analyticsRoute('performance', {
  operationId: 'analyticsPerformance',
  summary: 'Durations and queue times, and the jobs and steps that take the most time',
  query: figures.performanceQuery,
  schema: figures.performanceSchema,
  example: examples.performanceExample,
});
export const recoveryRoute = analyticsRoute('mttr', {
  operationId: 'analyticsRecovery',
  summary: 'How long default branches stay red, and incidents open',
  query: figures.recoveryQuery,
  schema: figures.recoverySchema,
  example: examples.recoveryExample,
});
export const failuresRoute = analyticsRoute('failures', {
  operationId: 'analyticsFailures',
  summary: 'Failures by branch, author, workflow, cause and fingerprint',
  query: figures.failuresQuery,
  schema: figures.failuresSchema,
  example: examples.failuresExample,
});
export const flakyRoute = analyticsRoute('flaky', {
  operationId: 'analyticsFlaky',
  summary: 'Tests and jobs that were red and green on one commit, and what they cost',
  query: figures.flakyQuery,
  schema: figures.flakySchema,
  example: examples.flakyExample,
});
export const comparisonRoute = analyticsRoute('workflows/comparison', {
  operationId: 'compareWorkflows',
  summary: 'Workflows side by side, those with the most runs first',
  query: figures.comparisonQuery,
  schema: figures.comparisonSchema,
  example: examples.comparisonExample,
});

/** An hour is a point; a month of them is what a chart can show. */
const MOST_HOURLY_MS = 31 * 24 * 3_600_000 + 3_600_000;

export function registerAnalytics(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const middleware = [requireScope(authenticate, 'builds:read'), ...cacheBriefly];
  const { analytics } = services;
  const scope = (query: Parameters<typeof scopeOf>[1]) => scopeOf(analytics, query, services.now());
  const heading = async ({ from, to }: Scope) => ({
    from: from.toISOString(),
    to: to.toISOString(),
    behindSince: (await analytics.behindSince())?.toISOString() ?? null,
  });

  app.openapi({ ...overviewRoute, middleware }, async (c) => {
    const wanted = await scope(c.req.valid('query'));
    const { recovery, ...rest } = await analytics.overview(wanted);
    return c.json({ ...(await heading(wanted)), ...rest, recovery: toOutages(recovery) }, 200);
  });
  app.openapi({ ...trendsRoute, middleware }, async (c) => {
    const { bucket, timeZone, ...query } = c.req.valid('query');
    const wanted = await scope({ ...query, timeZone });
    const byHours = bucket === 'hour' || timeZone !== 'UTC';
    if (byHours && query.repository === undefined && (query.workflow ?? query.branchKind) !== undefined) throw tooWide();
    if (bucket === 'hour' && wanted.to.getTime() - wanted.from.getTime() > MOST_HOURLY_MS) throw tooManyHours();
    const points = await analytics.trends(wanted, { bucket, timeZone });
    const shown = points.map(({ at, ...point }) => ({ at: at.toISOString(), ...point }));
    return c.json({ ...(await heading(wanted)), bucket, timeZone, points: shown }, 200);
  });
  app.openapi({ ...performanceRoute, middleware }, async (c) => {
    const wanted = await scope(c.req.valid('query'));
    const { bottlenecks, ...times } = await analytics.performance(wanted);
    return c.json({ ...(await heading(wanted)), ...times, bottlenecks: bottlenecks.map(toBottleneck) }, 200);
  });
  app.openapi({ ...recoveryRoute, middleware }, async (c) => {
    const { limit, ...query } = c.req.valid('query');
    const wanted = await scope(query);
    const { defaultBranch, workflows, incidents } = await analytics.recovery(wanted, limit);
    const shown = workflows.map(({ repositoryId: _id, ...one }) => ({ ...toPlace(one), ...toOutages(one) }));
    return c.json({ ...(await heading(wanted)), defaultBranch: toOutages(defaultBranch), workflows: shown, incidents }, 200);
  });
  app.openapi({ ...failuresRoute, middleware }, async (c) => {
    const { limit, ...query } = c.req.valid('query');
    const wanted = await scope(query);
    const { byFingerprint, ...counts } = await analytics.failures(wanted, limit);
    const shown = byFingerprint.map(({ firstAt, lastAt, ...one }) => ({
      ...one,
      firstAt: firstAt.toISOString(),
      lastAt: lastAt.toISOString(),
    }));
    return c.json({ ...(await heading(wanted)), ...counts, byFingerprint: shown }, 200);
  });
  app.openapi({ ...flakyRoute, middleware }, async (c) => {
    const { limit, ...query } = c.req.valid('query');
    const wanted = await scope(query);
    const { places, ...totals } = await analytics.flakiness(wanted, limit);
    return c.json({ ...(await heading(wanted)), ...totals, places: places.map(toFlakyPlace) }, 200);
  });
  app.openapi({ ...comparisonRoute, middleware }, async (c) => {
    const { limit, ...query } = c.req.valid('query');
    const wanted = await scope(query);
    const workflows = await analytics.compareWorkflows(wanted, limit);
    const shown = workflows.map(({ repositoryId: _id, owner, name, workflowPath, ...sums }) => ({
      ...toPlace({ owner, name, workflowPath }),
      ...sums,
    }));
    return c.json({ ...(await heading(wanted)), workflows: shown }, 200);
  });
}

type Found<Name extends 'performance' | 'recovery' | 'flakiness'> = Awaited<ReturnType<ApiServices['analytics'][Name]>>;

function toPlace({ owner, name, workflowPath }: { owner: string; name: string; workflowPath: string }) {
  return { repository: `${owner}/${name}`, workflow: workflowPath };
}

function toOutages({ n, meanMs, medianMs, p95Ms, open, openSince }: Found<'recovery'>['defaultBranch']) {
  return { n, meanMs, medianMs, p95Ms, open, openSince: openSince?.toISOString() ?? null };
}

function toBottleneck({
  repositoryId: _id,
  owner,
  name,
  workflowPath,
  jobName,
  steps,
  ...sums
}: Found<'performance'>['bottlenecks'][number]) {
  return {
    ...toPlace({ owner, name, workflowPath }),
    job: jobName,
    ...sums,
    steps: steps.map(({ stepName, ...step }) => ({ step: stepName, ...step })),
  };
}

function toFlakyPlace({
  repositoryId: _id,
  owner,
  name,
  workflowPath,
  jobName,
  lastFlakeAt,
  issueNumber,
  ...place
}: Found<'flakiness'>['places'][number]) {
  return {
    ...toPlace({ owner, name, workflowPath }),
    job: jobName,
    ...place,
    lastFlakeAt: lastFlakeAt.toISOString(),
    issue: issueNumber,
  };
}

function tooManyHours(): InvalidRequestError {
  return new InvalidRequestError('RANGE_TOO_LONG', 'By the hour there are at most 31 days.', {
    hint: 'Choose a larger bucket, or fewer days.',
  });
}

/** Sums by the hour are kept for all workflows and branches only; of one repository the rest is summed up on the spot. */
function tooWide(): InvalidRequestError {
  return new InvalidRequestError(
    'REPOSITORY_NEEDED',
    'Hours and time zones go with a workflow or a kind of branch only in one repository.',
    { hint: 'Add the parameter repository, or ask for days of UTC.' },
  );
}
