import { z } from '@hono/zod-openapi';
import { BUILD_SORTS } from '../../store/books/build-views.ts';
import { fullName, githubId, moment } from './common.ts';
import { filters } from './figures.ts';
import { paging } from './paging.ts';

/** GitHub's statuses and conclusions of runs: https://docs.github.com/en/rest/actions/workflow-runs */
const STATUSES = [
  'queued',
  'waiting',
  'pending',
  'requested',
  'in_progress',
  'completed',
  'success',
  'failure',
  'timed_out',
  'startup_failure',
  'cancelled',
  'skipped',
  'neutral',
  'action_required',
  'stale',
] as const;

const name = z
  .string()
  .min(1)
  .max(100)
  .refine((text) => !/\p{Cc}/u.test(text), { error: 'a name without control characters' });

export const buildsQuery = z.strictObject({
  repository: filters.repository,
  branch: filters.branch.openapi({ description: 'A branch by its name.' }),
  workflow: filters.workflow,
  status: z.enum(STATUSES).optional().openapi({ description: 'A status, or how the latest attempt ended.', example: 'failure' }),
  actor: name.optional().openapi({ description: 'The login of who started it.' }),
  event: name.optional().openapi({ description: 'What started it, as push or schedule.', example: 'push' }),
  from: moment.optional().openapi({ description: 'Created at or after.' }),
  to: moment.optional().openapi({ description: 'Created before.' }),
  ...paging(BUILD_SORTS, 'number'),
});

export const buildParams = z.strictObject({
  id: z.coerce
    .number({ error: 'the id of a run' })
    .int({ error: 'the id of a run' })
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .openapi({ type: 'integer', param: { name: 'id', in: 'path' }, example: 9876543210 }),
});

const milliseconds = z.int().min(0).nullable();

const attemptFields = {
  attempt: z.int().min(1),
  status: z.string(),
  conclusion: z.string().nullable().openapi({ description: 'Null while it is under way.' }),
  startedAt: moment.nullable(),
  completedAt: moment.nullable(),
  durationMs: milliseconds,
};

const buildFields = {
  id: githubId,
  repository: fullName,
  workflow: z.string().openapi({ description: "The path of the workflow's file." }),
  workflowName: z.string(),
  runNumber: z.int(),
  event: z.string(),
  branch: z.string().nullable(),
  headSha: z.string(),
  pullRequest: z.int().nullable(),
  actor: z.string().nullable(),
  url: z.string(),
  createdAt: moment,
  ...attemptFields,
};

export const buildSchema = z.object(buildFields).openapi('Build', { description: 'A run by its latest attempt.' });

export const buildPageSchema = z
  .object({
    items: z.array(buildSchema),
    nextCursor: z.string().nullable().openapi({ description: 'Null on the last page.' }),
  })
  .openapi('BuildPage');

const stepSchema = z.object({
  number: z.int(),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  startedAt: z.string().nullable(),
  completedAt: z.string().nullable(),
});

export const buildDetailsSchema = z
  .object({
    ...buildFields,
    attempts: z.array(z.object(attemptFields)).openapi({ description: 'Oldest first.' }),
    jobs: z
      .array(
        z.object({
          id: githubId,
          ...attemptFields,
          name: z.string(),
          labels: z.array(z.string()),
          queueMs: milliseconds.openapi({ description: 'How long it waited; null where that is not known.' }),
          steps: z.array(stepSchema),
        }),
      )
      .openapi({ description: 'Of all attempts.' }),
  })
  .openapi('BuildDetails');

const attemptExample = {
  attempt: 1,
  status: 'completed',
  conclusion: 'failure',
  startedAt: '2026-11-20T09:00:00.000Z',
  completedAt: '2026-11-20T09:04:10.000Z',
  durationMs: 250_000,
};

export const buildExample: z.input<typeof buildSchema> = {
  id: 9876543210,
  repository: 'octo-org/widgets',
  workflow: '.github/workflows/ci.yml',
  workflowName: 'CI',
  runNumber: 17,
  event: 'push',
  branch: 'main',
  headSha: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  pullRequest: null,
  actor: 'octocat',
  url: 'https://github.com/octo-org/widgets/actions/runs/9876543210',
  createdAt: '2026-11-20T09:00:00.000Z',
  ...attemptExample,
};

export const buildPageExample: z.input<typeof buildPageSchema> = { items: [buildExample], nextCursor: null };

export const buildDetailsExample: z.input<typeof buildDetailsSchema> = {
  ...buildExample,
  attempts: [attemptExample],
  jobs: [
    {
      id: 26543217890,
      attempt: 1,
      name: 'lint',
      status: 'completed',
      conclusion: 'failure',
      labels: ['ubuntu-latest'],
      queueMs: 6_000,
      startedAt: '2026-11-20T09:00:10.000Z',
      completedAt: '2026-11-20T09:04:05.000Z',
      durationMs: 235_000,
      steps: [
        {
          number: 1,
          name: 'Run npx prettier --check .',
          status: 'completed',
          conclusion: 'failure',
          startedAt: '2026-11-20T09:00:40Z',
          completedAt: '2026-11-20T09:04:00Z',
        },
      ],
    },
  ],
};
