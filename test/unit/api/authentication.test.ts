import { OpenAPIHono } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { keyCaller } from '../../../src/api/access/callers.ts';
import { createTokenSigner } from '../../../src/api/access/tokens.ts';
import { type Authenticator, createAuthenticator, requireScope, SCOPES } from '../../../src/api/authentication.ts';
import type { AuthenticatedEnv } from '../../../src/api/context.ts';
import { ROLES } from '../../../src/config/api-keys.ts';
import { createApiKey } from '../../../src/config/secret-keys.ts';
import type { StoredKey } from '../../../src/store/access/api-keys.ts';
import { currentReach } from '../../../src/store/access/reach.ts';

const NOW = new Date('2026-11-20T09:30:00.000Z');
const LATER = new Date(NOW.getTime() + 60_000);

/** The authenticator with two configured keys and one that is kept. */
function authenticating(changes: Partial<StoredKey> = {}, now = NOW) {
  const { key, prefix, hash } = createApiKey();
  const stored: StoredKey = {
    id: '9b2e4c1a-6d0f-4b7e-8f13-52a7c1d90e46',
    name: 'of the tests',
    prefix,
    role: 'developer',
    scopes: null,
    installations: [1, 2],
    createdAt: NOW,
    createdBy: 'somebody',
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    revokedBy: null,
    ...changes,
  };
  const revoked = new Set<string>();
  const signer = (secrets: string[]) => createTokenSigner({ secrets, fallback: 'fallback', now: () => now });
  const services = (tokenSigner = signer([])) => ({
    apiKeys: [
      { role: 'viewer' as const, key: 'the-first-key-of-ours' },
      { role: 'approver' as const, key: 'the-second-key-of-ours' },
    ],
    keys: {
      byHash: async (wanted: Buffer) => (wanted.equals(hash) ? stored : null),
      byId: async (id: string) => (id === stored.id ? stored : null),
      list: async () => [stored],
      create: async () => stored,
      revoke: async () => stored,
      noteUse: async () => undefined,
    },
    tokens: { isRevoked: async (id: string) => revoked.has(id), revoke: async () => undefined, noteIssue: async () => undefined },
    tokenSigner,
    limits: { diagnosesPerHour: 1, approvalsPerHour: 1, fixesPerHour: 1, requestsPerMinute: 3 },
    trustedProxies: ['10.0.0.0/8'],
    signIn: null,
    publicUrl: null,
    now: () => now,
  });
  const by =
    ({ identify }: Authenticator) =>
    (bearer: string) =>
      identify({ authorization: `Bearer ${bearer}`, address: '192.0.2.1' });
  return {
    key,
    stored,
    revoked,
    signer,
    services,
    authenticate: createAuthenticator(services()),
    bearer: by(createAuthenticator(services())),
    by,
  };
}

describe('configured keys', () => {
  const { authenticate } = authenticating();

  it.each(['the-first-key-of-ours', 'the-second-key-of-ours'])('are accepted: %s', async (key) => {
    const caller = await authenticate.identify({ authorization: `Bearer ${key}`, address: '192.0.2.1' });

    expect(caller.id).toMatch(/^api-key:[0-9a-f]{12}$/);
    expect(caller.id).not.toContain(key);
    expect(caller.reach('builds:read')).toBe('everything');
  });

  it.each([
    [undefined, 'API_KEY_MISSING'],
    ['', 'API_KEY_MALFORMED'],
    ['Bearer ', 'API_KEY_MALFORMED'],
    ['the-first-key-of-ours', 'API_KEY_MALFORMED'],
    ['Bearer the-first-key-of-ours extra', 'API_KEY_MALFORMED'],
    [`Bearer ${'x'.repeat(5_000)}`, 'API_KEY_MALFORMED'],
    ['Bearer the-first-key-of-our', 'API_KEY_UNKNOWN'],
    ['Bearer the-first-key-of-ours2', 'API_KEY_UNKNOWN'],
    ['Bearer The-First-Key-Of-Ours', 'API_KEY_UNKNOWN'],
    [`Bearer ${createApiKey().key}`, 'API_KEY_UNKNOWN'],
    ['Bearer eyJhbGciOiJub25lIn0.e30.x', 'TOKEN_INVALID'],
  ])('refuse %s with %s', async (authorization, code) => {
    await expect(authenticate.identify({ authorization, address: '192.0.2.1' })).rejects.toMatchObject({ status: 401, code });
  });

  it('carry the rights of their role: each all that the ones before it have', () => {
    for (const [index, role] of ROLES.entries()) {
      const below = ROLES[index - 1];
      if (below) for (const scope of SCOPES[below]) expect(SCOPES[role].has(scope), `${role} ${scope}`).toBe(true);
    }
    expect([...SCOPES.viewer].filter((scope) => scope.endsWith(':write'))).toEqual(['tokens:write']);
    expect(SCOPES.developer.has('approvals:write')).toBe(false);
    expect(SCOPES.approver.has('keys:read')).toBe(false);
  });
});

