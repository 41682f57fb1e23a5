import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';

export interface Listening {
  port: number;
  /** From now on requests are answered by these routes. */
  serve(app: Hono): void;
  close(): Promise<void>;
}

/** Takes a port on 127.0.0.1 before there are routes, because answers carry the address. */
export async function listen(port: number): Promise<Listening> {
  let listener: RequestListener = (_request, response) => {
    response.writeHead(503).end();
  };
  const server = createServer((request, response) => listener(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    serve(app) {
      listener = getRequestListener(app.fetch);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
