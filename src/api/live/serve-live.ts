import type { Server } from 'node:http';
import type { ConnectionSettings, Database } from '../../store/database.ts';
import { listen } from '../../store/live/listener.ts';
import type { Authenticator } from '../authentication.ts';
import type { ApiServices } from '../services.ts';
import { createLiveHub } from './hub.ts';
import { acceptLive } from './upgrade.ts';

export interface Live {
  /** Asks all clients to come again, and hears nothing more. */
  close(): Promise<void>;
}

/** Live updates at `/ws` of a server: one reader of what has changed, one connection that listens, any number of sockets. */
export function serveLive(
  server: Server,
  parts: { services: ApiServices; authenticate: Authenticator; database: Database; connection: ConnectionSettings },
): Live {
  const { services, authenticate, database, connection } = parts;
  const hub = createLiveHub({
    database,
    visibleRepositoryIds: () => services.visibleRepositoryIds(),
    again: (caller) => authenticate.holderOf(caller.claims),
    log: services.log,
  });
  acceptLive(server, services, authenticate, hub);
  const listener = listen(connection, services.log, (channel) => {
    if (channel === 'regreen_live') hub.wake();
    else hub.review();
  });
  return {
    close: async () => {
      await Promise.all([hub.close(), listener.close()]);
    },
  };
}