describe('kept keys', () => {
  it('are accepted with the rights of their role in their installations', async () => {
    const { bearer, key, stored } = authenticating();
    const caller = await bearer(key);

    expect(caller).toMatchObject({ id: `api-key:${stored.prefix}`, scopes: SCOPES.developer });
    expect(caller.reach('builds:read')).toEqual({ installations: [1, 2] });
  });

  it('have no more than their scopes, of which unknown ones and those above the role are none', async () => {
    const { bearer, key } = authenticating({ scopes: ['builds:read', 'keys:write', 'of-an-older-version'] });
    expect((await bearer(key)).scopes).toEqual(new Set(['builds:read']));
  });

  it.each([
    ['API_KEY_REVOKED', { revokedAt: NOW }],
    ['API_KEY_EXPIRED', { expiresAt: NOW }],
  ])('are refused with %s', async (code, changes) => {
    const { bearer, key } = authenticating(changes);
    await expect(bearer(key)).rejects.toMatchObject({ status: 401, code });
  });
});

describe('tokens', () => {
  const claims = (keyId: string) => ({
    keyId,
    scopes: ['builds:read', 'approvals:write'],
    installations: [2, 3],
    expiresAt: LATER,
  });

  it('may what their key may, less what they leave out', async () => {
    const { bearer, signer, stored } = authenticating();
    const caller = await bearer((await signer([]).issue(claims(stored.id))).token);

    expect(caller).toMatchObject({ kind: 'token', id: `api-key:${stored.prefix}`, expiresAt: LATER });
    expect(caller.scopes).toEqual(new Set(['builds:read']));
    expect(caller.reach('builds:read')).toEqual({ installations: [2] });
  });

  it('end with their key, and when they are taken back', async () => {
    const taken = authenticating({ revokedAt: NOW });
    await expect(taken.bearer((await taken.signer([]).issue(claims(taken.stored.id))).token)).rejects.toMatchObject({
      code: 'API_KEY_REVOKED',
    });
    const { bearer, signer, stored, revoked } = authenticating();
    const { token, id } = await signer([]).issue(claims(stored.id));
    revoked.add(id);
    await expect(bearer(token)).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    await expect(bearer((await signer([]).issue(claims('configured:0123456789ab'))).token)).rejects.toMatchObject({
      code: 'API_KEY_UNKNOWN',
    });
  });

  it('are refused when they are over, changed, or signed with a secret that was dropped', async () => {
    const { by, services, signer, stored } = authenticating();
    const [older, newer] = ['o', 'n'].map((letter) => letter.repeat(43)) as [string, string];
    const { token } = await signer([older]).issue(claims(stored.id));
    const read = (secrets: string[], text = token) => by(createAuthenticator(services(signer(secrets))))(text);

    // While both are there, both count.
    expect((await read([newer, older])).kind).toBe('token');
    await expect(read([newer])).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    const [head = '', body = '', signature = ''] = token.split('.');
    const changed = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    await expect(read([older], `${head}.${body}.${changed}`)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    const forged = Buffer.from(JSON.stringify({ sub: stored.id })).toString('base64url');
    await expect(read([older], `${head}.${forged}.${signature}`)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    const over = authenticating({}, new Date(LATER.getTime() + 1_000));
    await expect(over.bearer((await authenticating().signer([]).issue(claims(stored.id))).token)).rejects.toMatchObject({
      code: 'TOKEN_EXPIRED',
    });
  });
});

describe('callers', () => {
  it('may ask so often in a minute, and those without a key that is known not for ever', async () => {
    const { key, bearer } = authenticating();
    for (let asked = 0; asked < 3; asked++) await bearer(key);
    await expect(bearer(key)).rejects.toMatchObject({ status: 429, code: 'RATE_LIMIT_EXCEEDED', details: { limit: 3 } });
    // Another caller is not held up by that.
    expect((await bearer('the-second-key-of-ours')).kind).toBe('key');

    for (let failed = 0; failed < 60; failed++) await expect(bearer('guess')).rejects.toMatchObject({ status: 401 });
    await expect(bearer('guess')).rejects.toMatchObject({ status: 429 });
    expect((await bearer('the-second-key-of-ours')).kind).toBe('key');
  });
});

describe('requireScope', () => {
  it('refuses a known caller without the scope, and lets what follows see the rows of the others only', async () => {
    const thrown: unknown[] = [];
    const app = new OpenAPIHono<AuthenticatedEnv>();
    const scopes = new Set(['incidents:read'] as const);
    const identify = async () => keyCaller({ id: 'reader', keyId: '', scopes, installations: [7], expiresAt: null });
    const reader = { identify, addressOf: () => '192.0.2.1', peerAddress: () => '192.0.2.1', holderOf: identify };
    app.get('/read', requireScope(reader, 'incidents:read'), (c) => c.json({ id: c.get('caller').id, reach: currentReach() }));
    app.get('/write', requireScope(reader, 'diagnoses:write'), (c) => c.text('written'));
    app.onError((error, c) => {
      thrown.push(error);
      return c.text('refused', 403);
    });

    expect(await (await app.request('/read')).json()).toEqual({ id: 'reader', reach: { installations: [7] } });
    expect(await (await app.request('/write')).text()).toBe('refused');
    expect(thrown).toMatchObject([{ status: 403, code: 'SCOPE_MISSING' }]);
  });
});
