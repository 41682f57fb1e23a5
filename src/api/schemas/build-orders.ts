import { z } from '@hono/zod-openapi';
import { ROLLBACK_SORTS } from '../../store/figures/rollbacks.ts';
import { fullName, githubId, moment, plainName } from './common.ts';
import { filters } from './figures.ts';
import { pageOf, paging } from './paging.ts';

export const rerunRequestSchema = z
  .strictObject({
    jobs: z
      .enum(['failed', 'all'])
      .default('failed')
      .openapi({ description: 'Those that failed and what depends on them, or all.' }),
  })
  .openapi('RerunRequest', { example: { jobs: 'failed' } });

export const orderResponseSchema = z
  .object({
    status: z.literal('requested'),
    id: githubId,
    attempt: z.int().min(1).openapi({ description: 'The newest attempt that the books have; a re-run makes another.' }),
    correlationId: z.string(),
  })
  .openapi('OrderResponse', {
    description: 'GitHub has taken the order; what becomes of it shows up in the run.',
    example: {
      status: 'requested',
      id: 9876543210,
      attempt: 1,
      correlationId: '7f6f2d0e-3f0b-4f6e-9a55-0c8d5c2f7a11',
    },
  });

export const rollbacksQuery = z.strictObject({
  repository: filters.repository,
  environment: plainName.optional().openapi({ description: 'Deployments to it alone.', example: 'production' }),
  from: moment.optional().openapi({ description: 'At or after.' }),
  to: moment.optional().openapi({ description: 'Before.' }),
  ...paging(ROLLBACK_SORTS, 'rollback'),
});

const rollbackSchema = z
  .object({
    kind: z.enum(['deployment', 'revert']).openapi({
      description: 'A version that the environment had before was deployed again, or a merged pull request reverts another.',
    }),
    id: z.int().openapi({ description: "The deployment's id, or the number of the pull request." }),
    at: moment,
    repository: fullName,
    environment: z.string().nullable().openapi({ description: 'Null for a revert.' }),
    fromSha: z.string().nullable().openapi({ description: 'What was there before; null for a revert.' }),
    toSha: z.string(),
    by: z.string().nullable(),
    title: z.string().nullable().openapi({ description: "The pull request's; null for a deployment." }),
  })
  .openapi('Rollback');

export const rollbackPageSchema = z.object(pageOf(rollbackSchema, 'In the order that was asked for.')).openapi('RollbackPage');

export const rollbackPageExample: z.input<typeof rollbackPageSchema> = {
  items: [
    {
      kind: 'deployment',
      id: 1234567,
      at: '2026-11-20T08:30:00.000Z',
      repository: 'octo-org/widgets',
      environment: 'production',
      fromSha: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
      toSha: 'c1d0a7e4f389f2b6c1d0a7e4f389f2b6c1d0a7e4',
      by: 'octocat',
      title: null,
    },
  ],
  nextCursor: null,
};
