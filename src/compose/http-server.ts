import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAuthenticator } from '../api/authentication.ts';
import { createRequestListener } from '../api/listener.ts';
import { type Live, serveLive } from '../api/live/serve-live.ts';
import { createRouter } from '../api/router.ts';
import type { Environment } from '../config/environment.ts';
import { createReceiver, isWebhookRequest, WEBHOOK_PATH } from '../intake/receiver.ts';
import { applyServerLimits, SERVER_OPTIONS } from '../intake/server.ts';
import { type SmeeRelay, startSmeeRelay } from '../intake/smee.ts';
import type { Logger } from '../telemetry/log.ts';
import { createApiServices, type ServerParts } from './api-services.ts';

/** One server for webhooks, the API and live updates, as far as they are this process's; every one says how it is. */
export function createHttpServer(parts: ServerParts): { server: Server; live: Live | null } {
  const { environment, log, metrics, now } = parts;
  const { roles } = environment;
  const receive = createReceiver({
    webhookSecrets: environment.webhook.secrets,
    deliveries: parts.deliveries,
    onAccepted: (guid, event, traceparent) => parts.sendBuffer.add(guid, event, traceparent),
    allowedHosts: environment.http.allowedHosts,
    trustedProxies: environment.http.trustedProxies,
    log,
    tracing: parts.tracing,
    now,
    observe: (outcome, seconds, _bytes, event, status) => {
      metrics.deliveryReceived(event ?? 'unknown', deliveryOutcome(outcome));
      if (status !== null) metrics.requestEnded({ method: 'POST', route: WEBHOOK_PATH, status, seconds });
    },
  });
  const apiServices = createApiServices(parts);
  const authenticate = createAuthenticator(apiServices);
  const router = createRouter(apiServices, authenticate, { servesApi: roles.has('api') });
  const answer = createRequestListener(router, apiServices);
  const server = createServer(SERVER_OPTIONS, (request, response) => {
    // Who is about to leave lets go of each connection with its answer: one that is closed later could be in use again by then.
    if (!parts.state.ready) response.setHeader('connection', 'close');
    if (roles.has('intake') && isWebhookRequest(request)) receive(request, response);
    else void answer(request, response);
  });
  applyServerLimits(server);
  const { database, connection } = parts.store;
  const live = roles.has('api') ? serveLive(server, { services: apiServices, authenticate, database, connection }) : null;
  return { server, live };
}

function deliveryOutcome(outcome: string): 'accepted' | 'duplicate' | 'refused' | 'unavailable' {
  if (outcome === 'accepted' || outcome === 'duplicate') return outcome;
  return outcome.startsWith('STORE_') ? 'unavailable' : 'refused';
}

/** @returns where it listens */
export async function listen(server: Server, { http }: Environment): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(http.port, http.host, resolve);
  await promise;
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Ends when the last answer is sent, after five seconds in any case. */
export async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), 5_000);
  await promise.finally(() => clearTimeout(timer));
}

/** Webhooks by way of smee.io, where the configuration says so. */
export async function startRelay(
  { webhook, roles }: Environment,
  url: string,
  log: Logger,
  onSeeingAgain: () => void,
): Promise<SmeeRelay | null> {
  if (webhook.proxyUrl === null || !roles.has('intake')) return null;
  return startSmeeRelay({ source: webhook.proxyUrl, target: `${url}${WEBHOOK_PATH}`, log, onSeeingAgain });
}
