import { describe, expect, it } from 'vitest';
import { errorSchema } from '../../../src/api/schemas/error.ts';
import { UnavailableError } from '../../../src/errors.ts';
import { AUTHORIZED, errorOf, NOW, routerUnderTest, triggerRequest, VALID_TRIGGER } from './router-under-test.ts';

const TRIGGERS = '/api/v1/triggers';
const INCIDENTS = '/api/v1/incidents';
const UNKNOWN_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';

interface Case {
  name: string;
  path: string;
  init?: RequestInit;
  status: number;
  code: string;
}

const CASES: Case[] = [
  { name: 'an unknown route', path: '/nope', status: 404, code: 'ROUTE_NOT_FOUND' },
  { name: 'a path that is not valid UTF-8', path: '/%E0%A4%A', status: 404, code: 'ROUTE_NOT_FOUND' },
  { name: 'a wrong method', path: '/ping', init: { method: 'DELETE' }, status: 405, code: 'METHOD_NOT_ALLOWED' },
  { name: 'no key', path: INCIDENTS, status: 401, code: 'API_KEY_MISSING' },
  {
    name: 'a header that is no bearer key',
    path: INCIDENTS,
    init: { headers: { authorization: 'Basic dXNlcjpwYXNz' } },
    status: 401,
    code: 'API_KEY_MALFORMED',
  },
  {
    name: 'an unknown key',
    path: INCIDENTS,
    init: { headers: { authorization: 'Bearer not-the-key' } },
    status: 401,
    code: 'API_KEY_UNKNOWN',
  },
  {
    name: 'an unknown query parameter',
    path: `${INCIDENTS}?x=1`,
    init: { headers: AUTHORIZED },
    status: 400,
    code: 'VALIDATION_FAILED',
  },
  {
    name: 'a query on a route that takes none',
    path: `${TRIGGERS}?dry=1`,
    init: triggerRequest(VALID_TRIGGER),
    status: 400,
    code: 'VALIDATION_FAILED',
  },
  {
    name: 'an id that is no UUID',
    path: `${INCIDENTS}/7`,
    init: { headers: AUTHORIZED },
    status: 400,
    code: 'VALIDATION_FAILED',
  },
  {
    name: 'an incident that is not there',
    path: `${INCIDENTS}/${UNKNOWN_ID}`,
    init: { headers: AUTHORIZED },
    status: 404,
    code: 'INCIDENT_NOT_FOUND',
  },
  { name: 'a body that is not JSON', path: TRIGGERS, init: triggerRequest('{"runId":'), status: 400, code: 'BODY_NOT_JSON' },
  { name: 'an empty body', path: TRIGGERS, init: triggerRequest(''), status: 400, code: 'BODY_NOT_JSON' },
  { name: 'a body that is no object', path: TRIGGERS, init: triggerRequest('[1]'), status: 400, code: 'VALIDATION_FAILED' },
  {
    name: 'another media type',
    path: TRIGGERS,
    init: triggerRequest('a: b', { 'content-type': 'application/yaml' }),
    status: 415,
    code: 'MEDIA_TYPE_UNSUPPORTED',
  },
  {
    name: 'a body over 1 MB',
    path: TRIGGERS,
    init: triggerRequest(`"${'x'.repeat(1024 * 1024)}"`),
    status: 413,
    code: 'BODY_TOO_LARGE',
  },
];

