import pg from 'pg';
import type { Logger } from '../../telemetry/log.ts';
import type { ConnectionSettings } from '../database.ts';

export type Channel = 'regreen_live' | 'regreen_access';

export interface Listener {
  close(): Promise<void>;
}

const RECONNECT_MS = 1_000;

/**
 * Hears PostgreSQL's notifications on a connection of its own, and connects again when that is lost. What was told meanwhile is
 * gone, so everybody is woken after each connecting.
 */
export function listen(connection: ConnectionSettings, log: Logger, heard: (channel: Channel) => void): Listener {
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  async function connect(): Promise<void> {
    const next = new pg.Client({ ...connection, application_name: 'regreen live', keepAlive: true });
    client = next;
    next.on('error', (error) => log.debug({ reason: error.message }, 'the connection that listens was lost'));
    next.on('end', again);
    next.on('notification', ({ channel }) => heard(channel as Channel));
    try {
      await next.connect();
      await next.query('listen regreen_live; listen regreen_access');
      heard('regreen_live');
      heard('regreen_access');
    } catch (error) {
      log.debug({ reason: error instanceof Error ? error.message : '' }, 'PostgreSQL can not be listened to');
      await next.end().catch(() => undefined);
      again();
    }
  }

  function again(): void {
    if (closed || timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      void connect();
    }, RECONNECT_MS);
    timer.unref();
  }

  void connect();
  return {
    close: async () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
