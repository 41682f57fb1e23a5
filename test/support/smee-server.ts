import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * A relay that speaks smee.io's protocol, as its own server does (github.com/probot/smee.io, lib/server.js): a channel is made by
 * /new; who listens is sent `ready`, a `ping` every 30 s and each webhook as one message with its headers, body and query.
 */
export interface SmeeServer {
  url: string;
  /** A new channel's address. */
  newChannel(): Promise<string>;
  /** How many listen on any channel. */
  listeners(): number;
  /** Whom GitHub has been answered 200 for, though nobody listened. */
  unheard: number;
  /** Ends all connections, as a restart does. */
  drop(): void;
  /** Sends nothing any more on connections that are there: what a dead router in between looks like. */
  freeze(): void;
  /** Takes no connections, or takes them again. */
  refuse(refused: boolean): void;
  close(): Promise<void>;
}

interface Listener {
  response: ServerResponse;
  channel: string;
  count: number;
  frozen: boolean;
}

export async function startSmeeServer(pingMs = 30_000): Promise<SmeeServer> {
  const listeners = new Set<Listener>();
  const state = { unheard: 0, refusing: false };
  const write = (listener: Listener, event: string | null, data: string) => {
    if (listener.frozen) return;
    listener.response.write(`id: ${listener.count++}\n${event === null ? '' : `event: ${event}\n`}data: ${data}\n\n`);
  };
  const server = createServer(async (request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://smee');
    if (state.refusing) return void response.writeHead(503).end();
    if (pathname === '/new') {
      const location = `http://${request.headers.host}/${randomBytes(12).toString('base64url')}`;
      return void response.writeHead(307, { location }).end();
    }
    if (request.method === 'POST') return relay(request, response, pathname, new URLSearchParams(search));
    if (request.headers.accept !== 'text/event-stream')
      return void response.writeHead(200, { 'content-type': 'text/html' }).end();
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', connection: 'keep-alive' });
    const listener: Listener = { response, channel: pathname, count: 0, frozen: false };
    listeners.add(listener);
    response.on('close', () => listeners.delete(listener));
    write(listener, 'ready', '{}');
  });
  async function relay(request: IncomingMessage, response: ServerResponse, channel: string, query: URLSearchParams) {
    const body: unknown = JSON.parse((await buffer(request)).toString('utf8'));
    const message = { ...request.headers, body, query: Object.fromEntries(query), timestamp: Date.now() };
    const hearing = [...listeners].filter((one) => one.channel === channel);
    if (!hearing.some(({ frozen }) => !frozen)) state.unheard += 1;
    for (const one of hearing) write(one, null, JSON.stringify(message));
    response.writeHead(200).end();
  }
  const ping = setInterval(() => {
    for (const one of listeners) write(one, 'ping', '{}');
  }, pingMs);
  const url = await listen(server);
  return {
    url,
    newChannel: async () => (await fetch(`${url}/new`, { redirect: 'manual' })).headers.get('location') ?? '',
    listeners: () => listeners.size,
    get unheard() {
      return state.unheard;
    },
    drop: () => {
      for (const { response } of listeners) (response.socket as Socket | null)?.destroy();
    },
    freeze: () => {
      for (const listener of listeners) listener.frozen = true;
    },
    refuse: (refused) => {
      state.refusing = refused;
    },
    close: async () => {
      clearInterval(ping);
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

async function listen(server: Server): Promise<string> {
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
