import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from './until.ts';

const PROBE_EVERY_MS = 100;
const PROBE_PATIENCE_MS = 5_000;

/**
 * A load balancer as Kubernetes' services and HAProxy are one: in turn to those that say at `/health/ready` that they are ready,
 * over connections that are kept. What one of them does not take is tried nowhere else, as a POST may not be.
 */
export interface Balancer {
  port: number;
  /** Resolves when it has found that one ready and sends to it. */
  add(url: string): Promise<void>;
  close(): Promise<void>;
}

interface Backend {
  url: string;
  agent: Agent;
  isReady: boolean;
}

export async function startBalancer(): Promise<Balancer> {
  const backends: Backend[] = [];
  let turn = 0;
  let isOpen = true;
  const server = createServer((incoming, outgoing) => {
    const ready = backends.filter((backend) => backend.isReady);
    const backend = ready[turn++ % ready.length];
    if (backend) pass(backend, incoming, outgoing);
    else outgoing.writeHead(503).end(JSON.stringify({ fault: 'nobody is ready' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Each for itself: one that does not answer must not keep the others' news back.
  const watching: Promise<void>[] = [];
  const watch = async (backend: Backend) => {
    while (isOpen) {
      backend.isReady = await isReady(backend.url);
      await delay(PROBE_EVERY_MS);
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    add: async (url) => {
      const backend: Backend = { url, agent: new Agent({ keepAlive: true }), isReady: false };
      backends.push(backend);
      watching.push(watch(backend));
      await until(() => backend.isReady, `${url} is ready`);
    },
    close: async () => {
      isOpen = false;
      await Promise.all(watching);
      for (const { agent } of backends) agent.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(PROBE_PATIENCE_MS) });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}

function pass({ url, agent }: Backend, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, headers, url: path } = incoming;
  const { connection: _hopByHop, ...passed } = headers;
  const sending = request(new URL(path ?? '/', url), { agent, method: method ?? 'GET', headers: passed });
  sending.on('response', (answer) => {
    outgoing.writeHead(
      answer.statusCode ?? 502,
      answer.headers['content-type'] ? { 'content-type': answer.headers['content-type'] } : {},
    );
    answer.pipe(outgoing);
  });
  sending.on('error', (error) => {
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502).end(JSON.stringify({ fault: `${url}: ${error.message}` }));
  });
  incoming.pipe(sending);
}
