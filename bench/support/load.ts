import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { sign } from './payload.ts';

/** Latencies in milliseconds, and how many answers had which status. */
export interface LoadResult {
  seconds: number;
  latencies: number[];
  statuses: Record<number, number>;
}

export interface Target {
  port: number;
  body: Buffer;
}

/** As many deliveries as `connections` keep-alive connections can take, one after the other on each. */
export async function saturate(target: Target, options: { connections: number; seconds: number }): Promise<LoadResult> {
  const head = requestHead(target.body);
  const result: LoadResult = { seconds: 0, latencies: [], statuses: {} };
  const startedAt = performance.now();
  const until = startedAt + options.seconds * 1_000;
  const work = async () => {
    const client = await openClient(target.port);
    while (performance.now() < until) await timed(client, head, target.body, performance.now(), result);
    client.close();
  };
  await Promise.all(Array.from({ length: options.connections }, work));
  result.seconds = (performance.now() - startedAt) / 1_000;
  return result;
}

/**
 * Deliveries at a fixed rate, whether or not the earlier ones have been answered. Latency counts from when a delivery was
 * due, so a server that stalls is charged for all that queue up behind (no coordinated omission).
 */
export async function steady(target: Target, options: { rate: number; seconds: number }): Promise<LoadResult> {
  const head = requestHead(target.body);
  const result: LoadResult = { seconds: options.seconds, latencies: [], statuses: {} };
  const idle: Client[] = [];
  const startedAt = performance.now();
  const running: Promise<void>[] = [];
  const send = async (due: number) => {
    // The one that has been idle for longest: the server closes a connection that is not used for seconds.
    const client = idle.shift() ?? (await openClient(target.port));
    await timed(client, head, target.body, due, result);
    idle.push(client);
  };
  for (let sent = 0; sent < options.rate * options.seconds; ) {
    const due = startedAt + (sent * 1_000) / options.rate;
    if (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, 1));
    else {
      running.push(send(due));
      sent += 1;
    }
  }
  await Promise.all(running);
  for (const client of idle) client.close();
  return result;
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

interface Client {
  /** Sends one request; answers with the status when the whole answer has come. */
  exchange(head: Buffer, body: Buffer): Promise<number>;
  close(): void;
}

async function timed(client: Client, head: HeadMaker, body: Buffer, since: number, result: LoadResult): Promise<void> {
  const status = await client.exchange(head(), body);
  result.latencies.push(performance.now() - since);
  result.statuses[status] = (result.statuses[status] ?? 0) + 1;
}

type HeadMaker = () => Buffer;

/** The signature covers the body only, so one is enough for any number of deliveries with GUIDs of their own. */
function requestHead(body: Buffer): HeadMaker {
  const fixed = [
    'POST /api/github/webhooks HTTP/1.1',
    'Host: 127.0.0.1',
    'Accept: */*',
    'User-Agent: GitHub-Hookshot/044aadd',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'X-GitHub-Event: workflow_run',
    'X-GitHub-Hook-ID: 292430182',
    'X-GitHub-Hook-Installation-Target-ID: 79929171',
    'X-GitHub-Hook-Installation-Target-Type: integration',
    `X-Hub-Signature-256: ${sign(body)}`,
  ].join('\r\n');
  return () => Buffer.from(`${fixed}\r\nX-GitHub-Delivery: ${randomUUID()}\r\n\r\n`, 'latin1');
}

/** A client that costs little: the generator shares the machine with what is measured. */
async function openClient(port: number): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let waiting: PromiseWithResolvers<number> | undefined;
  let text = '';
  const fail = (error?: Error) => waiting?.reject(error ?? new Error('the server closed the connection'));
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    const status = statusOfWhole(text);
    if (status === undefined) return;
    text = '';
    waiting?.resolve(status);
  });
  socket.on('error', fail).on('close', () => fail());
  return {
    exchange: (head, body) => {
      waiting = Promise.withResolvers();
      write(socket, head, body);
      return waiting.promise;
    },
    close: () => socket.destroy(),
  };
}

function write(socket: Socket, head: Buffer, body: Buffer): void {
  socket.cork();
  socket.write(head);
  socket.write(body);
  socket.uncork();
}

/** The status, once the answer is complete; both servers send either a length or chunks. */
function statusOfWhole(text: string): number | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1];
  const whole = length === undefined ? text.endsWith('\r\n0\r\n\r\n') : text.length >= headEnd + 4 + Number(length);
  return whole ? Number(text.slice(9, 12)) : undefined;
}
