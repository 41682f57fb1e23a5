import type { OpenAPIHono, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { ChannelChange, ChannelInput } from '../../notify/admin.ts';
import type { Channel } from '../../store/notifications/channels.ts';
import type { HistoryEntry } from '../../store/notifications/history.ts';
import type { StoredRule } from '../../store/notifications/rules.ts';
import { type Authenticator, requireScope } from '../authentication.ts';
import type { ApiEnv, ApiMiddleware, AuthenticatedEnv } from '../context.ts';
import { encodeCursor } from '../cursor.ts';
import { limitBody } from '../middleware.ts';
import { hourlyLimit } from '../rate-limit.ts';
import type * as schemas from '../schemas/notification.ts';
import { beginOf } from '../schemas/paging.ts';
import { repositoryIdOf } from '../scope.ts';
import type { ApiServices } from '../services.ts';
import * as routes from './notification-routes.ts';

/** Tests, retries and messages by hand that one key may ask for in an hour. */
const SENDS_PER_HOUR = 60;

export function registerNotifications(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  registerChannels(app, services, authenticate);
  registerRules(app, services, authenticate);
  registerSending(app, services, authenticate);
}

type Writing = [MiddlewareHandler<AuthenticatedEnv>, ApiMiddleware];

function registerChannels(app: OpenAPIHono<ApiEnv>, { notifications }: ApiServices, authenticate: Authenticator): void {
  const reading = [requireScope(authenticate, 'notifications:read')];
  const writing: Writing = [requireScope(authenticate, 'notifications:write'), limitBody];
  app.openapi({ ...routes.listChannelsRoute, middleware: reading }, async (c) =>
    c.json({ items: (await notifications.listChannels()).map(toChannel) }, 200),
  );
  app.openapi({ ...routes.addChannelRoute, middleware: writing }, async (c) => {
    const added = await notifications.addChannel(toInput(c.req.valid('json')), actorOf(c));
    return c.json(toChannel(added), 201);
  });
  app.openapi({ ...routes.readChannelRoute, middleware: reading }, async (c) =>
    c.json(toChannel(await notifications.readChannel(c.req.valid('param').id)), 200),
  );
  app.openapi({ ...routes.changeChannelRoute, middleware: writing }, async (c) => {
    const change = toChange(c.req.valid('json'));
    return c.json(toChannel(await notifications.changeChannel(c.req.valid('param').id, change, actorOf(c))), 200);
  });
  app.openapi({ ...routes.removeChannelRoute, middleware: writing }, async (c) => {
    await notifications.removeChannel(c.req.valid('param').id, actorOf(c));
    return c.body(null, 204);
  });
  app.openapi({ ...routes.resumeChannelRoute, middleware: writing }, async (c) =>
    c.json(toChannel(await notifications.resumeChannel(c.req.valid('param').id, actorOf(c))), 200),
  );
}

function registerRules(app: OpenAPIHono<ApiEnv>, { notifications }: ApiServices, authenticate: Authenticator): void {
  const reading = [requireScope(authenticate, 'notifications:read')];
  const writing: Writing = [requireScope(authenticate, 'notifications:write'), limitBody];
  app.openapi({ ...routes.listRulesRoute, middleware: reading }, async (c) =>
    c.json({ items: (await notifications.listRules()).map(toRule) }, 200),
  );
  app.openapi({ ...routes.addRuleRoute, middleware: writing }, async (c) => {
    const { name, enabled, ...rule } = c.req.valid('json');
    return c.json(toRule(await notifications.addRule({ name, enabled, rule }, actorOf(c))), 201);
  });
  app.openapi({ ...routes.readRuleRoute, middleware: reading }, async (c) =>
    c.json(toRule(await notifications.readRule(c.req.valid('param').id)), 200),
  );
  app.openapi({ ...routes.replaceRuleRoute, middleware: writing }, async (c) => {
    const { name, enabled, ...rule } = c.req.valid('json');
    return c.json(toRule(await notifications.replaceRule(c.req.valid('param').id, { name, enabled, rule }, actorOf(c))), 200);
  });
  app.openapi({ ...routes.removeRuleRoute, middleware: writing }, async (c) => {
    await notifications.removeRule(c.req.valid('param').id, actorOf(c));
    return c.body(null, 204);
  });
  app.openapi({ ...routes.readSettingsRoute, middleware: reading }, async (c) => c.json(await notifications.readSettings(), 200));
  app.openapi({ ...routes.saveSettingsRoute, middleware: writing }, async (c) =>
    c.json(await notifications.saveSettings(c.req.valid('json'), actorOf(c)), 200),
  );
}

function registerSending(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const { notifications } = services;
  const limit = hourlyLimit('messages', SENDS_PER_HOUR);
  const sending: Writing = [requireScope(authenticate, 'notifications:send'), limitBody];
  app.openapi({ ...routes.historyRoute, middleware: [requireScope(authenticate, 'notifications:read')] }, async (c) => {
    const { cursor, repository, channel, ...query } = c.req.valid('query');
    const repositoryId = await repositoryIdOf(services.analytics, repository);
    const after = beginOf({ cursor, sort: query.sort });
    const { items, next } = await notifications.history.list({ ...query, channelId: channel, repositoryId, after });
    return c.json({ items: items.map(toNotification), nextCursor: next && encodeCursor(next) }, 200);
  });
  app.openapi({ ...routes.testChannelRoute, middleware: sending }, async (c) => {
    await limit(c.get('caller').id);
    const { notificationId, ...result } = await notifications.testChannel(c.req.valid('param').id, actorOf(c), c.req.raw.signal);
    return c.json({ id: notificationId, ...result }, 200);
  });
  app.openapi({ ...routes.retryRoute, middleware: sending }, async (c) => {
    await limit(c.get('caller').id);
    const { id } = c.req.valid('param');
    await notifications.retry(id, actorOf(c));
    return c.json({ status: 'queued' as const, id, correlationId: c.get('correlationId') }, 202);
  });
  app.openapi({ ...routes.sendToSlackRoute, middleware: sending }, async (c) => {
    await limit(c.get('caller').id);
    const id = await notifications.sendToSlack(c.req.valid('json'), actorOf(c));
    return c.json({ status: 'queued' as const, id, correlationId: c.get('correlationId') }, 202);
  });
}

function actorOf(c: { get(name: 'caller'): { id: string }; get(name: 'correlationId'): string }) {
  return { id: c.get('caller').id, correlationId: c.get('correlationId') };
}

const SECRET_FIELDS = ['url', 'signingSecret', 'apiKey'] as const;

/** What is secret and what is not lie apart from here on. */
function apart(fields: Record<string, unknown>): { secret: Record<string, string>; settings: Record<string, unknown> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  const isSecret = ([key]: [string, unknown]) => (SECRET_FIELDS as readonly string[]).includes(key);
  return {
    secret: Object.fromEntries(entries.filter(isSecret)) as Record<string, string>,
    settings: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
  };
}

function toInput({ kind, name, enabled, ...fields }: z.output<typeof schemas.newChannelSchema>): ChannelInput {
  const { secret, settings } = apart(fields);
  return { kind, name, enabled, settings, secret: Object.keys(secret).length > 0 ? secret : null };
}

function toChange({ name, enabled, ...fields }: z.output<typeof schemas.channelChangeSchema>): ChannelChange {
  const { secret, settings } = apart(fields);
  return {
    ...(name === undefined ? {} : { name }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(Object.keys(settings).length > 0 ? { settings } : {}),
    ...(Object.keys(secret).length > 0 ? { secret } : {}),
  };
}

function toChannel(one: Channel): z.input<typeof schemas.channelSchema> {
  return {
    id: one.id,
    name: one.name,
    kind: one.kind,
    enabled: one.enabled,
    settings: one.settings,
    secretHint: one.secretHint,
    status: one.pausedAt !== null ? 'paused' : one.enabled ? 'active' : 'off',
    pausedAt: one.pausedAt?.toISOString() ?? null,
    pausedReason: one.pausedReason,
    failuresInARow: one.failuresInARow,
    lastSentAt: one.lastSentAt?.toISOString() ?? null,
    lastFailedAt: one.lastFailedAt?.toISOString() ?? null,
    lastFailure: one.lastFailure,
    createdAt: one.createdAt.toISOString(),
    updatedAt: one.updatedAt.toISOString(),
  };
}

function toRule({ id, name, enabled, rule, createdAt, updatedAt }: StoredRule): z.output<typeof schemas.ruleSchema> {
  return { id, name, enabled, ...rule, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

function toNotification(one: HistoryEntry): z.input<typeof schemas.notificationSchema> {
  return {
    id: one.id,
    channel: { id: one.channelId, name: one.channelName },
    rule: one.ruleId,
    repository: one.repository,
    purpose: one.purpose,
    events: one.events,
    status: one.status,
    heldFor: one.heldFor,
    title: one.title,
    reason: one.reason,
    code: one.errorCode,
    attempts: one.attempts,
    url: one.url,
    createdAt: one.createdAt.toISOString(),
    endedAt: one.endedAt?.toISOString() ?? null,
  };
}
