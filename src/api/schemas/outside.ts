import { z } from '@hono/zod-openapi';
import { OUTSIDE_SORTS } from '../../store/incidents/outside-incidents.ts';
import { causeSchema, fullName, moment, plainName, splitFullName } from './common.ts';
import { filters } from './figures.ts';
import { pageOf, paging } from './paging.ts';

/** The incident of the examples in the API's description. */
export const EXAMPLE_OUTSIDE_ID = '6fa459ea-ee8a-4ca4-894e-db77e160355e';

/** Links of others are shown to people: no other scheme than these is taken. */
const link = z.url({ protocol: /^https?$/, error: 'an http or https address' }).max(2_000);

const text = (most: number) => z.string().max(most);

const outsideRunExample = {
  source: 'jenkins',
  name: 'nightly',
  state: 'red',
  repository: 'octo-org/widgets',
  branch: 'main',
  url: 'https://ci.example.com/job/nightly/17/',
  at: '2026-11-20T02:10:00.000Z',
};

export const outsideRunSchema = z
  .strictObject({
    source: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,39}$/, { error: 'a name of small letters, digits and hyphens' })
      .refine((name) => name !== 'alertmanager', { error: 'another name: alerts have a form of their own' })
      .openapi({ description: 'The system that it comes from.', example: 'jenkins' }),
    name: plainName.openapi({ description: 'The pipeline or job.', example: 'nightly' }),
    state: z.enum(['red', 'green']).openapi({ description: 'red opens or feeds an incident, green closes it.' }),
    repository: fullName.optional().transform((name) => (name === undefined ? null : splitFullName(name))),
    branch: plainName.optional(),
    sha: z
      .string()
      .regex(/^[0-9a-f]{40,64}$/, { error: 'a commit by its whole id' })
      .optional(),
    url: link.optional().openapi({ description: 'Where people can see it.' }),
    key: plainName.optional().openapi({ description: 'By what it is known again; repository, branch and name when left out.' }),
    at: moment.optional().openapi({ description: 'When it ended; now when left out. The same moment twice is one event.' }),
    summary: text(1_000).optional(),
    severity: text(40).optional(),
    log: text(500_000).optional().openapi({ description: 'Its log, which is read for the cause; only an excerpt is kept.' }),
  })
  .openapi('OutsideRun', {
    description: 'What another CI says of one of its runs.',
    example: outsideRunExample,
  });

const labels = z.record(z.string().max(200), text(10_000));
/** By the clock of another: offsets are allowed, and Go's zero time for an end that has not come. */
const clock = z.iso.datetime({ offset: true });

/** Fields that are not used are taken and left alone: Alertmanager may send more in time. */
export const alertmanagerSchema = z
  .object({
    version: z.literal('4'),
    groupKey: text(10_000),
    status: z.enum(['firing', 'resolved']),
    receiver: text(1_000).optional(),
    externalURL: text(2_000).optional(),
    truncatedAlerts: z.int().min(0).optional(),
    groupLabels: labels.optional(),
    commonLabels: labels.optional(),
    commonAnnotations: labels.optional(),
    alerts: z
      .array(
        z.object({
          status: z.enum(['firing', 'resolved']),
          labels,
          annotations: labels.default({}),
          startsAt: clock,
          endsAt: clock.optional(),
          generatorURL: link.or(z.literal('')).optional(),
          fingerprint: z
            .string()
            .regex(/^[0-9a-f]{1,64}$/, { error: 'a fingerprint in hexadecimal' })
            .optional(),
        }),
      )
      .max(500),
  })
  .openapi('AlertmanagerWebhook', { description: "Prometheus Alertmanager's webhook, version 4." });

export const reportRequestSchema = z
  .union([outsideRunSchema, alertmanagerSchema])
  .openapi('OutsideReport', { example: outsideRunExample });

