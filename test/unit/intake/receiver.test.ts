import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../src/errors.ts';
import { type DeliveryRequest, deliver, deliveryHeaders, signBody } from '../../support/deliveries.ts';
import { rawExchange, startReceiver } from './support.ts';

const GUID = '72d3162e-cc78-11e3-81ab-4c9367dc0958';

interface Refusal {
  name: string;
  delivery: DeliveryRequest;
  status: number;
  code: string;
  /** Part of the message. */
  names?: string;
  header?: [string, string];
}

const header = (name: string, value: string | undefined): DeliveryRequest => ({ guid: GUID, headers: { [name]: value } });

const REFUSALS: Refusal[] = [
  { name: 'wrong method', delivery: { method: 'PUT' }, status: 405, code: 'METHOD_NOT_ALLOWED', header: ['allow', 'POST'] },
  { name: 'plain text', delivery: header('content-type', 'text/plain'), status: 415, code: 'MEDIA_TYPE_UNSUPPORTED' },
  {
    name: 'a form, which the App can be set to',
    delivery: header('content-type', 'application/x-www-form-urlencoded'),
    status: 415,
    code: 'MEDIA_TYPE_UNSUPPORTED',
    names: 'not as a form',
  },
  { name: 'no media type', delivery: header('content-type', undefined), status: 415, code: 'MEDIA_TYPE_UNSUPPORTED' },
  { name: 'a compressed body', delivery: header('content-encoding', 'gzip'), status: 415, code: 'ENCODING_UNSUPPORTED' },
  {
    name: 'no event',
    delivery: header('x-github-event', undefined),
    status: 400,
    code: 'HEADER_MISSING',
    names: 'X-GitHub-Event',
  },
  {
    name: 'an impossible event',
    delivery: header('x-github-event', '../x'),
    status: 400,
    code: 'HEADER_INVALID',
    names: 'X-GitHub-Event',
  },
  {
    name: 'an event of 65 letters',
    delivery: header('x-github-event', 'a'.repeat(65)),
    status: 400,
    code: 'HEADER_INVALID',
    names: 'X-GitHub-Event',
  },
  {
    name: 'no GUID',
    delivery: header('x-github-delivery', undefined),
    status: 400,
    code: 'HEADER_MISSING',
    names: 'X-GitHub-Delivery',
  },
  {
    name: 'a GUID that is none',
    delivery: header('x-github-delivery', "1'; drop table deliveries"),
    status: 400,
    code: 'HEADER_INVALID',
    names: 'X-GitHub-Delivery',
  },
  {
    name: 'a GUID of 65 characters',
    delivery: header('x-github-delivery', 'a'.repeat(65)),
    status: 400,
    code: 'HEADER_INVALID',
    names: 'X-GitHub-Delivery',
  },
  {
    name: 'no signature',
    delivery: header('x-hub-signature-256', undefined),
    status: 400,
    code: 'HEADER_MISSING',
    names: 'X-Hub-Signature-256',
  },
  {
    name: 'a signature that is none',
    delivery: header('x-hub-signature-256', 'sha1=00'),
    status: 401,
    code: 'SIGNATURE_INVALID',
  },
  {
    name: 'the signature of another body',
    delivery: header('x-hub-signature-256', signBody('{}')),
    status: 401,
    code: 'SIGNATURE_INVALID',
  },
  { name: 'the default secret of Probot', delivery: { secret: 'development' }, status: 401, code: 'SIGNATURE_INVALID' },
  { name: 'another sender', delivery: header('user-agent', 'curl/8'), status: 400, code: 'USER_AGENT_INVALID' },
  { name: 'no JSON', delivery: { body: 'action=completed' }, status: 400, code: 'NOT_JSON' },
  { name: 'an empty body', delivery: { body: '' }, status: 400, code: 'NOT_JSON' },
  { name: 'a list', delivery: { body: '[]' }, status: 400, code: 'INVALID_PAYLOAD' },
  { name: 'null', delivery: { body: 'null' }, status: 400, code: 'INVALID_PAYLOAD' },
  {
    name: 'a repository without an id',
    delivery: { body: '{"repository":{"name":"a","full_name":"b/a"}}' },
    status: 400,
    code: 'INVALID_PAYLOAD',
  },
  { name: 'an action that is no text', delivery: { body: '{"action":{}}' }, status: 400, code: 'INVALID_PAYLOAD' },
  { name: 'an installation that is a number', delivery: { body: '{"installation":7}' }, status: 400, code: 'INVALID_PAYLOAD' },
];

