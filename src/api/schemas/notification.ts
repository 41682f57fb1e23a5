import { z } from '@hono/zod-openapi';
import { CHANNEL_FIELDS, channelName } from '../../notify/rules/channels.ts';
import { settingsSchema as settingsBody } from '../../notify/rules/settings.ts';
import { CHANNEL_KINDS, NOTICE_KINDS, ruleBodySchema } from '../../notify/rules/types.ts';
import { HISTORY_SORTS } from '../../store/notifications/history.ts';
import { fullName, moment, splitFullName } from './common.ts';
import { pageOf, paging } from './paging.ts';

/** The channel, rule and notification of the examples in the API's description. */
export const EXAMPLE_CHANNEL_ID = '5b0e8f1a-6c7d-4e2f-9a3b-1c2d3e4f5a6b';
export const EXAMPLE_RULE_ID = '8d2f6a3c-1b4e-4f5a-8c7d-9e0f1a2b3c4d';
export const EXAMPLE_NOTIFICATION_ID = 'c1d2e3f4-a5b6-4c7d-8e9f-0a1b2c3d4e5f';

const idOf = (what: string, example: string) =>
  z.strictObject({
    id: z.uuid({ error: `the id of ${what}, a UUID` }).openapi({ param: { name: 'id', in: 'path' }, example }),
  });
export const channelParams = idOf('a channel', EXAMPLE_CHANNEL_ID);
export const ruleParams = idOf('a rule', EXAMPLE_RULE_ID);
export const notificationParams = idOf('a notification', EXAMPLE_NOTIFICATION_ID);

const head = { name: channelName, enabled: z.boolean().default(true) };

export const newChannelSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('slack'), ...head, ...CHANNEL_FIELDS.slack.secret.shape }),
    z.strictObject({ kind: z.literal('webhook'), ...head, ...CHANNEL_FIELDS.webhook.secret.shape }),
    z.strictObject({
      kind: z.literal('linear'),
      ...head,
      ...CHANNEL_FIELDS.linear.secret.shape,
      ...CHANNEL_FIELDS.linear.settings.shape,
    }),
    z.strictObject({ kind: z.literal('github-issue'), ...head }),
  ])
  .openapi('NewNotificationChannel', {
    example: { kind: 'slack', name: 'releases', url: 'https://hooks.slack.com/services/T00000000/B00000000/EXAMPLE' },
  });

export const channelChangeSchema = z
  .strictObject({
    name: channelName.optional(),
    enabled: z.boolean().optional(),
    url: CHANNEL_FIELDS.webhook.secret.shape.url.optional(),
    signingSecret: CHANNEL_FIELDS.webhook.secret.shape.signingSecret.optional(),
    apiKey: CHANNEL_FIELDS.linear.secret.shape.apiKey.optional(),
    teamId: z.uuid().optional(),
    projectId: z.uuid().nullable().optional(),
    labelIds: z.array(z.uuid()).max(20).optional(),
    priority: z.int().min(0).max(4).optional(),
  })
  .openapi('NotificationChannelChange', {
    description: 'What is not named stays. A new secret, or a part of one, lets a paused channel go on.',
    example: { enabled: true },
  });

export const channelSchema = z
  .object({
    id: z.uuid(),
    name: channelName,
    kind: z.enum(CHANNEL_KINDS),
    enabled: z.boolean(),
    settings: z.record(z.string(), z.unknown()).openapi({ description: 'What is no secret of it.' }),
    secretHint: z.string().nullable().openapi({
      description: 'By which people know the secret: the host and the last characters. The secret itself is never told.',
    }),
    status: z.enum(['active', 'paused', 'off']).openapi({
      description: 'paused: it kept failing; messages wait until it is resumed, tested well or given a new secret.',
    }),
    pausedAt: moment.nullable(),
    pausedReason: z.string().nullable(),
    failuresInARow: z.int().min(0),
    lastSentAt: moment.nullable(),
    lastFailedAt: moment.nullable(),
    lastFailure: z.string().nullable(),
    createdAt: moment,
    updatedAt: moment,
  })
  .openapi('NotificationChannel');

export const channelListSchema = z
  .object({ items: z.array(channelSchema).openapi({ description: 'By name.' }) })
  .openapi('NotificationChannels');

export const newRuleSchema = z
  .strictObject({
    name: z.string().min(1).max(100),
    enabled: z.boolean().default(true),
    ...ruleBodySchema.shape,
  })
  .openapi('NewNotificationRule', {
    example: {
      name: 'Red releases',
      events: ['went-red', 'green-again'],
      branches: ['release/**'],
      channels: [EXAMPLE_CHANNEL_ID],
    },
  });

export const ruleSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    enabled: z.boolean(),
    ...ruleBodySchema.shape,
    createdAt: moment,
    updatedAt: moment,
  })
  .openapi('NotificationRule');

export const ruleListSchema = z
  .object({ items: z.array(ruleSchema).openapi({ description: 'By name.' }) })
  .openapi('NotificationRules');