describe('the one error format', () => {
  it.each(CASES)('answers $name with $status $code', async ({ path, init, status, code }) => {
    const response = await routerUnderTest().request(path, init);
    const body = errorSchema.parse(await response.json());

    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(body.error).toMatchObject({ code, timestamp: NOW.toISOString(), path: path.split('?')[0] });
    expect(body.error.correlationId).toBe(response.headers.get('x-correlation-id'));
  });

  it('says in Allow which methods a path takes', async () => {
    const response = await routerUnderTest().request(TRIGGERS, { method: 'PUT' });

    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect((await errorOf(response)).details).toEqual({ allowed: ['POST'] });
  });

  it('names the way to authenticate in a 401', async () => {
    const { request } = routerUnderTest();
    const missing = await request(INCIDENTS);
    const wrong = await request(INCIDENTS, { headers: { authorization: 'Bearer not-the-key' } });

    expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="regreen"');
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer realm="regreen", error="invalid_token"');
  });

  it('tells nothing of an unexpected error but its correlation id, and logs it under that id', async () => {
    const { request, lines } = routerUnderTest({
      incidents: { list: () => Promise.reject(new Error('password=hunter2')), read: async () => null },
    });
    const response = await request(INCIDENTS, { headers: AUTHORIZED });
    const text = await response.text();

    expect(response.status).toBe(500);
    expect(text).not.toContain('hunter2');
    expect(lines()).toMatchObject([
      {
        msg: 'request failed',
        level: 50,
        correlationId: response.headers.get('x-correlation-id'),
        err: { message: 'password=hunter2' },
      },
    ]);
  });

  it('answers 503 while the database is away', async () => {
    const away = new UnavailableError('DATABASE_UNAVAILABLE', 'The database does not answer.');
    const { request } = routerUnderTest({ incidents: { list: () => Promise.reject(away), read: async () => null } });
    const response = await request(INCIDENTS, { headers: AUTHORIZED });

    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await errorOf(response)).toMatchObject({ code: 'DATABASE_UNAVAILABLE', type: 'unavailable' });
  });
});

describe('faults of a request', () => {
  const faultsOf = async (path: string, init: RequestInit) =>
    (await errorOf(await routerUnderTest().request(path, init))).details?.['faults'];

  it('names every field of a query, what was found and what is wanted', async () => {
    expect(
      await faultsOf(`${INCIDENTS}?limit=101&status=red&branch=a&branch=b&cursor=zzz&repository=a%2F..`, { headers: AUTHORIZED }),
    ).toEqual([
      { field: 'query.repository', found: '"a/.."', wanted: 'a repository as owner/name' },
      { field: 'query.status', found: '"red"', wanted: 'one of open, closed' },
      { field: 'query.branch', found: 'an array of 2', wanted: 'a string' },
      { field: 'query.limit', found: '"101"', wanted: 'at most 100' },
      { field: 'query.cursor', found: '"zzz"', wanted: 'the nextCursor of an earlier answer' },
    ]);
  });

  it('names every field of a body', async () => {
    expect(await faultsOf(TRIGGERS, triggerRequest('{"runId":"7","attempt":0,"__proto__":{},"extra":true}'))).toEqual([
      { field: 'body.repository', found: 'nothing', wanted: 'a string' },
      { field: 'body.runId', found: '"7"', wanted: 'a number' },
      { field: 'body.attempt', found: '0', wanted: 'at least 1' },
      { field: 'body.__proto__', found: 'an object', wanted: 'no field of this name' },
      { field: 'body.extra', found: 'true', wanted: 'no field of this name' },
    ]);
  });

  it('stays short whatever was sent', async () => {
    const hostile = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`${'k'.repeat(500)}${index}`, 'v'.repeat(500)]),
    );
    const response = await routerUnderTest().request(TRIGGERS, triggerRequest(JSON.stringify(hostile)));

    expect((await response.text()).length).toBeLessThan(6_000);
  });

  it('survives values that are nested too deep to be written', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;

    expect(await faultsOf(TRIGGERS, triggerRequest(`{"repository":${deep},"runId":1}`))).toEqual([
      { field: 'body.repository', found: 'an array of 1', wanted: 'a string' },
    ]);
  });

  it.each(['a\0b', 'a\u0007b'])('refuses a branch with control characters: %j', async (branch) => {
    expect(await faultsOf(`${INCIDENTS}?branch=${encodeURIComponent(branch)}`, { headers: AUTHORIZED })).toMatchObject([
      { field: 'query.branch', wanted: 'the name of a branch' },
    ]);
  });
});
