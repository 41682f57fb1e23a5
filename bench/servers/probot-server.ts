/** A plain Probot server with an empty handler: what Regreen's receiver is compared with. It keeps nothing. */
import { Probot, Server } from 'probot';
import { freePort } from '../support/port.ts';

const { WEBHOOK_SECRET: secret = '', APP_ID: appId = '', PRIVATE_KEY: privateKey = '' } = process.env;
// Probot takes 0 for its default.
const port = await freePort();
const server = new Server({
  port,
  host: '127.0.0.1',
  // Probot logs at `info` by default; a quieter level is the better case for it.
  Probot: Probot.defaults({ appId, privateKey, secret, logLevel: 'fatal' }),
});
await server.load((app) => {
  app.onAny(() => undefined);
});
const http = await server.start();
process.send?.({ listening: port });

process.once('SIGTERM', async () => {
  http.closeAllConnections();
  await server.stop();
  process.disconnect();
});
