import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSmeeRelay } from '../../../src/intake/smee.ts';
import { createLog } from '../../../src/telemetry/log.ts';

const log = createLog({ level: 'silent' });

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Protects development behind smee: what the channel relays reaches the receiver as GitHub signed it. */
describe('the smee relay', () => {
  let channel: Server;
  let target: Server;
  let channelUrl: string;
  let targetUrl: string;
  let subscriber: Promise<ServerResponse>;
  let received: Promise<{ path: string; headers: Record<string, unknown>; body: string }>;

  beforeEach(async () => {
    const subscribed = Promise.withResolvers<ServerResponse>();
    subscriber = subscribed.promise;
    // smee.io speaks server-sent events: a `ready` event, then one message for each webhook.
    channel = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      response.write('event: ready\ndata: {}\n\n');
      subscribed.resolve(response);
    });
    const arrived = Promise.withResolvers<{ path: string; headers: Record<string, unknown>; body: string }>();
    received = arrived.promise;
    target = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      arrived.resolve({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(202).end();
    });
    [channelUrl, targetUrl] = await Promise.all([listen(channel), listen(target)]);
  });

  afterEach(() => {
    for (const server of [channel, target]) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('hands a webhook on with its headers and the very body that was signed', async () => {
    const relay = await startSmeeRelay({ source: `${channelUrl}/channel`, target: `${targetUrl}/api/github/webhooks`, log });
    const payload = { action: 'completed', text: 'ümlaut', nested: { n: 1 } };
    const guid = randomUUID();
    const signature = `sha256=${createHmac('sha256', 'a secret').update(JSON.stringify(payload)).digest('hex')}`;
    const message = {
      'x-github-event': 'workflow_run',
      'x-github-delivery': guid,
      'x-hub-signature-256': signature,
      body: payload,
    };
    (await subscriber).write(`data: ${JSON.stringify({ ...message, timestamp: 1, query: {} })}\n\n`);
    const { path, headers, body } = await received;
    expect(path).toBe('/api/github/webhooks');
    expect(headers).toMatchObject({
      'x-github-event': 'workflow_run',
      'x-github-delivery': guid,
      'content-type': 'application/json',
    });
    expect(`sha256=${createHmac('sha256', 'a secret').update(body).digest('hex')}`).toBe(headers['x-hub-signature-256']);
    await relay.stop();
  });

  it('says which setting is wrong when the channel does not answer', async () => {
    channel.closeAllConnections();
    channel.close();
    await once(channel, 'close');
    await expect(startSmeeRelay({ source: `${channelUrl}/channel`, target: targetUrl, log })).rejects.toMatchObject({
      code: 'SMEE_UNREACHABLE',
      hint: expect.stringContaining('WEBHOOK_PROXY_URL'),
    });
  });
});
