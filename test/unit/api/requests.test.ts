import { describe, expect, it } from 'vitest';
import { AUTHORIZED, routerUnderTest, triggerRequest, VALID_TRIGGER } from './router-under-test.ts';

describe('the correlation id', () => {
  it.each(['0190f2c4-aaaa', 'trace:1.2_3', 'a'.repeat(128)])('is the X-Request-Id when that is sane: %s', async (id) => {
    const response = await routerUnderTest().request('/ping', { headers: { 'x-request-id': id } });

    expect(response.headers.get('x-correlation-id')).toBe(id);
  });

  it.each(['', 'a b', 'a'.repeat(129), '"quoted"', '-leading', 'ümlaut'])('is a new UUID otherwise: %s', async (id) => {
    const response = await routerUnderTest().request('/ping', { headers: { 'x-request-id': id } });

    expect(response.headers.get('x-correlation-id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});

describe('the log', () => {
  it('has one line for each request, without what the client chose', async () => {
    const { request, lines } = routerUnderTest();
    await request('/api/v1/incidents?branch=secret-branch', { headers: { ...AUTHORIZED, 'x-request-id': 'one' } });
    await request('/some/path/of/the/client', { headers: { 'x-request-id': 'two' } });

    expect(lines()).toMatchObject([
      {
        correlationId: 'one',
        method: 'GET',
        route: '/api/v1/incidents',
        status: 200,
        milliseconds: expect.any(Number),
        level: 30,
      },
      { correlationId: 'two', method: 'GET', route: 'unmatched', status: 404, code: 'ROUTE_NOT_FOUND' },
    ]);
    expect(JSON.stringify(lines())).not.toMatch(/secret-branch|a-key-for-tests|of\/the\/client/);
  });

  it('tells of probes at debug only', async () => {
    const { request, lines } = routerUnderTest();
    await request('/health/live');

    expect(lines()).toMatchObject([{ route: '/health/live', level: 20 }]);
  });

  it('carries the id of the request into what the services log', async () => {
    const seen: string[] = [];
    const { request } = routerUnderTest({
      triggerDiagnosis: async ({ correlationId }) => {
        seen.push(correlationId);
        return { kind: 'queued', taskId: 'task', runId: 7, attempt: 1 };
      },
    });
    await request('/api/v1/triggers', triggerRequest(VALID_TRIGGER, { 'x-request-id': 'from-the-client' }));

    expect(seen).toEqual(['from-the-client']);
  });
});

describe('request metrics', () => {
  it('label by route, never by path', async () => {
    const { request, metricsText } = routerUnderTest();
    await request('/api/v1/incidents/0f8fad5b-d9cb-469f-a165-70867728950e', { headers: AUTHORIZED });
    await request('/made/up', { method: 'PROPFIND' });
    const text = await metricsText();

    expect(text).toContain(
      'regreen_http_request_duration_seconds_count{method="GET",route="/api/v1/incidents/:id",status="404"} 1',
    );
    expect(text).toContain('regreen_http_request_duration_seconds_count{method="other",route="unmatched",status="404"} 1');
    expect(text).not.toMatch(/0f8fad5b|made\/up|PROPFIND/);
  });

  it('are answered as Prometheus text', async () => {
    const response = await routerUnderTest().request('/metrics');

    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await response.text()).toContain('regreen_build_info{version="0.0.0"} 1');
  });
});

describe('security headers', () => {
  it.each(['/', '/nope', '/api/v1/incidents', '/metrics'])('are on every answer: %s', async (path) => {
    const { headers } = await routerUnderTest().request(path);

    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

/** Protects answers from pages of other origins, and people's cookies from being sent by any. */
describe('a page of another origin', () => {
  const ours = 'https://dashboard.example';
  const { request } = routerUnderTest({ corsOrigins: [ours] });
  const from = (origin: string, init: RequestInit = {}) => {
    const headers = { ...AUTHORIZED, origin, ...(init.headers as Record<string, string> | undefined) };
    return request('/api/v1/tasks', { ...init, headers });
  };

  it('reads answers where it is named, also those of errors, and never with cookies', async () => {
    const unknown = { headers: { authorization: 'Bearer a-key-that-nobody-has' } };
    for (const [answer, status] of [
      [await from(ours), 200],
      [await from(ours, unknown), 401],
    ] as const) {
      expect(answer.status).toBe(status);
      expect(answer.headers.get('access-control-allow-origin')).toBe(ours);
      expect(answer.headers.get('vary')?.toLowerCase()).toContain('origin');
      expect(answer.headers.get('access-control-expose-headers')?.toLowerCase()).toContain('retry-after');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  it('may ask before it sends a key or a change', async () => {
    const headers = { 'access-control-request-method': 'DELETE', 'access-control-request-headers': 'authorization' };
    const asked = await from(ours, { method: 'OPTIONS', headers });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-methods')).toContain('DELETE');
    expect(asked.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization');
  });

  it.each(['https://evil.example', 'https://dashboard.example.evil.example', 'http://dashboard.example', 'null'])(
    'is told nothing where it is not: %s',
    async (origin) => {
      for (const method of ['GET', 'OPTIONS']) {
        expect((await from(origin, { method })).headers.get('access-control-allow-origin')).toBeNull();
      }
    },
  );
});
