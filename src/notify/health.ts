import type { Database } from '../store/database.ts';
import { listChannels } from '../store/notifications/channels.ts';
import { whenReachable } from '../store/repositories/reachable.ts';
import { CHANNEL_KINDS, type ChannelKind } from './rules/types.ts';

const WHERE = 'GET /api/v1/notifications/channels says why.';

/**
 * How the channels of a kind are, by what became of the last messages: nothing is sent to find out. Anybody may read it, so it
 * names neither them nor their targets.
 */
export async function channelHealth(
  database: Database,
  kind: ChannelKind,
): Promise<{ status: 'up' | 'degraded'; message: string }> {
  const channels = (await whenReachable(listChannels(database))).filter((one) => one.kind === kind && one.enabled);
  const paused = channels.filter(({ pausedAt }) => pausedAt !== null);
  const failing = channels.filter((one) => one.pausedAt === null && one.failuresInARow > 0);
  if (channels.length === 0) return { status: 'up', message: 'No channel is configured.' };
  const all = channels.length === 1 ? '1 channel' : `${channels.length} channels`;
  if (paused.length > 0) return { status: 'degraded', message: `${paused.length} of ${all} paused; ${WHERE}` };
  if (failing.length > 0) return { status: 'degraded', message: `${failing.length} of ${all} failing; ${WHERE}` };
  return { status: 'up', message: `${all}; no message has failed since the last that arrived.` };
}

/** How many channels of each kind are paused. */
export async function pausedChannels(database: Database): Promise<Map<ChannelKind, number>> {
  const channels = await listChannels(database);
  return new Map(
    CHANNEL_KINDS.map((kind) => [kind, channels.filter((one) => one.kind === kind && one.pausedAt !== null).length]),
  );
}
