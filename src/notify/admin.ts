import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import { ConflictError, InvalidRequestError, NotFoundError } from '../errors.ts';
import { type AuditEntry, record } from '../store/audit.ts';
import type { Database } from '../store/database.ts';
import * as stored from '../store/notifications/channels.ts';
import { releaseHeldOf } from '../store/notifications/held.ts';
import { createNotificationHistory } from '../store/notifications/history.ts';
import { addNotification, addRecord, reviveNotification } from '../store/notifications/outbox.ts';
import * as rules from '../store/notifications/rules.ts';
import { whenReachable } from '../store/repositories/reachable.ts';
import { type Delivered, oneLine } from './channels/channel.ts';
import { placeOf, sendTo } from './channels/send.ts';
import { TEST_MESSAGE, toChannelError } from './deliver.ts';
import { type AllowedTargets, isPublicAddress } from './outgoing/addresses.ts';
import { CHANNEL_FIELDS } from './rules/channels.ts';
import type { Settings } from './rules/settings.ts';
import type { ChannelKind, Rule } from './rules/types.ts';
import type { NotifyServices } from './services.ts';

/** What a person says of a channel. */
export interface ChannelInput {
  name: string;
  kind: ChannelKind;
  enabled: boolean;
  settings: Record<string, unknown>;
  /** Null for kinds without one. */
  secret: Record<string, string> | null;
}

export type ChannelChange = Partial<Omit<ChannelInput, 'kind' | 'secret'>> & { secret?: Record<string, string> };

/** How a test of a channel ended. */
export interface TestResult {
  notificationId: string;
  ok: boolean;
  code: string | null;
  reason: string | null;
}

/** Who does it, for the audit. */
export interface Actor {
  id: string;
  correlationId: string;
}

export type NotifyAdmin = ReturnType<typeof createNotifyAdmin>;

/** What people may do about notifications. Roles are checked before; everything that changes something is in the audit log. */
export function createNotifyAdmin(services: AdminServices) {
  return {
    ...reachable(channelActions(services)),
    ...reachable(ruleActions(services)),
    ...reachable(settingsActions(services)),
    ...reachable(sendActions(services)),
    history: createNotificationHistory(services.database),
  };
}

type AdminServices = Pick<NotifyServices, 'database' | 'now' | 'sealer' | 'safe' | 'linearUrl' | 'repositoryAt'> & {
  allowed: AllowedTargets;
};

type Actions = Record<string, (...given: never[]) => Promise<unknown>>;

/** The same, each throwing `UnavailableError` when the database is away. */
function reachable<A extends Actions>(actions: A): A {
  const entries = Object.entries(actions).map(([name, act]) => [name, (...given: never[]) => whenReachable(act(...given))]);
  return Object.fromEntries(entries) as A;
}

function channelActions(services: AdminServices) {
  const { database, now } = services;
  return {
    listChannels: () => stored.listChannels(database),
    readChannel: async (id: string) => existing(await stored.findChannel(database, id), 'channel', id),
    /** @throws ConflictError, InvalidRequestError, SealingError */
    addChannel: async (input: ChannelInput, actor: Actor) => {
      const id = randomUUID();
      const sealed = input.secret === null ? NO_SECRET : sealSecret(services, id, input.secret);
      const { name, kind, enabled, settings } = input;
      if (!(await stored.addChannel(database, { id, name, kind, enabled, settings, ...sealed }, now()))) throw nameTaken(name);
      await audit(database, actor, 'notification-channel.added', `notification-channel:${id}`, { name, kind });
      return existing(await stored.findChannel(database, id), 'channel', id);
    },
    /** Fields of the secret that are not given stay as they are. */
    changeChannel: async (id: string, change: ChannelChange, actor: Actor) => {
      const known = existing(await stored.findChannel(database, id), 'channel', id);
      const { secret, settings, ...rest } = change;
      const fields = { ...rest, ...(settings && { settings: settingsFor(known, settings) }) };
      const sealed = secret === undefined ? {} : sealSecret(services, id, secretFor(services, known, secret));
      await whenNameFree(stored.changeChannel(database, id, { ...fields, ...sealed }, now()), change.name);
      if (secret !== undefined && known.pausedAt !== null) await releaseHeldOf(database, id, now());
      await audit(database, actor, 'notification-channel.changed', `notification-channel:${id}`, { fields: Object.keys(change) });
      return existing(await stored.findChannel(database, id), 'channel', id);
    },
    removeChannel: async (id: string, actor: Actor) => {
      const used = await rules.rulesOfChannel(database, id);
      if (used.length > 0) {
        throw new ConflictError('CHANNEL_IN_USE', 'Rules tell this channel.', {
          details: { rules: used },
          hint: 'Take it out of them first.',
        });
      }
      if (!(await stored.removeChannel(database, id))) throw notFound('channel', id);
      await audit(database, actor, 'notification-channel.removed', `notification-channel:${id}`, {});
    },
    resumeChannel: async (id: string, actor: Actor) => {
      existing(await stored.findChannel(database, id), 'channel', id);
      await resume(services, id, actor);
      return existing(await stored.findChannel(database, id), 'channel', id);
    },
  };
}

