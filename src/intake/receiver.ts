import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { AuthenticationError, InvalidRequestError, PermissionError, RegreenError, UnavailableError } from '../errors.ts';
import type { DeliveryStore, NewDelivery } from '../store/deliveries/deliveries.ts';
import type { Logger } from '../telemetry/log.ts';
import { deliverySpan } from '../telemetry/spans.ts';
import { NO_TRACING, type Span, type Tracing } from '../telemetry/tracing.ts';
import { answerAccepted, answerError } from './answer.ts';
import { BodyBudget, readBody, SenderGone } from './body.ts';
import { type ClientLimits, createClientLimits } from './client-limits.ts';
import { clientAddress, createNetworkTest, type NetworkTest } from './clients.ts';
import { checkHost, checkMediaType, guidOf, hostName, readDeliveryHeaders } from './headers.ts';
import { DEFAULT_LIMITS, type IntakeLimits } from './limits.ts';
import { checkPayload } from './payload.ts';
import { createSignatureCheck } from './signature.ts';
import { WEBHOOK_PATH } from './webhook-path.ts';

export { WEBHOOK_PATH };

/** Whether a request is for the receiver: its path, whatever its method and query. */
export function isWebhookRequest(request: IncomingMessage): boolean {
  const url = request.url ?? '';
  return url.startsWith(WEBHOOK_PATH) && (url.length === WEBHOOK_PATH.length || url[WEBHOOK_PATH.length] === '?');
}

export interface ReceiverOptions {
  /** All that are valid now; more than one while a secret is replaced. */
  webhookSecrets: readonly string[];
  deliveries: Pick<DeliveryStore, 'insert'>;
  /**
   * Called once a delivery is committed and answered, not for duplicates. What it throws is logged. `traceparent` is W3C's, where
   * traces are on.
   */
  onAccepted: (guid: string, event: string, traceparent: string | undefined) => void | Promise<void>;
  /** Host names that are served, without ports; empty for any. */
  allowedHosts?: readonly string[];
  /** Addresses and networks (CIDR) of proxies whose `X-Forwarded-For` is believed. */
  trustedProxies?: readonly string[];
  /** Addresses and networks that may send; empty for any. */
  allowedClients?: readonly string[];
  blockedClients?: readonly string[];
  limits?: Partial<IntakeLimits>;
  log: Logger;
  /** What GitHub has signed begins a trace; requests of others leave none. */
  tracing?: Tracing;
  now?: () => Date;
  /**
   * Told once a request: `accepted`, `duplicate`, `SENDER_GONE` or the error's code; its duration; bytes of the body; the status that
   * it was answered with, null where there was nobody to answer.
   */
  observe?: (outcome: string, seconds: number, bytes: number, event: string | null, status: number | null) => void;
}

interface Parts {
  isSigned: (body: Uint8Array, signature: string) => boolean;
  isTrusted: NetworkTest;
  isAllowed: NetworkTest;
  isBlocked: NetworkTest;
  hosts: ReadonlySet<string>;
  clients: ClientLimits;
  budget: BodyBudget;
  limits: IntakeLimits;
}

/** What is known of a request while it is being handled; the body never gets in here. */
interface Reception {
  client: string;
  correlationId: string;
  startedAt: number;
  bytes: number;
  bodyRead: boolean;
  /** Known once the headers are checked. */
  event: string | null;
}

/**
 * The webhook receiver: answers 202 once a delivery is committed, and refuses all that GitHub would not send.
 * Mount it for requests where `isWebhookRequest` holds.
 */
export function createReceiver(options: ReceiverOptions): RequestListener {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const allowed = options.allowedClients ?? [];
  const parts: Parts = {
    isSigned: createSignatureCheck(options.webhookSecrets),
    isTrusted: createNetworkTest(options.trustedProxies ?? []),
    isAllowed: allowed.length > 0 ? createNetworkTest(allowed) : () => true,
    isBlocked: createNetworkTest(options.blockedClients ?? []),
    hosts: new Set((options.allowedHosts ?? []).map(hostName)),
    clients: createClientLimits(limits),
    budget: new BodyBudget(limits.bodiesBytes),
    limits,
  };
  let atOnce = 0;
  return (request, response) => {
    const reception = begin(request, parts);
    // Without a listener, a sender that resets the connection would end the process.
    response.on('error', (error) => options.log.debug({ reason: error.message }, 'answer not delivered'));
    if (atOnce >= limits.requestsAtOnce) {
      refuse(options, reception, response, new UnavailableError('REQUESTS_BUSY', 'Too many requests at once.'));
      return;
    }
    atOnce += 1;
    void receive(options, parts, reception, request, response)
      .catch((error: unknown) => refuse(options, reception, response, error))
      .finally(() => {
        atOnce -= 1;
      });
  };
}

