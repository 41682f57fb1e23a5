import type { Database } from '../store/database.ts';
import { channelsSealedOtherwise, resealChannel } from '../store/notifications/channels.ts';
import { placeOf } from './channels/send.ts';
import { type Sealer, SealingError } from './sealing.ts';

const AT_ONCE = 100;

/** What came of it. */
export interface Resealing {
  resealed: number;
  /** Names of channels whose secrets lie under keys that are not there (any more). */
  unreadable: string[];
}

/** Puts all secrets under the current key, so that older ones can be dropped. May be broken off, and run beside a server. */
export async function resealSecrets(database: Database, sealer: Sealer): Promise<Resealing> {
  const end: Resealing = { resealed: 0, unreadable: [] };
  if (sealer.currentKeyId === null) return end;
  for (let after: string | null = null; ; ) {
    const channels = await channelsSealedOtherwise(database, sealer.currentKeyId, after, AT_ONCE);
    for (const channel of channels) {
      if (channel.secret === null) continue;
      try {
        const secret = sealer.open(channel.secret, placeOf(channel.id));
        if (await resealChannel(database, channel, sealer.seal(secret, placeOf(channel.id)))) end.resealed += 1;
      } catch (error) {
        if (!(error instanceof SealingError)) throw error;
        end.unreadable.push(channel.name);
      }
    }
    after = channels.at(-1)?.id ?? null;
    if (after === null) return end;
  }
}