/** What waited because the channel was paused is told in one message. */
async function resume({ database, now }: AdminServices, id: string, actor: Actor): Promise<void> {
  if (!(await stored.resumeChannel(database, id, now()))) return;
  await releaseHeldOf(database, id, now());
  await audit(database, actor, 'notification-channel.resumed', `notification-channel:${id}`, {});
}

function ruleActions({ database, now }: AdminServices) {
  const check = async (rule: Rule['rule']) => {
    const known = new Set((await stored.listChannels(database)).map(({ id }) => id));
    const unknown = rule.channels.filter((id) => !known.has(id));
    if (unknown.length > 0)
      throw new InvalidRequestError('CHANNEL_UNKNOWN', 'The rule names channels that are not there.', { details: { unknown } });
  };
  return {
    listRules: () => rules.listRules(database),
    readRule: async (id: string) => existing(await rules.findRule(database, id), 'rule', id),
    addRule: async (input: rules.NewRule, actor: Actor) => {
      await check(input.rule);
      const added = await rules.addRule(database, input, now());
      if (!added) throw nameTaken(input.name);
      await audit(database, actor, 'notification-rule.added', `notification-rule:${added.id}`, { name: input.name });
      return added;
    },
    replaceRule: async (id: string, input: rules.NewRule, actor: Actor) => {
      await check(input.rule);
      const replaced = existing(await whenNameFree(rules.replaceRule(database, id, input, now()), input.name), 'rule', id);
      await audit(database, actor, 'notification-rule.changed', `notification-rule:${id}`, { name: input.name });
      return replaced;
    },
    removeRule: async (id: string, actor: Actor) => {
      if (!(await rules.removeRule(database, id))) throw notFound('rule', id);
      await audit(database, actor, 'notification-rule.removed', `notification-rule:${id}`, {});
    },
  };
}

function settingsActions({ database, now }: AdminServices) {
  return {
    readSettings: () => rules.readSettings(database),
    saveSettings: async (settings: Settings, actor: Actor) => {
      const { channel } = settings.digest;
      if (channel !== null && !(await stored.findChannel(database, channel)))
        throw new InvalidRequestError('CHANNEL_UNKNOWN', 'Digests are to go to a channel that is not there.', {
          details: { unknown: [channel] },
        });
      await rules.saveSettings(database, settings, now());
      await audit(database, actor, 'notification-settings.changed', 'notification-settings', {});
      return settings;
    },
  };
}

function sendActions(services: AdminServices) {
  const { database, now } = services;
  return {
    /** Sends a test at once, also where the channel is paused; one that arrives lets it go on. */
    testChannel: async (id: string, actor: Actor, signal: AbortSignal): Promise<TestResult> => {
      const channel = existing(await stored.findChannel(database, id), 'channel', id);
      const notificationId = randomUUID();
      const error = await trySend(services, channel, notificationId, signal);
      const end = { id: notificationId, channel, title: TEST_MESSAGE.title, at: now() };
      await addRecord(database, { ...end, reason: error?.message ?? null, errorCode: error?.code ?? null });
      await audit(database, actor, 'notification-channel.tested', `notification-channel:${id}`, { ok: error === null });
      if (error === null) {
        await stored.noteSent(database, id, now());
        await resume(services, id, actor);
      }
      return { notificationId, ok: error === null, code: error?.code ?? null, reason: error?.message ?? null };
    },
    /** Sends a message again that had failed for good. @throws NotFoundError, ConflictError */
    retry: async (id: string, actor: Actor): Promise<void> => {
      if (!(await reviveNotification(database, id, now()))) {
        if ((await createNotificationHistory(database).read(id)) === null)
          throw new NotFoundError('NOTIFICATION_NOT_FOUND', 'There is no notification of this id.', { details: { id } });
        throw new ConflictError('NOTIFICATION_NOT_FAILED', 'Only what has failed for good is sent again.', { details: { id } });
      }
      await audit(database, actor, 'notification.retried', `notification:${id}`, {});
    },
    /** Queues what a person wrote for a channel of Slack. @returns the notification's id, by which the history has it */
    sendToSlack: async (message: { channel: string; text: string }, actor: Actor): Promise<string> => {
      const channel = (await stored.listChannels(database)).find(
        ({ name, kind }) => name === message.channel && kind === 'slack',
      );
      if (!channel) {
        throw new NotFoundError('CHANNEL_NOT_FOUND', 'There is no channel of Slack of this name.', {
          details: { channel: message.channel },
        });
      }
      const at = now();
      const id = await addNotification(database, {
        channel,
        ruleId: null,
        repositoryId: null,
        purpose: 'manual',
        groupKey: `manual:${randomUUID()}`,
        heldFor: null,
        content: { text: message.text },
        dueAt: at,
        at,
      });
      await audit(database, actor, 'notification.sent', `notification:${id}`, { channel: channel.name });
      return id;
    },
  };
}