describe('what the receiver refuses', () => {
  it.each(REFUSALS)('$name: $status $code', async ({ delivery, status, code, names, header: wanted }) => {
    const receiver = await startReceiver();
    const answer = await deliver(receiver.port, delivery);
    expect(answer.status).toBe(status);
    expect(answer.json.error).toMatchObject({
      code,
      path: '/api/github/webhooks',
      message: expect.stringContaining(names ?? ''),
    });
    expect(answer.headers['x-correlation-id']).toBe(answer.json.error?.correlationId);
    if (wanted) expect(answer.headers[wanted[0]]).toBe(wanted[1]);
    expect(receiver.inserted).toEqual([]);
    expect(receiver.accepted).toEqual([]);
    expect(receiver.outcomes).toEqual([code]);
  });

  it('tells a refusal under the GUID where there is a good one, else under a fresh UUID', async () => {
    const receiver = await startReceiver();
    const known = await deliver(receiver.port, { guid: GUID, headers: { 'x-github-event': undefined } });
    const unknown = await deliver(receiver.port, { headers: { 'x-github-delivery': 'not one' } });
    expect(known.json.error?.correlationId).toBe(GUID);
    expect(unknown.json.error?.correlationId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('never writes any part of a refused body, or of a hostile header, into the log', async () => {
    const receiver = await startReceiver();
    await deliver(receiver.port, { body: '{"password":"hunter2"', headers: { 'x-hub-signature-256': signBody('other') } });
    await deliver(receiver.port, { body: 'hunter2 is no JSON' });
    await deliver(receiver.port, { body: '{"repository":"hunter2"}' });
    await deliver(receiver.port, { headers: { 'x-github-event': 'hunter2!', 'user-agent': 'GitHub-Hookshot/hunter2' } });
    expect(receiver.logged().match(/delivery refused/g)).toHaveLength(4);
    expect(receiver.logged()).not.toContain('hunter2');
  });
});

describe('what the receiver accepts', () => {
  it('answers 202 with the id and hands over the very bytes', async () => {
    const receiver = await startReceiver();
    // Escapes of a NUL and a lone surrogate, and spaces that a parser would lose.
    const body = '{ "action":"completed",  "text":"\\u0000 \\ud800 é" }';
    const answer = await deliver(receiver.port, { guid: GUID, body });
    expect(answer).toMatchObject({ status: 202, json: { status: 'accepted', deliveryId: GUID, event: 'workflow_run' } });
    expect(answer.json).not.toHaveProperty('duplicate');
    expect(answer.headers['x-correlation-id']).toBe(GUID);
    expect(receiver.inserted).toEqual([{ guid: GUID, event: 'workflow_run', body: Buffer.from(body) }]);
    expect(receiver.accepted).toEqual([GUID]);
    expect(receiver.outcomes).toEqual(['accepted']);
  });

  it('says duplicate the second time, and hands nothing over', async () => {
    const receiver = await startReceiver();
    await deliver(receiver.port, { guid: GUID });
    const again = await deliver(receiver.port, { guid: GUID });
    expect(again).toMatchObject({ status: 202, json: { duplicate: true } });
    expect(receiver.accepted).toEqual([GUID]);
  });

  it('accepts every secret that is valid while one is replaced', async () => {
    const receiver = await startReceiver({ webhookSecrets: ['new-secret', 'old-secret'] });
    expect((await deliver(receiver.port, { secret: 'new-secret' })).status).toBe(202);
    expect((await deliver(receiver.port, { secret: 'old-secret' })).status).toBe(202);
    expect((await deliver(receiver.port, { secret: 'older-secret' })).status).toBe(401);
  });

  it('answers 202 even when handing over fails: the delivery is stored', async () => {
    const receiver = await startReceiver({
      onAccepted: () => {
        throw new Error('queue away');
      },
    });
    expect((await deliver(receiver.port)).status).toBe(202);
    expect(receiver.logged()).toContain('delivery stored but not queued');
  });

  it('serves the path with a query, and no other path', async () => {
    const receiver = await startReceiver();
    expect((await deliver(receiver.port, { path: '/api/github/webhooks?x=1' })).status).toBe(202);
    expect((await deliver(receiver.port, { path: '/api/github/webhooksx' })).status).toBe(404);
  });

  it('refuses to exist without a secret', async () => {
    await expect(startReceiver({ webhookSecrets: [] })).rejects.toThrow(RangeError);
    await expect(startReceiver({ webhookSecrets: [''] })).rejects.toThrow(RangeError);
  });
});

describe('when the store can not take it', () => {
  it('answers 503 with Retry-After', async () => {
    const receiver = await startReceiver({
      deliveries: { insert: () => Promise.reject(new UnavailableError('STORE_UNAVAILABLE', 'away')) },
    });
    const answer = await deliver(receiver.port, { guid: GUID });
    expect(answer).toMatchObject({ status: 503, json: { error: { code: 'STORE_UNAVAILABLE', correlationId: GUID } } });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(receiver.accepted).toEqual([]);
  });

  it('answers 500 without the message of an error that is not its own', async () => {
    const receiver = await startReceiver({ deliveries: { insert: () => Promise.reject(new Error('secret detail')) } });
    const answer = await deliver(receiver.port);
    expect(answer).toMatchObject({ status: 500, json: { error: { code: 'INTERNAL' } } });
    expect(answer.text).not.toContain('secret detail');
  });
});

describe('bodies that are too large, too slow or cut off', () => {
  const limits = { bodyBytes: 1_000 };
  const head = (fields: Record<string, string>) =>
    `POST /api/github/webhooks HTTP/1.1\r\nHost: a\r\n${Object.entries(fields)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`;
  const chunked = (): Record<string, string> => {
    const { 'content-length': _length, ...fields } = deliveryHeaders({}, '{}');
    return { ...fields, 'transfer-encoding': 'chunked' };
  };

  it('refuses by the declared length before reading', async () => {
    const receiver = await startReceiver({ limits });
    // Nothing of the body is ever sent.
    const answer = await rawExchange(receiver.port, head({ ...deliveryHeaders({}, '{}'), 'content-length': '1001' }));
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  it('counts a chunked body while it comes, answers, and closes', async () => {
    const receiver = await startReceiver({ limits });
    const chunk = `200\r\n${'x'.repeat(0x200)}\r\n`;
    const answer = await rawExchange(receiver.port, head(chunked()), chunk, chunk, chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('BODY_TOO_LARGE');
    expect(receiver.outcomes).toEqual(['BODY_TOO_LARGE']);
  });

  it('lets a sender that is still sending read the answer', async () => {
    const receiver = await startReceiver({ limits });
    const answer = await rawExchange(
      receiver.port,
      head({ ...deliveryHeaders({}, '{}'), 'content-length': '4000000' }),
      Buffer.alloc(4_000_000),
    );
    expect(answer).toContain('BODY_TOO_LARGE');
  });

  it('accepts a body of exactly the limit, and a chunked one', async () => {
    const receiver = await startReceiver({ limits });
    const body = `{"a":"${'x'.repeat(1_000 - 8)}"}`;
    expect((await deliver(receiver.port, { body })).status).toBe(202);
    const small = await rawExchange(receiver.port, head({ ...chunked(), connection: 'close' }), '1\r\n{\r\n1\r\n}\r\n0\r\n\r\n');
    expect(small).toMatch(/^HTTP\/1\.1 202 /);
  });

  it('gives up a body that does not arrive in time', async () => {
    const receiver = await startReceiver({ limits: { bodyTimeoutMs: 50 } });
    const answer = await rawExchange(receiver.port, head(deliveryHeaders({}, '{"a":1}')), '{');
    expect(answer).toContain('BODY_TIMEOUT');
  });

  it('gives up headers that do not arrive in time', async () => {
    const receiver = await startReceiver({}, { headersTimeoutMs: 50 });
    const answer = await rawExchange(receiver.port, 'POST /api/github/webhooks HTTP/1.1\r\nHost: a\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('REQUEST_TIMEOUT');
  });

  it('forgets a body whose sender hangs up', async () => {
    const receiver = await startReceiver({ limits: { bodiesBytes: 100 } });
    for (let times = 1; times <= 3; times++) {
      const socket = connect(receiver.port, '127.0.0.1');
      socket.write(head({ ...deliveryHeaders({}, '{}'), 'content-length': '90' }) + 'x'.repeat(80), () => socket.destroy());
      while (receiver.outcomes.length < times) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(new Set(receiver.outcomes)).toEqual(new Set(['SENDER_GONE']));
    expect((await deliver(receiver.port, { body: `{"a":"${'x'.repeat(80)}"}` })).status).toBe(202);
  });

  it('bounds what all bodies hold at once, and gives it back', async () => {
    const receiver = await startReceiver({ limits: { bodiesBytes: 100 } });
    expect((await deliver(receiver.port, { body: `{"a":"${'x'.repeat(200)}"}` })).json.error?.code).toBe('BODIES_BUSY');
    for (let times = 0; times < 5; times++)
      expect((await deliver(receiver.port, { body: `{"a":"${'x'.repeat(80)}"}` })).status).toBe(202);
  });

  it('names a missing Host in the one error format', async () => {
    const receiver = await startReceiver();
    const answer = await rawExchange(receiver.port, 'POST /api/github/webhooks HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('HOST_MISSING');
  });

  it.each([
    ['what is not HTTP', 'GARBAGE\r\n\r\n', '400', 'NOT_HTTP'],
    ['too many bytes of headers', `POST / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, '431', 'HEADERS_TOO_LARGE'],
    [
      'two lengths (request smuggling)',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      '400',
      'NOT_HTTP',
    ],
  ])('answers %s in the one error format', async (_name, sent, status, code) => {
    const receiver = await startReceiver();
    const answer = await rawExchange(receiver.port, sent);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain(code);
  });
});

describe('who may send, and how much', () => {
  it('answers only for its own host names', async () => {
    const receiver = await startReceiver({ allowedHosts: ['regreen.example'] });
    expect((await deliver(receiver.port, { headers: { host: 'Regreen.example:443' } })).status).toBe(202);
    expect((await deliver(receiver.port, { headers: { host: 'evil.example' } })).status).toBe(421);
  });

  it.each([
    ['blocked', { blockedClients: ['127.0.0.0/8'] }, 403],
    ['not on the list', { allowedClients: ['192.0.2.0/24'] }, 403],
    ['on the list', { allowedClients: ['127.0.0.1'] }, 202],
    ['vouched for by a trusted proxy', { trustedProxies: ['127.0.0.1'], allowedClients: ['192.0.2.0/24'] }, 202],
    ['claiming to be another without a trusted proxy', { allowedClients: ['192.0.2.0/24'] }, 403],
  ])('a client that is %s', async (_name, options, status) => {
    const receiver = await startReceiver(options);
    expect((await deliver(receiver.port, { headers: { 'x-forwarded-for': '192.0.2.7' } })).status).toBe(status);
  });

  it('answers 429 with Retry-After above rate and burst', async () => {
    const receiver = await startReceiver({ limits: { requestsPerSecond: 1, burst: 2, burstSeconds: 60 } });
    const answers = await Promise.all(Array.from({ length: 8 }, () => deliver(receiver.port)));
    const refused = answers.filter((answer) => answer.status === 429);
    // One or, across the turn of a second, two by rate, two by burst.
    expect(refused.length).toBeGreaterThanOrEqual(4);
    expect(refused.length).toBeLessThanOrEqual(5);
    expect(refused[0]?.json.error?.code).toBe('CLIENT_LIMIT');
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('blocks a client for a while after wrong signatures, and only that one', async () => {
    const receiver = await startReceiver({ trustedProxies: ['127.0.0.1'], limits: { badSignatures: 2, blockSeconds: 60 } });
    const from = (address: string, secret?: string) =>
      deliver(receiver.port, { ...(secret ? { secret } : {}), headers: { 'x-forwarded-for': address } });
    for (let times = 0; times < 3; times++) expect((await from('192.0.2.1', 'wrong')).status).toBe(401);
    expect(await from('192.0.2.1')).toMatchObject({ status: 429, json: { error: { code: 'CLIENT_BLOCKED' } } });
    expect((await from('192.0.2.2')).status).toBe(202);
  });

  it('does not let an attacker behind the same proxy shut GitHub out', async () => {
    const receiver = await startReceiver({ limits: { badSignatures: 2, blockSeconds: 60 } });
    for (let times = 0; times < 6; times++) {
      expect((await deliver(receiver.port, { secret: 'wrong' })).status).toBe(401);
      expect((await deliver(receiver.port)).status).toBe(202);
    }
  });

  it('answers 503 above the limit of requests at once, and takes up again', async () => {
    const held: (() => void)[] = [];
    const receiver = await startReceiver({
      limits: { requestsAtOnce: 2 },
      deliveries: { insert: () => new Promise((resolve) => held.push(() => resolve('stored'))) },
    });
    const first = [deliver(receiver.port), deliver(receiver.port)];
    while (held.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(await deliver(receiver.port)).toMatchObject({ status: 503, json: { error: { code: 'REQUESTS_BUSY' } } });
    for (const release of held.splice(0)) release();
    expect((await Promise.all(first)).map((answer) => answer.status)).toEqual([202, 202]);
    const next = deliver(receiver.port, { guid: randomUUID() });
    while (held.length < 1) await new Promise((resolve) => setImmediate(resolve));
    held[0]?.();
    expect((await next).status).toBe(202);
  });
});
