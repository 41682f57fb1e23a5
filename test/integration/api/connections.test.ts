import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorSchema } from '../../../src/api/schemas/error.ts';
import { createDatabase, createPool } from '../../../src/store/database.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { AUTHORIZED, type RunningApi, startApi } from './running-api.ts';

interface Sent {
  method?: string;
  path: string;
  headers: Record<string, string>;
  /** What is written before the answer is awaited; the request is never ended when `open`. */
  body?: string;
  open?: boolean;
}

let api: RunningApi;
const pool = createPool({ host: '127.0.0.1', port: 1 }, { max: 1, log: createLog({ level: 'silent' }) });

beforeAll(async () => {
  api = await startApi(createDatabase(pool));
});

afterAll(async () => {
  await api.close();
  await pool.end();
});

/** One request as it is on the wire; `fetch` would mend it. */
async function send({ method = 'POST', path, headers, body = '', open = false }: Sent) {
  const answered = Promise.withResolvers<{ status: number | undefined; body: unknown }>();
  const sending = request(api.origin, { method, path, headers });
  sending.on('response', (response) => {
    json(response).then((answer) => answered.resolve({ status: response.statusCode, body: answer }), answered.reject);
  });
  sending.on('error', answered.reject);
  sending.write(body);
  if (!open) sending.end();
  const answer = await answered.promise;
  sending.destroy();
  return answer;
}

const TRIGGER = { path: '/api/v1/triggers', headers: { ...AUTHORIZED, 'content-type': 'application/json' } };

describe('over a real connection', () => {
  it.each([
    ['announced', { 'content-length': String(3 * 1024 * 1024) }],
    ['chunked', { 'transfer-encoding': 'chunked' }],
  ])('a body over the limit is refused before it has all come: %s', async (_name, framing) => {
    const headers = { ...TRIGGER.headers, ...framing };

    expect(await send({ ...TRIGGER, headers, body: 'x'.repeat(1024 * 1024 + 1), open: true })).toMatchObject({
      status: 413,
      body: { error: { code: 'BODY_TOO_LARGE' } },
    });
  });

  it('the body of a caller without a key is not waited for', async () => {
    const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };

    expect(await send({ ...TRIGGER, headers, body: '{', open: true })).toMatchObject({
      status: 401,
      body: { error: { code: 'API_KEY_MISSING' } },
    });
  });

  it('a chunked body within the limit is read', async () => {
    const headers = { ...TRIGGER.headers, 'transfer-encoding': 'chunked' };
    const body = JSON.stringify({ repository: 'octo-org/widgets', runId: 5 });

    expect(await send({ ...TRIGGER, headers, body })).toMatchObject({ status: 202, body: { runId: 5 } });
  });

  it.each<[string, Sent]>([
    ['a Host that is none', { method: 'GET', path: '/ping', headers: { host: 'a/b@c' } }],
    ['an address that is none', { method: 'GET', path: 'http://[bad/ping', headers: {} }],
  ])('what is no request at all gets the one error format: %s', async (_name, sent) => {
    const { status, body } = await send(sent);

    expect(status).toBe(400);
    expect(errorSchema.parse(body).error.code).toBe('REQUEST_MALFORMED');
  });
});
