/** The API with live updates alone, on a PostgreSQL of somebody else. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTokenSigner } from '../../src/api/access/tokens.ts';
import { createAuthenticator } from '../../src/api/authentication.ts';
import { serveLive } from '../../src/api/live/serve-live.ts';
import type { ApiServices } from '../../src/api/services.ts';
import { createKeyStore } from '../../src/store/access/api-keys.ts';
import { createReachDatabase } from '../../src/store/access/reach.ts';
import { createTokenStore } from '../../src/store/access/revoked-tokens.ts';
import { createDatabase, createPool } from '../../src/store/database.ts';
import { createTicketStore } from '../../src/store/live/live-tickets.ts';
import { repositoryIds } from '../../src/store/repositories/repositories.ts';
import { createLog } from '../../src/telemetry/log.ts';
import type { ServerMessage } from '../support/child.ts';

const connection = JSON.parse(process.env['CONNECTION'] ?? '{}');
const log = createLog({ level: 'warn' });
const pool = createPool(connection, { max: 4, log });
const database = createDatabase(pool);
const now = () => new Date();
const visible = createReachDatabase(pool);
// What a socket needs of all services; no route is called here.
const services = {
  log,
  apiKeys: [],
  keys: createKeyStore(database),
  tokens: createTokenStore(database),
  tokenSigner: createTokenSigner({ secrets: [], fallback: 'bench', now }),
  tickets: createTicketStore(database),
  visibleRepositoryIds: () => repositoryIds(visible),
  limits: { requestsPerMinute: 1_000_000 },
  corsOrigins: [],
  trustedProxies: [],
  publicUrl: null,
  now,
} as unknown as ApiServices;

const server = createServer((_request, response) => response.writeHead(404).end());
const live = serveLive(server, { services, authenticate: createAuthenticator(services), database, connection });
const tell = (message: ServerMessage) => process.send?.(message);
server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => tell({ listening: (server.address() as AddressInfo).port }));

process.once('SIGTERM', async () => {
  await live.close();
  server.close();
  server.closeAllConnections();
  await pool.end();
  process.disconnect();
});
