/** Regreen's receiver alone, on an embedded PostgreSQL with everything durable. What is measured beside plain Probot. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReceiver, isWebhookRequest } from '../../src/intake/receiver.ts';
import { applyServerLimits, SERVER_OPTIONS } from '../../src/intake/server.ts';
import { createDatabase, createPool, migrate } from '../../src/store/database.ts';
import { createDeliveryStore } from '../../src/store/deliveries.ts';
import { startEmbeddedDatabase } from '../../src/store/embedded/index.ts';
import { createLog } from '../../src/telemetry/log.ts';

const folder = process.env['REGREEN_DATA_DIR'] ?? '';
const log = createLog({ level: 'warn' });
const server = await startEmbeddedDatabase({ folder, onLog: () => undefined });
const pool = createPool(server.connection, { max: 8, log });
await migrate(createDatabase(pool), log);

const receiver = createReceiver({
  webhookSecrets: [process.env['WEBHOOK_SECRET'] ?? ''],
  deliveries: createDeliveryStore(pool),
  onAccepted: () => undefined,
  allowedHosts: ['127.0.0.1'],
  // One client sends all of the load, so its own limit is the only one that is lifted.
  limits: { requestsPerSecond: 1_000_000 },
  log,
});
const http = createServer(SERVER_OPTIONS, (request, response) => {
  if (isWebhookRequest(request)) receiver(request, response);
  else response.writeHead(404).end();
});
applyServerLimits(http);
http.listen(0, '127.0.0.1', () => process.stdout.write(`listening ${(http.address() as AddressInfo).port}\n`));

process.once('SIGTERM', async () => {
  http.close();
  http.closeAllConnections();
  await pool.end();
  await server.stop();
});
