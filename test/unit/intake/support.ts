import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { createReceiver, isWebhookRequest, type ReceiverOptions } from '../../../src/intake/receiver.ts';
import { applyServerLimits, SERVER_OPTIONS } from '../../../src/intake/server.ts';
import type { NewDelivery } from '../../../src/store/deliveries/deliveries.ts';
import { TEST_SECRET } from '../../support/deliveries.ts';

export interface TestReceiver {
  port: number;
  inserted: NewDelivery[];
  accepted: string[];
  outcomes: string[];
  /** Everything that was logged, as JSON lines. */
  logged: () => string;
}

/** The real receiver on a real HTTP server, with a store that only remembers; closed when the test ends. */
export async function startReceiver(
  options: Partial<ReceiverOptions> = {},
  serverLimits: Parameters<typeof applyServerLimits>[1] = {},
): Promise<TestReceiver> {
  const inserted: NewDelivery[] = [];
  const accepted: string[] = [];
  const outcomes: string[] = [];
  const lines: string[] = [];
  const receiver = createReceiver({
    webhookSecrets: [TEST_SECRET],
    deliveries: {
      insert: async (delivery) => {
        if (inserted.some((known) => known.guid === delivery.guid)) return 'duplicate';
        inserted.push(delivery);
        return 'stored';
      },
    },
    onAccepted: (guid) => void accepted.push(guid),
    observe: (outcome) => void outcomes.push(outcome),
    log: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }),
    ...options,
  });
  const server = createServer(SERVER_OPTIONS, (request, response) => {
    if (isWebhookRequest(request)) receiver(request, response);
    else response.writeHead(404).end();
  });
  applyServerLimits(server, serverLimits);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, inserted, accepted, outcomes, logged: () => lines.join('') };
}

/** Writes `parts` to a bare socket, one after the other, and answers with all that comes back until the end. */
export async function rawExchange(port: number, ...parts: (string | Buffer)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  // What the server refuses to read may make writing fail; the answer is what counts.
  socket.on('error', () => undefined);
  for (const part of parts) socket.write(part);
  return text(socket);
}