async function trySend(services: AdminServices, channel: stored.Channel, id: string, signal: AbortSignal) {
  const delivery = {
    id,
    now: services.now(),
    message: TEST_MESSAGE,
    stories: [],
    purpose: 'test',
    repositoryId: null,
    signal,
  };
  return sendTo(services, channel, delivery).then((_delivered: Delivered) => null, toChannelError);
}

const NO_SECRET = { secret: null, secretHint: null };

function sealSecret(services: AdminServices, id: string, secret: Record<string, string>) {
  const { url } = secret;
  if (url !== undefined) refuseAddress(url, services.allowed);
  return { secret: services.sealer.seal(JSON.stringify(secret), placeOf(id)), secretHint: hintOf(secret) };
}

function openedSecret({ sealer }: AdminServices, { id, secret }: stored.Channel): Record<string, string> {
  if (secret === null) return {};
  try {
    return JSON.parse(sealer.open(secret, placeOf(id))) as Record<string, string>;
  } catch {
    // One that can't be opened is replaced; what is missing is then asked for.
    return {};
  }
}

/** The secret of a channel with some of its fields anew. @throws InvalidRequestError for fields of another kind of channel */
function secretFor(services: AdminServices, channel: stored.Channel, change: Record<string, string>): Record<string, string> {
  const schema = CHANNEL_FIELDS[channel.kind].secret;
  const read = schema?.safeParse({ ...openedSecret(services, channel), ...change });
  if (!read?.success) throw wrongFields(channel.kind, Object.keys(change));
  return read.data;
}

function settingsFor({ kind, settings }: stored.Channel, change: Record<string, unknown>): Record<string, unknown> {
  const read = CHANNEL_FIELDS[kind].settings.safeParse({ ...settings, ...change });
  if (!read.success) throw wrongFields(kind, Object.keys(change));
  return read.data;
}

function wrongFields(kind: ChannelKind, fields: readonly string[]): InvalidRequestError {
  return new InvalidRequestError('FIELDS_NOT_OF_KIND', 'A channel of this kind has other fields, or some are missing.', {
    details: { kind, fields },
  });
}

/** What can be said without asking a name server; the rest is said when a message is sent. */
function refuseAddress(text: string, allowed: AllowedTargets): void {
  const { protocol, hostname } = new URL(text);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isAllowed = allowed.isAllowedHost(host) || allowed.isAllowedAddress(host);
  const isPrivate = isIP(host) !== 0 && !isPublicAddress(host);
  if (!isAllowed && (isPrivate || protocol === 'http:')) {
    throw new InvalidRequestError(
      isPrivate ? 'ADDRESS_NOT_PUBLIC' : 'ADDRESS_NOT_ENCRYPTED',
      isPrivate ? 'That is no public address.' : 'Messages go to https only.',
      { details: { host }, hint: 'For targets of your own network, name the host or its network in NOTIFY_ALLOWED_TARGETS.' },
    );
  }
}

/** Enough to tell secrets apart: the host, and the last characters of what is long. */
function hintOf({ url, apiKey }: Record<string, string>): string {
  const host = url === undefined ? '' : new URL(url).host;
  const tail = (apiKey ?? url ?? '').slice(-4);
  return oneLine(`${host}…${tail}`);
}

function existing<T>(found: T | null, what: 'channel' | 'rule', id: string): T {
  if (found === null) throw notFound(what, id);
  return found;
}

function notFound(what: 'channel' | 'rule', id: string): NotFoundError {
  return new NotFoundError(`${what.toUpperCase()}_NOT_FOUND`, `There is no ${what} of this id.`, { details: { id } });
}

function nameTaken(name: string): ConflictError {
  return new ConflictError('NAME_TAKEN', 'Another one has this name.', { details: { name } });
}

/** PostgreSQL's word for a unique index that says no: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';

async function whenNameFree<T>(change: Promise<T>, name: string | undefined): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) throw nameTaken(name ?? '');
    throw error;
  }
}

function audit(
  database: Database,
  actor: Actor,
  action: string,
  subject: string,
  details: NonNullable<AuditEntry['details']>,
): Promise<void> {
  return record(database, { actor: actor.id, action, subject, repositoryId: null, correlationId: actor.correlationId, details });
}
