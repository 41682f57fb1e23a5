import { createRoute, type z } from '@hono/zod-openapi';
import { noQuery } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import { json } from '../schemas/json.ts';
import * as schemas from '../schemas/notification.ts';

const BASE = '/api/v1/notifications';
const security = [{ bearer: [] }];
const tags = ['Notifications'];

const bodyOf = <S extends z.ZodType>(schema: S) => ({ required: true, content: { 'application/json': { schema } } });
const none = (description: string) => ({ description });
const READS = [400, 401, 403, 500, 503] as const;

const channelPath = `${BASE}/channels/{id}` as const;
const channelAt = `${BASE}/channels/${schemas.EXAMPLE_CHANNEL_ID}`;
const channel = json('The channel.', schemas.channelSchema, schemas.channelExample);

export const listChannelsRoute = createRoute({
  method: 'get',
  path: `${BASE}/channels`,
  operationId: 'listNotificationChannels',
  tags,
  security,
  summary: 'Where messages can go, with the state of each channel',
  request: { query: noQuery },
  responses: {
    200: json('All of them.', schemas.channelListSchema, { items: [schemas.channelExample] }),
    ...errorResponses(`${BASE}/channels`, ...READS),
  },
});

export const addChannelRoute = createRoute({
  method: 'post',
  path: `${BASE}/channels`,
  operationId: 'addNotificationChannel',
  tags,
  security,
  summary: 'Add a channel',
  description: 'Needs the role admin. Addresses and keys are sealed, and never told again.',
  request: { query: noQuery, body: bodyOf(schemas.newChannelSchema) },
  responses: { 201: channel, ...errorResponses(`${BASE}/channels`, 400, 401, 403, 409, 413, 415, 500, 503) },
});

export const readChannelRoute = createRoute({
  method: 'get',
  path: channelPath,
  operationId: 'readNotificationChannel',
  tags,
  security,
  summary: 'One channel with its state',
  request: { params: schemas.channelParams, query: noQuery },
  responses: { 200: channel, ...errorResponses(channelAt, 400, 401, 403, 404, 500, 503) },
});

export const changeChannelRoute = createRoute({
  method: 'patch',
  path: channelPath,
  operationId: 'changeNotificationChannel',
  tags,
  security,
  summary: 'Change a channel',
  description: 'Needs the role admin.',
  request: { params: schemas.channelParams, query: noQuery, body: bodyOf(schemas.channelChangeSchema) },
  responses: { 200: channel, ...errorResponses(channelAt, 400, 401, 403, 404, 409, 413, 415, 500, 503) },
});

export const removeChannelRoute = createRoute({
  method: 'delete',
  path: channelPath,
  operationId: 'removeNotificationChannel',
  tags,
  security,
  summary: 'Remove a channel that no rule tells',
  description: 'Needs the role admin. What waits for it is dropped; the history stays.',
  request: { params: schemas.channelParams, query: noQuery },
  responses: { 204: none('It is gone.'), ...errorResponses(channelAt, 400, 401, 403, 404, 409, 500, 503) },
});

export const testChannelRoute = createRoute({
  method: 'post',
  path: `${channelPath}/test`,
  operationId: 'testNotificationChannel',
  tags,
  security,
  summary: 'Send a test message now, and say how it went',
  description:
    'Needs the role developer. A channel of Linear is only asked who it is; one of GitHub issues needs nothing. A test that arrives lets a paused channel go on.',
  request: { params: schemas.channelParams, query: noQuery },
  responses: {
    200: json('How it went.', schemas.testResultSchema),
    ...errorResponses(`${channelAt}/test`, 400, 401, 403, 404, 429, 500, 503),
  },
});

export const resumeChannelRoute = createRoute({
  method: 'post',
  path: `${channelPath}/resume`,
  operationId: 'resumeNotificationChannel',
  tags,
  security,
  summary: 'Let a paused channel go on',
  description: 'Needs the role admin. What waited meanwhile is told in one message.',
  request: { params: schemas.channelParams, query: noQuery },
  responses: { 200: channel, ...errorResponses(`${channelAt}/resume`, 400, 401, 403, 404, 500, 503) },
});

const rulePath = `${BASE}/rules/{id}` as const;
const ruleAt = `${BASE}/rules/${schemas.EXAMPLE_RULE_ID}`;
const rule = json('The rule.', schemas.ruleSchema, schemas.ruleExample);

