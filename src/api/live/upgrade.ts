import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { hashOfSecret } from '../../config/secret-keys.ts';
import { AuthenticationError, PermissionError, toErrorBody, UnavailableError } from '../../errors.ts';
import type { TokenClaims } from '../access/tokens.ts';
import type { Authenticator, Caller } from '../authentication.ts';
import type { ApiServices } from '../services.ts';
import type { LiveHub } from './hub.ts';
import { CLOSE, LONGEST_MESSAGE_BYTES } from './protocol.ts';

export const LIVE_PATH = '/ws';

/** More sockets than one process should hold. */
const MOST_CONNECTIONS = 5_000;
const TICKET = /^[A-Za-z0-9_-]{43}$/;

type Services = Pick<ApiServices, 'tickets' | 'corsOrigins' | 'publicUrl' | 'now' | 'log'>;

/** Takes WebSocket upgrades at `/ws`: whoever can't be told, or comes from a page of another origin, is answered over HTTP. */
export function acceptLive(server: Server, services: Services, authenticate: Authenticator, hub: LiveHub): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LONGEST_MESSAGE_BYTES, perMessageDeflate: false });
  const origins = new Set([...services.corsOrigins, ...(services.publicUrl === null ? [] : [services.publicUrl])]);

  async function callerOf(request: IncomingMessage): Promise<Caller> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== LIVE_PATH)
      throw new PermissionError('ROUTE_NOT_FOUND', 'Connections are opened at /ws.', { hint: 'docs/live.md says how.' });
    // Browsers always say where a page is from; what is no browser brings no cookie.
    const { origin } = request.headers;
    if (origin !== undefined && !origins.has(origin)) {
      throw new PermissionError('ORIGIN_REFUSED', 'Pages of this origin may not connect.', {
        hint: 'CORS_ORIGINS and PUBLIC_URL name those that may.',
      });
    }
    if (hub.size() >= MOST_CONNECTIONS)
      throw new UnavailableError('TOO_MANY_CONNECTIONS', 'No more connections are taken.', {
        hint: 'Connect to another process, or later.',
      });
    const ticket = searchParams.get('ticket');
    if (ticket !== null) return ticketHolder(ticket);
    const { authorization, cookie: header } = request.headers;
    const address = authenticate.peerAddress(request);
    // The page's origin is the only thing that tells whose page opens the connection, so a cookie never counts without.
    const cookie = { header, origin, fetchSite: fetchSiteOf(request), originNeeded: true };
    return authenticate.identify({ authorization, address, cookie });
  }

  async function ticketHolder(ticket: string): Promise<Caller> {
    const claims = TICKET.test(ticket) ? await services.tickets.redeem(hashOfSecret(ticket), services.now()) : null;
    if (claims === null)
      throw new AuthenticationError('TICKET_UNKNOWN', 'The ticket is over, was used, or never was one.', {
        hint: 'Ask for another one: POST /api/v1/live/tickets.',
      });
    return authenticate.holderOf({ ...claims, expiresAt: new Date(String(claims['expiresAt'])) } as TokenClaims);
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    callerOf(request).then(
      (caller) =>
        sockets.handleUpgrade(request, socket, head, (open) => {
          hub.open(open, caller).catch((error: unknown) => {
            services.log.warn({ err: error }, 'a live connection could not be opened');
            open.close(CLOSE.goingAway, 'come again');
          });
        }),
      (error: unknown) => refuse(socket, error, services),
    );
  });
}

function fetchSiteOf({ headers }: IncomingMessage): string | undefined {
  const value = headers['sec-fetch-site'];
  return Array.isArray(value) ? value[0] : value;
}

function refuse(socket: Duplex, error: unknown, { now, log }: Services): void {
  const correlationId = randomUUID();
  const { status, body } = toErrorBody(error, { path: LIVE_PATH, correlationId, now: now() });
  if (status >= 500) log.warn({ err: error, correlationId }, 'an upgrade failed');
  const text = JSON.stringify(body);
  const head = [`HTTP/1.1 ${status} Refused`, 'content-type: application/json', `content-length: ${Buffer.byteLength(text)}`];
  socket.end(`${[...head, `x-correlation-id: ${correlationId}`, 'connection: close'].join('\r\n')}\r\n\r\n${text}`);
}
