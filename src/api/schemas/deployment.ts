import { z } from '@hono/zod-openapi';
import { DEPLOYMENT_SORTS } from '../../store/books/deployment-views.ts';
import { fullName, moment, plainName } from './common.ts';
import { filters } from './figures.ts';
import { pageOf, paging } from './paging.ts';

/** GitHub's states of deployments: https://docs.github.com/en/rest/deployments/statuses */
const STATES = ['queued', 'pending', 'waiting', 'in_progress', 'success', 'failure', 'error', 'inactive'] as const;

export const deploymentsQuery = z.strictObject({
  repository: filters.repository,
  environment: plainName.optional().openapi({ description: 'Deployments to it alone.', example: 'production' }),
  state: z.enum(STATES).optional().openapi({ description: 'The newest state.', example: 'success' }),
  ...paging(DEPLOYMENT_SORTS, 'number'),
});

const deploymentFields = {
  id: z.int(),
  repository: fullName,
  environment: z.string(),
  sha: z.string(),
  ref: z.string(),
  state: z.string(),
  creator: z.string().nullable(),
  createdAt: moment,
  updatedAt: moment,
};

export const deploymentSchema = z
  .object({
    ...deploymentFields,
    production: z.boolean(),
    rollback: z.boolean().openapi({ description: 'It went back to a version that the environment had before.' }),
    replacedSha: z
      .string()
      .nullable()
      .openapi({ description: 'What was deployed there last; null for the first, and for one that has not succeeded.' }),
  })
  .openapi('Deployment');

export const recentDeploymentSchema = z.object(deploymentFields).openapi('RecentDeployment');

export const deploymentPageSchema = z
  .object(pageOf(deploymentSchema, 'In the order that was asked for.'))
  .openapi('DeploymentPage');

export const deploymentExample: z.input<typeof deploymentSchema> = {
  id: 1234567,
  repository: 'octo-org/widgets',
  environment: 'production',
  production: true,
  sha: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  ref: 'main',
  state: 'success',
  creator: 'octocat',
  createdAt: '2026-11-20T08:00:00.000Z',
  updatedAt: '2026-11-20T08:05:00.000Z',
  rollback: true,
  replacedSha: '8ae2f0d1c3b5a697887f6e5d4c3b2a1908f7e6d5',
};

export const deploymentPageExample: z.input<typeof deploymentPageSchema> = { items: [deploymentExample], nextCursor: null };