export const settingsSchema = z.strictObject(settingsBody.shape).openapi('NotificationSettings', {
  example: {
    enabled: true,
    digest: { channel: EXAMPLE_CHANNEL_ID, daily: true, weekly: true, at: '08:00', day: 'monday', timeZone: 'Europe/Berlin' },
  },
});

const STATUSES = ['waiting', 'held', 'sending', 'sent', 'failed', 'merged', 'dropped'] as const;
const PURPOSES = ['notices', 'summary', 'test', 'manual', 'digest'] as const;

export const historyQuery = z.strictObject({
  status: z.enum(STATUSES).optional(),
  channel: z.uuid({ error: 'the id of a channel, a UUID' }).optional(),
  purpose: z.enum(PURPOSES).optional(),
  repository: fullName.optional().transform((text) => (text === undefined ? undefined : splitFullName(text))),
  ...paging(HISTORY_SORTS, 'uuid'),
});

export const notificationSchema = z
  .object({
    id: z.uuid(),
    channel: z.object({ id: z.uuid().nullable().openapi({ description: 'Null once it was removed.' }), name: z.string() }),
    rule: z.uuid().nullable(),
    repository: fullName.nullable(),
    purpose: z.enum(PURPOSES),
    events: z.array(z.enum(NOTICE_KINDS)),
    status: z.enum(STATUSES).openapi({
      description:
        'waiting or sending, then sent; failed for good; held for heldFor; merged into a summary; dropped with its channel.',
    }),
    heldFor: z.enum(['quiet-hours', 'paused']).nullable(),
    title: z.string().nullable(),
    reason: z.string().nullable().openapi({ description: 'Why it did not arrive, the last time that it was tried.' }),
    code: z.string().nullable().openapi({ description: 'The same for programs.' }),
    attempts: z.int().min(0),
    url: z.string().nullable().openapi({ description: 'Where it can be seen.' }),
    createdAt: moment,
    endedAt: moment.nullable(),
  })
  .openapi('Notification');

export const historySchema = z.object(pageOf(notificationSchema, 'Newest first.')).openapi('NotificationPage');

export const testResultSchema = z
  .object({
    id: z.uuid().openapi({ description: 'By which the history has it.' }),
    ok: z.boolean(),
    code: z.string().nullable(),
    reason: z.string().nullable(),
  })
  .openapi('NotificationTestResult', {
    example: { id: EXAMPLE_NOTIFICATION_ID, ok: false, code: 'SLACK_NO_SERVICE', reason: 'Slack answered 404 no_service.' },
  });

/** Slack takes 3,000 characters in a section. */
export const slackMessageSchema = z
  .strictObject({
    channel: channelName.describe('The name of a channel of Slack.'),
    text: z
      .string()
      .max(2_500)
      .refine((text) => text.trim() !== '', { error: 'some text' })
      .describe('The first line is the title. Nothing in it is read as markup.'),
  })
  .openapi('SlackMessage', { example: { channel: 'ci-alerts', text: 'Deployments are frozen\nuntil tomorrow at 9:00.' } });

export const queuedSchema = z
  .object({ status: z.literal('queued'), id: z.uuid(), correlationId: z.string() })
  .openapi('QueuedNotification', {
    description: 'What becomes of it is in the history.',
    example: { status: 'queued', id: EXAMPLE_NOTIFICATION_ID, correlationId: '7f6f2d0e-3f0b-4f6e-9a55-0c8d5c2f7a11' },
  });

const AT = '2026-11-20T09:00:00.000Z';

export const channelExample: z.input<typeof channelSchema> = {
  id: EXAMPLE_CHANNEL_ID,
  name: 'ci-alerts',
  kind: 'slack',
  enabled: true,
  settings: {},
  secretHint: 'hooks.slack.com…MPLE',
  status: 'active',
  pausedAt: null,
  pausedReason: null,
  failuresInARow: 0,
  lastSentAt: AT,
  lastFailedAt: null,
  lastFailure: null,
  createdAt: AT,
  updatedAt: AT,
};

export const ruleExample: z.output<typeof ruleSchema> = {
  id: EXAMPLE_RULE_ID,
  name: 'Red default branches',
  enabled: true,
  ...ruleBodySchema.parse({ events: ['went-red', 'green-again'], defaultBranchOnly: true, channels: [EXAMPLE_CHANNEL_ID] }),
  createdAt: AT,
  updatedAt: AT,
};

export const notificationExample: z.input<typeof notificationSchema> = {
  id: EXAMPLE_NOTIFICATION_ID,
  channel: { id: EXAMPLE_CHANNEL_ID, name: 'ci-alerts' },
  rule: EXAMPLE_RULE_ID,
  repository: 'octo-org/widgets',
  purpose: 'notices',
  events: ['went-red'],
  status: 'sent',
  heldFor: null,
  title: 'octo-org/widgets main went red',
  reason: null,
  code: null,
  attempts: 1,
  url: null,
  createdAt: AT,
  endedAt: AT,
};
