import { OpenAPIHono } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { apiKeyAuthenticator, requireScope, SCOPES } from '../../../src/api/authentication.ts';
import type { AuthenticatedEnv } from '../../../src/api/context.ts';
import { ROLES } from '../../../src/config/api-keys.ts';

describe('API keys', () => {
  const authenticate = apiKeyAuthenticator([
    { role: 'viewer', key: 'the-first-key-of-ours' },
    { role: 'approver', key: 'the-second-key-of-ours' },
  ]);

  it.each(['the-first-key-of-ours', 'the-second-key-of-ours'])('are accepted: %s', async (key) => {
    const caller = await authenticate(`Bearer ${key}`);

    expect(caller.id).toMatch(/^api-key:[0-9a-f]{12}$/);
    expect(caller.id).not.toContain(key);
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
  ])('refuse %s with %s', async (authorization, code) => {
    await expect(authenticate(authorization)).rejects.toMatchObject({ status: 401, code });
  });

  it('carry the rights of their role, and no more', async () => {
    const [viewer, approver] = await Promise.all(
      ['first', 'second'].map((which) => authenticate(`Bearer the-${which}-key-of-ours`)),
    );
    expect(viewer?.scopes).toEqual(
      new Set(['incidents:read', 'builds:read', 'repositories:read', 'approvals:read', 'notifications:read']),
    );
    expect(approver?.scopes.has('approvals:write')).toBe(true);
    // Each role may all that the ones before it may.
    for (const [index, role] of ROLES.entries()) {
      const below = ROLES[index - 1];
      if (below) for (const scope of SCOPES[below]) expect(SCOPES[role].has(scope), `${role} ${scope}`).toBe(true);
    }
    expect(SCOPES.developer.has('approvals:write')).toBe(false);
  });

  it('refuse everybody when none is configured', async () => {
    await expect(apiKeyAuthenticator([])('Bearer anything')).rejects.toMatchObject({ code: 'API_KEYS_NOT_CONFIGURED' });
  });
});

describe('requireScope', () => {
  it('refuses a known caller without the scope', async () => {
    const thrown: unknown[] = [];
    const app = new OpenAPIHono<AuthenticatedEnv>();
    const reader = async () => ({ id: 'reader', scopes: new Set(['incidents:read'] as const) });
    app.get('/read', requireScope(reader, 'incidents:read'), (c) => c.text(c.get('caller').id));
    app.get('/write', requireScope(reader, 'diagnoses:write'), (c) => c.text('written'));
    app.onError((error, c) => {
      thrown.push(error);
      return c.text('refused', 403);
    });

    expect(await (await app.request('/read')).text()).toBe('reader');
    expect(await (await app.request('/write')).text()).toBe('refused');
    expect(thrown).toMatchObject([{ status: 403, code: 'SCOPE_MISSING' }]);
  });
});
