import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey } from '../../../src/cli/keys.ts';
import { createKeyStore } from '../../../src/store/access/api-keys.ts';
import { createReachDatabase } from '../../../src/store/access/reach.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { insertIncident, insertRepository } from './rows.ts';
import { AUTHORIZED, type RunningApi, startApi } from './running-api.ts';

let test: TestDatabase;
let api: RunningApi;
let now = new Date('2026-11-20T09:30:00.000Z');

beforeAll(async () => {
  test = await createTestDatabase();
  api = await startApi(test.database, () => now, { visible: createReachDatabase(test.pool) });
  for (const id of [1, 2]) {
    await insertRepository(test.database, id, `octo/shop-${id}`);
    await test.pool.query(`update repositories set installation_id = ${id} where id = ${id}`);
    await insertIncident(test.database, { repository_id: id });
  }
});

afterAll(async () => {
  await api.close();
  await test.drop();
});

type Answer = Record<string, unknown> & { error?: { code: string; details?: unknown } };

async function call(method: string, path: string, key: string | null, body?: object): Promise<{ status: number; body: Answer }> {
  const headers = { ...(key === null ? AUTHORIZED : { authorization: `Bearer ${key}` }), 'content-type': 'application/json' };
  const response = await fetch(`${api.origin}/api/v1/${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

async function makeKey(wanted: object, by: string | null = null): Promise<{ id: string; key: string; prefix: string }> {
  const { status, body } = await call('POST', 'keys', by, { name: 'of the tests', role: 'viewer', ...wanted });
  expect(status, JSON.stringify(body)).toBe(201);
  return body as { id: string; key: string; prefix: string };
}

async function repositoriesOf(key: string): Promise<string[]> {
  const { status, body } = await call('GET', 'incidents', key);
  expect(status).toBe(200);
  return (body['items'] as { repository: string }[]).map(({ repository }) => repository);
}

async function audited(): Promise<unknown[]> {
  const { rows } = await test.pool.query('select actor, action, subject from audit order by id desc limit 1');
  return rows;
}

/** Protects what people rely on when they hand a key out: how far it reaches, and that it can be taken back. */
describe('keys over the API', () => {
  it('see the repositories of their installations, end when they are taken back, and are kept as hashes only', async () => {
    const { id, key, prefix } = await makeKey({ installations: [2] });
    expect(key).toMatch(/^rg_[a-z0-9]{8}_[A-Za-z0-9_-]{43}$/);
    expect(await audited()).toMatchObject([{ action: 'key.created', subject: `key:${prefix}` }]);
    expect(await repositoriesOf(key)).toEqual(['octo/shop-2']);
    const { rows } = await test.pool.query('select to_jsonb(api_keys)::text as row from api_keys');
    expect(JSON.stringify(rows)).not.toContain(key.slice(12));

    const revoked = await call('DELETE', `keys/${id}`, null);
    expect(revoked).toMatchObject({ status: 200, body: { revokedAt: now.toISOString() } });
    expect(await audited()).toMatchObject([{ action: 'key.revoked', subject: `key:${prefix}` }]);
    expect(await call('GET', 'incidents', key)).toMatchObject({ status: 401, body: { error: { code: 'API_KEY_REVOKED' } } });
  });

  it('end by themselves, and remember the hour of their last use', async () => {
    const { id, key } = await makeKey({ expiresInDays: 1 });
    await repositoriesOf(key);
    const { body } = await call('GET', 'keys', null);
    expect(body['items']).toContainEqual(expect.objectContaining({ id, lastUsedAt: '2026-11-20T09:00:00.000Z' }));
    now = new Date(now.getTime() + 24 * 3_600_000);
    expect(await call('GET', 'incidents', key)).toMatchObject({ status: 401, body: { error: { code: 'API_KEY_EXPIRED' } } });
  });

  it('can be made by a key only as wide as that one', async () => {
    const admin = await makeKey({ role: 'admin', installations: [1] });
    const other = await makeKey({ role: 'admin', installations: [2] });
    expect(await repositoriesOf((await makeKey({ role: 'developer' }, admin.key)).key)).toEqual(['octo/shop-1']);
    expect(await call('POST', 'keys', admin.key, { name: 'x', role: 'viewer', installations: [1, 2] })).toMatchObject({
      status: 403,
      body: { error: { code: 'KEY_TOO_WIDE', details: { installations: [2] } } },
    });
    const limited = await makeKey({ role: 'admin', scopes: ['keys:write'] });
    expect(await call('POST', 'keys', limited.key, { name: 'x', role: 'viewer' })).toMatchObject({ status: 403 });
    // What sees other installations is neither shown nor taken back.
    const { body } = await call('GET', 'keys', admin.key);
    expect((body['items'] as { id: string }[]).map(({ id }) => id)).not.toContain(other.id);
    expect(await call('DELETE', `keys/${other.id}`, admin.key)).toMatchObject({ status: 404 });
    expect(await repositoriesOf(other.key)).toEqual(['octo/shop-2']);
  });

  it('is made first on the command line', async () => {
    const options = { name: 'first', role: 'admin', expiresInDays: 'never' };
    const { key, created } = await createKey(createKeyStore(test.database), options, now);
    expect(created).toMatchObject({ role: 'admin', installations: null, expiresAt: null, createdBy: 'command-line' });
    expect((await call('GET', 'keys', key)).status).toBe(200);
    for (const wrong of [{ role: 'king' }, { scopes: 'all' }, { installations: 'x' }, { expiresInDays: '0' }]) {
      await expect(createKey(createKeyStore(test.database), { ...options, ...wrong }, now)).rejects.toMatchObject({
        status: 400,
      });
    }
  });
});

describe('tokens over the API', () => {
  it('see no more than their key, and end when it is taken back', async () => {
    const { id, key } = await makeKey({ role: 'developer', installations: [1, 2] });
    const { body } = await call('POST', 'auth/token', key, { scopes: ['incidents:read'], installations: [2, 3] });
    const token = String(body['token']);
    expect(body).toMatchObject({ tokenType: 'Bearer', scopes: ['incidents:read'], installations: [2] });
    expect(await repositoriesOf(token)).toEqual(['octo/shop-2']);
    expect(await call('GET', 'builds', token)).toMatchObject({ status: 403 });
    await call('DELETE', `keys/${id}`, null);
    expect(await call('GET', 'incidents', token)).toMatchObject({ status: 401, body: { error: { code: 'API_KEY_REVOKED' } } });
  });

  it('can take themselves back, and make no others', async () => {
    const { key } = await makeKey({});
    const { body } = await call('POST', 'auth/token', key, { expiresInSeconds: 60 });
    const token = String(body['token']);
    expect(await call('POST', 'auth/token', token, {})).toMatchObject({ body: { error: { code: 'TOKEN_NEEDS_KEY' } } });
    expect(await call('DELETE', `auth/tokens/${body['id']}`, key)).toMatchObject({ status: 404 });
    expect(await call('DELETE', `auth/tokens/${body['id']}`, token)).toMatchObject({ status: 200 });
    expect(await audited()).toMatchObject([{ action: 'token.revoked', subject: `token:${body['id']}` }]);
    expect(await call('GET', 'incidents', token)).toMatchObject({ status: 401, body: { error: { code: 'TOKEN_REVOKED' } } });
  });
});
