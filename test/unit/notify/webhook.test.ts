import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sendToWebhook, webhookBody } from '../../../src/notify/channels/webhook.ts';
import type { SafeFetch } from '../../../src/notify/outgoing/safe-fetch.ts';
import { isSigningSecret, signatureHeaders } from '../../../src/notify/standard-webhooks.ts';
import { aDelivery, blameOf, localFetch } from './deliveries.ts';

const SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

/** Protects receivers: what we sign is what the specification's own package accepts. */
describe('a signature', () => {
  it('is accepted by the package of Standard Webhooks, and no other is', () => {
    const parts = fc.tuple(fc.uuid(), fc.json(), fc.uint8Array({ minLength: 24, maxLength: 64 }));
    fc.assert(
      fc.property(parts, ([id, body, key]) => {
        const secret = `whsec_${Buffer.from(key).toString('base64')}`;
        expect(isSigningSecret(secret)).toBe(true);
        const headers = signatureHeaders({ id, at: new Date(), body }, secret);
        expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
        expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
        expect(() => new Webhook(SECRET).verify(body, headers)).toThrow();
      }),
    );
  });

  it.each(['', 'whsec_', 'whsec_short', `whsec_${'A'.repeat(100)}`, SECRET.slice(6), `whsec_${'!'.repeat(40)}`])(
    'needs a secret of its form, not %j',
    (text) => expect(isSigningSecret(text)).toBe(false),
  );
});

/** Protects what is made of each way in which a receiver can fail. */
describe('a receiver', () => {
  let server: Server;
  let url: string;
  let safe: SafeFetch;
  let impatient: SafeFetch;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const seen: { headers: Record<string, string>; body: string }[] = [];

  beforeAll(async () => {
    [safe, impatient] = [localFetch(), localFetch(500)];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString() });
        answer(request, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  beforeEach(() => void seen.splice(0));
  afterAll(async () => {
    await Promise.all([safe.close(), impatient.close()]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const send = (by = safe) => sendToWebhook(by, { url, signingSecret: SECRET }, { ...aDelivery(), now: new Date() });

  it('gets a signed message that says all, with one id for all attempts', async () => {
    answer = (_request, response) => void response.writeHead(500).end();
    expect(await blameOf(send())).toBe('WEBHOOK_HTTP_500 again');
    answer = (_request, response) => void response.writeHead(204).end();
    expect(await blameOf(send())).toBe('sent');
    const told = seen.map(({ headers, body }) => new Webhook(SECRET).verify(body, headers) as Record<string, unknown>);
    expect(new Set(seen.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(told[1]).toMatchObject({
      type: 'regreen.went-red',
      data: {
        title: 'octo/shop main went red',
        changes: [{ kind: 'went-red', repository: 'octo/shop', incident: { branch: 'main' } }],
      },
    });
  });

  it.each<[string, (response: ServerResponse) => void, string]>([
    [
      'redirects to a secret place',
      (response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      'WEBHOOK_REDIRECTED again',
    ],
    ['has moved for good', (response) => void response.writeHead(308, { location: url }).end(), 'WEBHOOK_REDIRECTED again'],
    ['is gone', (response) => void response.writeHead(410).end(), 'WEBHOOK_GONE channel'],
    ['refuses', (response) => void response.writeHead(400).end('no'), 'WEBHOOK_HTTP_400 again'],
    ['knows us not', (response) => void response.writeHead(401).end(), 'WEBHOOK_HTTP_401 again'],
    [
      'has too much to do',
      (response) => void response.writeHead(429, { 'retry-after': '12' }).end(),
      'WEBHOOK_HTTP_429 again 12',
    ],
    ['is away for now', (response) => void response.writeHead(503, { 'retry-after': 'soon' }).end(), 'WEBHOOK_HTTP_503 again'],
    ['never answers', () => undefined, 'ANSWER_TOO_LATE again'],
    ['begins and never ends', (response) => void response.writeHead(200).write('{'), 'ANSWER_TOO_LATE again'],
    ['ends the connection', (response) => void response.destroy(), 'UND_ERR_SOCKET again'],
    ['says too much', (response) => void response.writeHead(200).end('x'.repeat(60_000)), 'ANSWER_TOO_LARGE again'],
  ])('that %s', async (_what, how, expected) => {
    answer = (_request, response) => how(response);
    expect(await blameOf(send(expected.startsWith('ANSWER_TOO_LATE') ? impatient : safe))).toBe(expected);
    expect(seen).toHaveLength(1);
  });

  it('is told of at most a hundred changes, and of how many more there are', () => {
    const delivery = aDelivery();
    const [story] = delivery.stories;
    if (!story) throw new Error('there is a story');
    const body = JSON.parse(webhookBody({ ...delivery, stories: Array.from({ length: 130 }, () => story) }));
    expect([body.type, body.data.changes.length, body.data.earlierChanges]).toEqual(['regreen.went-red', 100, 30]);
  });
});
