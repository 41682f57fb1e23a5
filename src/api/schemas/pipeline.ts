import { z } from '@hono/zod-openapi';
import { buildExample, buildSchema } from './build.ts';
import { fullName, moment } from './common.ts';
import { recentDeploymentSchema } from './deployment.ts';
import { runFiguresExample } from './figure-examples.ts';
import { filters, runFiguresSchema } from './figures.ts';

const count = z.int().min(0);

export const pipelineQuery = z.strictObject({ repository: filters.repository });
export const recentQuery = z.strictObject({ repository: filters.repository, limit: filters.limit });

const queueSchema = z
  .object({
    waiting: count.openapi({ description: 'Jobs that wait for a runner or a person.' }),
    running: count,
    waitingSince: moment.nullable().openapi({ description: 'When we heard of the one that waits the longest.' }),
  })
  .openapi('PipelineQueue');

const runningSchema = buildSchema
  .extend({
    jobs: count.openapi({ description: 'Jobs that are known; those that wait for others are not yet.' }),
    jobsCompleted: count,
  })
  .openapi('RunningBuild');

export const pipelineOverviewSchema = z
  .object({
    queue: queueSchema,
    running: z.array(runningSchema).openapi({ description: 'The newest 20 that are under way.' }),
    lastDay: runFiguresSchema.openapi({ description: 'Runs that were created in the last 24 hours, by whole hours.' }),
    deployments: z.array(recentDeploymentSchema).openapi({ description: 'The newest ten.' }),
  })
  .openapi('PipelineOverview');

export const pipelineStatusSchema = z
  .object({
    repositories: z.array(
      z.object({
        repository: fullName,
        defaultBranch: z.string(),
        state: z.enum(['green', 'red', 'unknown']).openapi({ description: 'What CI says of the head of the default branch.' }),
        redSince: moment.nullable().openapi({ description: 'Since when a workflow is red on it.' }),
        running: count.openapi({ description: 'Runs that are under way.' }),
      }),
    ),
  })
  .openapi('PipelineStatus');

export const pipelineMetricsSchema = z
  .object({ queue: queueSchema, lastDay: runFiguresSchema })
  .openapi('PipelineMetrics', { description: 'The numbers of the overview alone, to be asked for often.' });

export const pipelineRecentSchema = z
  .object({ items: z.array(buildSchema).openapi({ description: 'The newest that have ended.' }) })
  .openapi('PipelineRecent');

const queueExample = { waiting: 3, running: 5, waitingSince: '2026-11-20T09:03:30.000Z' };

export const pipelineOverviewExample: z.input<typeof pipelineOverviewSchema> = {
  queue: queueExample,
  running: [
    { ...buildExample, status: 'in_progress', conclusion: null, completedAt: null, durationMs: null, jobs: 4, jobsCompleted: 3 },
  ],
  lastDay: runFiguresExample,
  deployments: [
    {
      id: 1234567,
      repository: 'octo-org/widgets',
      environment: 'production',
      sha: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
      ref: 'main',
      state: 'success',
      creator: 'octocat',
      createdAt: '2026-11-20T08:00:00.000Z',
      updatedAt: '2026-11-20T08:05:00.000Z',
    },
  ],
};
export const pipelineStatusExample: z.input<typeof pipelineStatusSchema> = {
  repositories: [
    { repository: 'octo-org/widgets', defaultBranch: 'main', state: 'red', redSince: '2026-11-20T09:04:10.000Z', running: 1 },
  ],
};
export const pipelineMetricsExample: z.input<typeof pipelineMetricsSchema> = { queue: queueExample, lastDay: runFiguresExample };
export const pipelineRecentExample: z.input<typeof pipelineRecentSchema> = { items: [buildExample] };
