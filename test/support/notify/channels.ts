import { randomUUID } from 'node:crypto';
import type { NotifyEnvironment } from '../../../src/config/notify-variables.ts';
import { placeOf } from '../../../src/notify/channels/send.ts';
import type { ChannelKind, RuleBody } from '../../../src/notify/rules/types.ts';
import { ruleBodySchema } from '../../../src/notify/rules/types.ts';
import { createSealer } from '../../../src/notify/sealing.ts';
import type { Database } from '../../../src/store/database.ts';
import { addChannel } from '../../../src/store/notifications/channels.ts';
import { addRule } from '../../../src/store/notifications/rules.ts';

export const ENCRYPTION_KEY = { id: 'k1', key: Buffer.alloc(32, 7) };

/** Lets notifications go to this machine. */
export const NOTIFY_LOCALLY: NotifyEnvironment = {
  encryptionKeys: [ENCRYPTION_KEY],
  allowedTargets: ['127.0.0.1'],
  linearUrl: 'http://127.0.0.1:1/graphql',
};

/** @returns the id of the new channel */
export async function givenChannel(
  database: Database,
  channel: { name: string; kind: ChannelKind; secret?: Record<string, string>; settings?: Record<string, unknown> },
): Promise<string> {
  const id = randomUUID();
  const secret = channel.secret ? createSealer([ENCRYPTION_KEY]).seal(JSON.stringify(channel.secret), placeOf(id)) : null;
  const { name, kind, settings = {} } = channel;
  await addChannel(database, { id, name, kind, settings, secret, secretHint: null, enabled: true }, new Date());
  return id;
}

/** A rule that tells these channels at once; `rule` says what else it says. */
export async function givenRule(
  database: Database,
  name: string,
  rule: Partial<RuleBody> & Pick<RuleBody, 'channels'>,
): Promise<string> {
  const body = ruleBodySchema.parse({ events: ['went-red', 'still-red', 'green-again'], groupSeconds: 0, ...rule });
  const added = await addRule(database, { name, enabled: true, rule: body }, new Date());
  if (!added) throw new Error(`there is a rule ${name} already`);
  return added.id;
}
