import { DEFAULT_REPOSITORY_CONFIG, type RepositoryConfig } from '../config/repository-config.ts';
import type { Database } from '../store/database.ts';
import type { Channel } from '../store/notifications/channels.ts';
import { listChannels } from '../store/notifications/channels.ts';
import { releaseHeld } from '../store/notifications/held.ts';
import { markWeighed, passOverNotices, unweighedNotices } from '../store/notifications/notices.ts';
import { addToGroup, dueNotifications, lastTold, markQueued } from '../store/notifications/outbox.ts';
import { listRules, readSettings } from '../store/notifications/rules.ts';
import type { JobTrace } from '../telemetry/spans.ts';
import { planDigests } from './digest.ts';
import type { Rule, WeighedNotice } from './rules/types.ts';
import { refuseByRepository, refuseNotice, subjectOf, weigh } from './rules/weigh.ts';
import type { NotifyServices } from './services.ts';

const NOTICES_AT_ONCE = 100;
const MESSAGES_AT_ONCE = 100;
/** A repository whose configuration can't be read is asked again after so long. */
const CONFIG_PATIENCE_MS = 30_000;

/** Brings notices to their messages, and messages to the queue. */
export interface Dispatcher {
  /** One round; whatever a round that died has left is found by the next. */
  dispatch(): Promise<void>;
}

export function createDispatcher(services: NotifyServices): Dispatcher {
  const unreadable = new Map<number, number>();
  return {
    dispatch: async () => {
      const { database, now } = services;
      // 1 Which messages do the news make?
      while ((await weighNotices(services, unreadable)) === NOTICES_AT_ONCE);
      // 2 Whose hold is over, which digest is due?
      await releaseHeld(database, now());
      await planDigests(services);
      // 3 To the queue. Killed in between, the next round asks for the job again, and one of the two finds nothing to do.
      const at = now();
      const due = await dueNotifications(database, at, MESSAGES_AT_ONCE);
      for (const { id, repositoryId, traceparents } of due) {
        await services.queue.send('notifications', {
          data: { notificationId: id },
          ...(repositoryId === null ? {} : { repositoryId }),
          ...(traceparents === null ? {} : { trace: traceOf(traceparents) }),
        });
      }
      await markQueued(
        database,
        due.map(({ id }) => id),
        at,
      );
    },
  };
}

/** A message that tells of one trace belongs to it; one that tells of many links to them. */
function traceOf(traceparents: readonly string[]): JobTrace {
  const [first = '', ...more] = traceparents;
  const ofOneTrace = more.every((one) => traceIdOf(one) === traceIdOf(first));
  return ofOneTrace ? { traceparent: first, links: more } : { links: traceparents };
}

function traceIdOf(traceparent: string): string | undefined {
  return traceparent.split('-')[1];
}

/** @returns how many notices were weighed */
async function weighNotices(services: NotifyServices, unreadable: Map<number, number>): Promise<number> {
  const { database, now } = services;
  const [rules, channels, settings] = await Promise.all([listRules(database), listChannels(database), readSettings(database)]);
  const active = rules.filter(({ enabled }) => enabled);
  // Where nobody is to be told, no repository is asked what it thinks of that.
  if (active.length === 0 || !settings.enabled) {
    await passOverNotices(database, now());
    return 0;
  }
  for (const [id, until] of unreadable) if (until <= now().getTime()) unreadable.delete(id);
  // 1 What the repositories of these notices say: GitHub is asked while no row is locked
  const seen = await unweighedNotices(database, NOTICES_AT_ONCE, { leaveOut: [...unreadable.keys()] });
  const naming = new Map(seen.map((notice) => [notice.id, active.filter((rule) => refuseNotice(notice, rule) === null)]));
  const concerned = seen.filter((notice) => naming.get(notice.id)?.length);
  const configs = await readConfigs(services, concerned, unreadable);
  // 2 Messages, and the notices as weighed, in one transaction
  return database.transaction().execute(async (transaction) => {
    const ready = seen.filter(({ repositoryId }) => repositoryId === null || !unreadable.has(repositoryId));
    const notices = await unweighedNotices(transaction, NOTICES_AT_ONCE, { among: ready.map(({ id }) => id) });
    for (const notice of notices) {
      const config = notice.repositoryId === null ? NOT_OF_A_REPOSITORY : configs.get(notice.repositoryId);
      const weighing = { notice, rules: naming.get(notice.id) ?? [], channels, config: config ?? null };
      await weighNotice(services, transaction, weighing);
    }
    await markWeighed(
      transaction,
      notices.map(({ id }) => id),
      now(),
    );
    return notices.length;
  });
}

type Config = RepositoryConfig['notifications'];

interface Weighing {
  notice: WeighedNotice;
  /** Those that name it. */
  rules: readonly Rule[];
  channels: readonly Channel[];
  /** Null where Regreen is not installed any more. */
  config: Config | null;
}

async function weighNotice(services: NotifyServices, transaction: Database, weighing: Weighing): Promise<void> {
  const { notice, rules, channels, config } = weighing;
  const subject = subjectOf(notice);
  for (const rule of config === null ? [] : rules) {
    for (const channel of channels.filter(({ id, enabled }) => enabled && rule.rule.channels.includes(id))) {
      if (config === null || refuseByRepository(notice, channel, config) !== null) continue;
      const told = await lastTold(transaction, channel.id, subject);
      const answer = weigh({ notice, rule, channel, told, now: services.now() });
      if (answer.kind === 'silent') continue;
      await addToGroup(transaction, notice, subject, {
        channel,
        ruleId: rule.id,
        repositoryId: notice.repositoryId,
        purpose: 'notices',
        groupKey: answer.groupKey,
        heldFor: answer.heldFor,
        dueAt: answer.dueAt,
        at: services.now(),
      });
    }
  }
}

/** What holds for what no repository has a say in. */
const NOT_OF_A_REPOSITORY: Config = DEFAULT_REPOSITORY_CONFIG.notifications;

/** The configurations of the repositories; one that can't be read now is noted in `unreadable`, and asked again later. */
async function readConfigs(
  services: NotifyServices,
  notices: readonly WeighedNotice[],
  unreadable: Map<number, number>,
): Promise<Map<number, Config | null>> {
  const configs = new Map<number, Config | null>();
  for (const repositoryId of new Set(notices.flatMap((notice) => notice.repositoryId ?? []))) {
    try {
      configs.set(repositoryId, await services.repositoryConfig(repositoryId));
    } catch (error) {
      services.log.warn({ err: error, repositoryId }, 'notices wait for the configuration of their repository');
      unreadable.set(repositoryId, services.now().getTime() + CONFIG_PATIENCE_MS);
    }
  }
  return configs;
}