function begin(request: IncomingMessage, parts: Parts): Reception {
  const { headers, socket } = request;
  const forwardedFor = headers['x-forwarded-for'];
  return {
    client: clientAddress(
      socket.remoteAddress,
      Array.isArray(forwardedFor) ? forwardedFor.join() : forwardedFor,
      parts.isTrusted,
    ),
    correlationId: guidOf(headers) ?? randomUUID(),
    startedAt: performance.now(),
    bytes: 0,
    bodyRead: false,
    event: null,
  };
}

/** The story of a delivery; every step throws what the sender is answered. */
async function receive(
  options: ReceiverOptions,
  parts: Parts,
  reception: Reception,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { client } = reception;
  // 1 Who sends, and how much
  if (parts.isBlocked(client) || !parts.isAllowed(client)) {
    throw new PermissionError('CLIENT_NOT_ALLOWED', 'Requests from this address are not accepted.');
  }
  await parts.clients.admit(client);
  // 2 What the head of the request says
  checkHost(request.headers, parts.hosts);
  if (request.method !== 'POST')
    throw new InvalidRequestError('METHOD_NOT_ALLOWED', 'Webhooks are sent with POST.', { status: 405 });
  checkMediaType(request.headers);
  const { guid, event, signature } = readDeliveryHeaders(request.headers);
  reception.event = event;
  // 3 The body, as it was signed
  const body = await readBody(request, parts.limits, parts.budget);
  reception.bytes = body.length;
  reception.bodyRead = true;
  try {
    // 4 Is it GitHub's?
    if (!parts.isSigned(body, signature)) {
      await parts.clients.strike(client);
      throw new AuthenticationError('SIGNATURE_INVALID', 'The signature does not match the body.', {
        hint: 'The webhook secret in the GitHub App settings and WEBHOOK_SECRET must be the same.',
      });
    }
    parts.clients.pardon(client);
    await (options.tracing ?? NO_TRACING).span(
      () => deliverySpan({ guid, event, route: WEBHOOK_PATH, startedAt: reception.startedAt }),
      (span) => takeIn(options, reception, response, { guid, event, body }, span),
    );
  } finally {
    parts.budget.give(body.length);
  }
}

/** GitHub's own: stored, answered, handed on. What fails is answered here, so that its trace and its log line belong together. */
async function takeIn(
  options: ReceiverOptions,
  reception: Reception,
  response: ServerResponse,
  delivery: NewDelivery,
  span: Span | null,
): Promise<void> {
  const { guid, event, body } = delivery;
  try {
    checkPayload(body);
    // 5 Durable before it is answered
    const stored = await options.deliveries.insert(delivery);
    // 6 Accepted; the work comes after the answer
    const duplicate = stored === 'duplicate';
    span?.note({ 'http.response.status_code': 202, 'regreen.delivery.duplicate': duplicate });
    accept(options, reception, response, { deliveryId: guid, event, duplicate }, span?.traceparent);
  } catch (error) {
    span?.note({ 'http.response.status_code': error instanceof RegreenError ? error.status : 500 });
    span?.fail(error);
    refuse(options, reception, response, error);
  }
}

function accept(
  options: ReceiverOptions,
  reception: Reception,
  response: ServerResponse,
  accepted: { deliveryId: string; event: string; duplicate: boolean },
  traceparent: string | undefined,
): void {
  answerAccepted(response, accepted);
  const { deliveryId, event, duplicate } = accepted;
  observe(options, reception, duplicate ? 'duplicate' : 'accepted', 202);
  options.log.debug({ correlationId: deliveryId, event, duplicate, bytes: reception.bytes }, 'delivery accepted');
  if (duplicate) return;
  new Promise<void>((resolve) => resolve(options.onAccepted(deliveryId, event, traceparent))).catch((error: unknown) => {
    // The sweep finds it: it is stored.
    options.log.error({ correlationId: deliveryId, event, error }, 'delivery stored but not queued');
  });
}

function refuse(options: ReceiverOptions, reception: Reception, response: ServerResponse, error: unknown): void {
  const { correlationId, client, bodyRead } = reception;
  if (error instanceof SenderGone) {
    observe(options, reception, 'SENDER_GONE', null);
    response.destroy();
    return;
  }
  const known = error instanceof RegreenError ? error : undefined;
  observe(options, reception, known?.code ?? 'INTERNAL', known?.status ?? 500);
  // The address and the codes only: nothing that the sender wrote reaches the log.
  if (known) options.log.info({ correlationId, client, code: known.code, status: known.status }, 'delivery refused');
  else options.log.error({ correlationId, client, error }, 'delivery failed');
  answerError(response, error, { path: WEBHOOK_PATH, correlationId, now: options.now?.() ?? new Date(), bodyRead });
}

function observe(options: ReceiverOptions, reception: Reception, outcome: string, status: number | null): void {
  const seconds = (performance.now() - reception.startedAt) / 1_000;
  options.observe?.(outcome, seconds, reception.bytes, reception.event, status);
}
