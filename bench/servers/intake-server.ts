/** Regreen's receiver alone, on an embedded PostgreSQL with everything durable. What is measured beside plain Probot. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReceiver, isWebhookRequest } from '../../src/intake/receiver.ts';
import { applyServerLimits, SERVER_OPTIONS } from '../../src/intake/server.ts';
import { createAnalysisPool } from '../../src/isolation/analysis-pool.ts';
import { createDatabase, createPool, migrate } from '../../src/store/database.ts';
import { createDeliveryStore } from '../../src/store/deliveries/deliveries.ts';
import { startEmbeddedDatabase } from '../../src/store/embedded/index.ts';
import { createLog } from '../../src/telemetry/log.ts';
import type { ServerMessage } from '../support/child.ts';
import { actionsLog } from '../support/log.ts';

const folder = process.env['REGREEN_DATA_DIR'] ?? '';
const log = createLog({ level: 'warn' });
const database = await startEmbeddedDatabase({ folder, onLog: () => undefined });
const pool = createPool(database.connection, { max: 8, log });
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
const server = createServer(SERVER_OPTIONS, (request, response) => {
  if (isWebhookRequest(request)) receiver(request, response);
  else response.writeHead(404).end();
});
applyServerLimits(server);

const analysis = createAnalysisPool();
let running = true;
let logsAnalysed = 0;
const analysing = process.env['ANALYSE'] ? analyseWithoutPause() : Promise.resolve();

async function analyseWithoutPause(): Promise<void> {
  const bytes = actionsLog();
  while (running) {
    await analysis.analyze(bytes);
    logsAnalysed += 1;
  }
}

const tell = (message: ServerMessage) => process.send?.(message);
server.listen(0, '127.0.0.1', () => tell({ listening: (server.address() as AddressInfo).port }));
process.on('message', () => tell({ logsAnalysed }));

process.once('SIGTERM', async () => {
  running = false;
  server.close();
  server.closeAllConnections();
  await analysing;
  await analysis.close();
  await pool.end();
  await database.stop();
  process.disconnect();
});