export const listRulesRoute = createRoute({
  method: 'get',
  path: `${BASE}/rules`,
  operationId: 'listNotificationRules',
  tags,
  security,
  summary: 'Who is told what',
  request: { query: noQuery },
  responses: {
    200: json('All of them.', schemas.ruleListSchema, { items: [schemas.ruleExample] }),
    ...errorResponses(`${BASE}/rules`, ...READS),
  },
});

export const addRuleRoute = createRoute({
  method: 'post',
  path: `${BASE}/rules`,
  operationId: 'addNotificationRule',
  tags,
  security,
  summary: 'Add a rule',
  description: 'Needs the role admin. A message that several rules want told in one channel is told there once.',
  request: { query: noQuery, body: bodyOf(schemas.newRuleSchema) },
  responses: { 201: rule, ...errorResponses(`${BASE}/rules`, 400, 401, 403, 409, 413, 415, 500, 503) },
});

export const readRuleRoute = createRoute({
  method: 'get',
  path: rulePath,
  operationId: 'readNotificationRule',
  tags,
  security,
  summary: 'One rule',
  request: { params: schemas.ruleParams, query: noQuery },
  responses: { 200: rule, ...errorResponses(ruleAt, 400, 401, 403, 404, 500, 503) },
});

export const replaceRuleRoute = createRoute({
  method: 'put',
  path: rulePath,
  operationId: 'replaceNotificationRule',
  tags,
  security,
  summary: 'Say anew what a rule says',
  description: 'Needs the role admin. What is left out has its default.',
  request: { params: schemas.ruleParams, query: noQuery, body: bodyOf(schemas.newRuleSchema) },
  responses: { 200: rule, ...errorResponses(ruleAt, 400, 401, 403, 404, 409, 413, 415, 500, 503) },
});

export const removeRuleRoute = createRoute({
  method: 'delete',
  path: rulePath,
  operationId: 'removeNotificationRule',
  tags,
  security,
  summary: 'Remove a rule',
  description: 'Needs the role admin.',
  request: { params: schemas.ruleParams, query: noQuery },
  responses: { 204: none('It is gone.'), ...errorResponses(ruleAt, 400, 401, 403, 404, 500, 503) },
});

export const readSettingsRoute = createRoute({
  method: 'get',
  path: `${BASE}/settings`,
  operationId: 'readNotificationSettings',
  tags,
  security,
  summary: 'What holds for all rules, and where digests of the figures go',
  request: { query: noQuery },
  responses: { 200: json('The settings.', schemas.settingsSchema), ...errorResponses(`${BASE}/settings`, ...READS) },
});

export const saveSettingsRoute = createRoute({
  method: 'put',
  path: `${BASE}/settings`,
  operationId: 'saveNotificationSettings',
  tags,
  security,
  summary: 'Change the settings',
  description: 'Needs the role admin. What is left out has its default.',
  request: { query: noQuery, body: bodyOf(schemas.settingsSchema) },
  responses: {
    200: json('The settings.', schemas.settingsSchema),
    ...errorResponses(`${BASE}/settings`, 400, 401, 403, 413, 415, 500, 503),
  },
});

export const historyRoute = createRoute({
  method: 'get',
  path: `${BASE}/history`,
  operationId: 'listNotifications',
  tags,
  security,
  summary: 'What was told, what waits and what did not arrive, and why; newest first',
  request: { query: schemas.historyQuery },
  responses: {
    200: json('One page of it.', schemas.historySchema, { items: [schemas.notificationExample], nextCursor: null }),
    ...errorResponses(`${BASE}/history`, 400, 401, 403, 404, 500, 503),
  },
});

export const retryRoute = createRoute({
  method: 'post',
  path: `${BASE}/history/{id}/retry`,
  operationId: 'retryNotification',
  tags,
  security,
  summary: 'Send a message again that had failed for good',
  description: 'Needs the role developer.',
  request: { params: schemas.notificationParams, query: noQuery },
  responses: {
    202: json('It is in the queue.', schemas.queuedSchema),
    ...errorResponses(`${BASE}/history/${schemas.EXAMPLE_NOTIFICATION_ID}/retry`, 400, 401, 403, 404, 409, 429, 500, 503),
  },
});

export const sendToSlackRoute = createRoute({
  method: 'post',
  path: `${BASE}/slack/send`,
  operationId: 'sendToSlack',
  tags,
  security,
  summary: 'Send a message of your own to a channel of Slack',
  description: 'Needs the role developer.',
  request: { query: noQuery, body: bodyOf(schemas.slackMessageSchema) },
  responses: {
    202: json('It is in the queue.', schemas.queuedSchema),
    ...errorResponses(`${BASE}/slack/send`, 400, 401, 403, 404, 413, 415, 429, 500, 503),
  },
});
