import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../src/api/openapi.ts';
import { errorSchema } from '../../../src/api/schemas/error.ts';
import { AUTHORIZED, errorOf, routerUnderTest } from './router-under-test.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

function operations() {
  return Object.entries(openApiDocument().paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ path, method, operation, name: `${method} ${path}` }] : [];
    }),
  );
}

describe('the description of the API', () => {
  it('is served as it is generated, and is the same each time', async () => {
    const response = await routerUnderTest().request('/openapi.json');

    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
    expect(JSON.stringify(openApiDocument())).toBe(JSON.stringify(openApiDocument()));
  });

  it('has every route of the router and no other', () => {
    const routes = routerUnderTest()
      .router.routes.filter(({ method, path }) => method !== 'ALL' && path !== '/openapi.json' && path !== '/docs')
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);

    expect(new Set(operations().map(({ name }) => name))).toEqual(new Set(routes));
  });

  it('refers only to what it has', () => {
    const document = openApiDocument();
    const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
    const missing = [...references].map(([, name]) => name ?? '').filter((name) => !document.components?.schemas?.[name]);

    expect(missing).toEqual([]);
  });

  it('gives each operation an id, a summary, a tag that is described, and its errors', () => {
    const tags = openApiDocument().tags?.map(({ name }) => name) ?? [];
    const ids = operations().map(({ operation }) => operation.operationId);

    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation, name } of operations()) {
      expect(operation.summary, name).toBeTruthy();
      expect(tags, name).toEqual(expect.arrayContaining(operation.tags ?? ['none']));
      expect(Object.keys(operation.responses ?? {}), name).toContain('500');
    }
  });
});

const shared = routerUnderTest();

/** By these, somebody becomes known to the server, or is no longer. */
const OF_STRANGERS = ['beginSignIn', 'completeSignIn', 'endSession'];
const OF_CALLERS = operations().filter(
  ({ path, operation }) => path.startsWith('/api/') && !OF_STRANGERS.includes(operation.operationId ?? ''),
);

describe.each(OF_CALLERS)('$name', ({ path, method, operation }) => {
  const address = path.replace('{id}', '0f8fad5b-d9cb-469f-a165-70867728950e');

  it('wants a key or a session, says so, and looks at it before anything else', async () => {
    const response = await routerUnderTest().request(`${address}?unknown=1`, { method: method.toUpperCase() });

    expect(operation.security).toEqual([{ bearer: [] }, { session: [] }]);
    expect(Object.keys(operation.responses ?? {})).toEqual(expect.arrayContaining(['400', '401', '403', '503']));
    expect(response.status).toBe(401);
  });

  it('refuses unknown query parameters', async () => {
    const init = { method: method.toUpperCase(), headers: { ...AUTHORIZED, 'content-type': 'application/json' } };
    const error = await errorOf(await shared.request(`${address}?unknown=1`, method === 'get' ? init : { ...init, body: '{}' }));

    expect(JSON.stringify(error.details)).toContain('query.unknown');
  });
});

/** Protects that whoever is refused learns why, what to do about it, and under which id the log tells of it. */
describe.each(operations())('$name, when it refuses', ({ path, method, operation }) => {
  const address = path.replaceAll(/\{\w+\}/g, '0f8fad5b-d9cb-469f-a165-70867728950e');
  const body = ['post', 'put', 'patch'].includes(method) ? { body: '{' } : {};
  const json = { 'content-type': 'application/json' };

  it('has a code, a hint and the id of the request', async () => {
    const { request } = shared;
    const answers = [
      await request(address, { method: method.toUpperCase(), headers: json, ...body }),
      await request(`${address}?unknown=1`, { method: method.toUpperCase(), headers: { ...AUTHORIZED, ...json }, ...body }),
      // The database is away, and every id is unknown.
      await request(address, { method: method.toUpperCase(), headers: { ...AUTHORIZED, ...json }, ...body }),
    ];
    const refusals = answers.filter(({ status }) => status >= 400 && !(status === 503 && operation.operationId === 'health'));

    expect(refusals.length).toBeGreaterThan(0);
    for (const answer of refusals) {
      const { error } = errorSchema.parse(await answer.json());
      expect(error.hint).not.toBe('');
      expect(error.correlationId).toBe(answer.headers.get('x-correlation-id'));
    }
  });
});