export const reportResponseSchema = z
  .object({
    incidents: z.array(
      z.object({
        id: z.uuid(),
        effect: z.enum(['opened', 'fed', 'closed', 'unchanged']).openapi({
          description: 'unchanged: what was told of had ended already.',
        }),
      }),
    ),
    correlationId: z.string(),
  })
  .openapi('OutsideReportAnswer', {
    example: {
      incidents: [{ id: EXAMPLE_OUTSIDE_ID, effect: 'opened' }],
      correlationId: '7f6f2d0e-3f0b-4f6e-9a55-0c8d5c2f7a11',
    },
  });

export const outsideQuery = z.strictObject({
  repository: filters.repository,
  source: plainName
    .optional()
    .openapi({ description: 'The system that told of it; alerts are of alertmanager.', example: 'jenkins' }),
  status: z.enum(['open', 'closed']).optional(),
  ...paging(OUTSIDE_SORTS, 'uuid'),
});

export const outsideParams = z.strictObject({
  id: z
    .uuid({ error: 'the id of an incident, a UUID' })
    .openapi({ param: { name: 'id', in: 'path' }, example: EXAMPLE_OUTSIDE_ID }),
});

export const outsideSchema = z
  .object({
    id: z.uuid(),
    source: z.string(),
    key: z.string().openapi({ description: 'By what the system knows it again, or a hash of it.' }),
    repository: fullName.nullable().openapi({ description: 'Null where no repository of ours is named.' }),
    title: z.string(),
    severity: z.string().nullable(),
    branch: z.string().nullable(),
    sha: z.string().nullable(),
    url: z.string().nullable(),
    cause: z.union([causeSchema, z.null()]).openapi({ description: 'Of the log that came with it; null where none did.' }),
    fingerprint: z.string().nullable(),
    excerpt: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
    status: z.enum(['open', 'closed']),
    events: z.int().min(1).openapi({ description: 'How often it was told of.' }),
    reportedBy: z.string(),
    openedAt: moment,
    lastEventAt: moment,
    closedAt: moment.nullable(),
  })
  .openapi('OutsideIncident', { description: 'What another system has told of: an alert, or a run of another CI.' });

export const outsidePageSchema = z.object(pageOf(outsideSchema, 'Newest first.')).openapi('OutsideIncidentPage');

export const outsideExample: z.input<typeof outsideSchema> = {
  id: EXAMPLE_OUTSIDE_ID,
  source: 'jenkins',
  key: '3f786850e387550fdab836ed7e6dc881',
  repository: 'octo-org/widgets',
  title: 'nightly is red',
  severity: null,
  branch: 'main',
  sha: null,
  url: 'https://ci.example.com/job/nightly/17/',
  cause: null,
  fingerprint: null,
  excerpt: null,
  labels: { name: 'nightly' },
  status: 'open',
  events: 1,
  reportedBy: 'api-key:0123456789ab',
  openedAt: '2026-11-20T02:10:00.000Z',
  lastEventAt: '2026-11-20T02:10:01.000Z',
  closedAt: null,
};

export const outsidePageExample: z.input<typeof outsidePageSchema> = { items: [outsideExample], nextCursor: null };

const incidentOrderExample = { taskId: 'b1a9a2a4-6f0e-4c39-8f55-2a4b3d6f3d10', runId: 9876543210, attempt: 1 };

export const diagnosisOrderSchema = z
  .object({ status: z.literal('queued'), taskId: z.string(), runId: z.int(), attempt: z.int() })
  .openapi('DiagnosisOrder', { example: { status: 'queued', ...incidentOrderExample } });

export const fixOrderSchema = z
  .object({
    status: z.literal('queued'),
    asked: z.array(z.enum(['fix', 'approval', 'suggestions'])).openapi({
      description: 'What the policy allows to be made, to be made ready for approval, or to be suggested.',
    }),
  })
  .openapi('FixOrder', { example: { status: 'queued', asked: ['fix'] } });
