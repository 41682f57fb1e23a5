import { describe, expect, it } from 'vitest';
import { COOKIE_NAMES } from '../../../src/api/access/cookies.ts';
import type { ApprovalRequest, ApprovalResult } from '../../../src/api/services.ts';
import { ROLES } from '../../../src/config/api-keys.ts';
import type { ApprovalView } from '../../../src/store/approvals/approval-views.ts';
import { signInOf } from '../../support/example-sign-in.ts';
import { errorOf, routerUnderTest } from './router-under-test.ts';

const OWN = 'https://regreen.example';
const MONA = 'mona'.padEnd(43, '-');
const ID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const keyOf = (role: string) => `key-of-the-${role}-in-tests`;
const apiKeys = ROLES.map((role) => ({ role, key: keyOf(role) }));

function post(role: string, body: unknown = {}): RequestInit {
  return {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${keyOf(role)}`, 'content-type': 'application/json' },
  };
}

/** Protects that only keys with the right role decide, and that a word without effect is told as one. */
describe('POST /api/v1/approvals/{id}/approve and /reject', () => {
  it.each(['viewer', 'developer'])('are not for a %s', async (role) => {
    const heard: ApprovalRequest[] = [];
    const decideApproval = async (request: ApprovalRequest): Promise<ApprovalResult> => {
      heard.push(request);
      return { kind: 'done' };
    };
    const { request } = routerUnderTest({ apiKeys, decideApproval });
    for (const verb of ['approve', 'reject']) {
      const response = await request(`/api/v1/approvals/${ID}/${verb}`, post(role));
      expect(response.status).toBe(403);
      expect(await errorOf(response)).toMatchObject({
        code: 'SCOPE_MISSING',
        hint: 'It needs the role approver or a higher one, and this scope.',
      });
    }
    expect(heard).toEqual([]);
  });

  it('hand the word over with the key that says it, and its reason', async () => {
    const heard: ApprovalRequest[] = [];
    const { request } = routerUnderTest({
      apiKeys,
      publicUrl: OWN,
      signIn: signInOf({ [MONA]: { 1: 'approver' } }),
      // The view of it is looked at for whether there is one only.
      approvals: { list: async () => ({ items: [], next: null }), read: async () => ({}) as ApprovalView },
      decideApproval: async (one) => {
        heard.push(one);
        return { kind: 'unknown' };
      },
    });
    const response = await request(`/api/v1/approvals/${ID}/reject`, post('approver', { reason: 'not now' }));
    expect(response.status).toBe(404);
    const page = { cookie: `${COOKIE_NAMES.session}=${MONA}`, origin: OWN, 'content-type': 'application/json' };
    await request(`/api/v1/approvals/${ID}/approve`, { method: 'POST', body: '{}', headers: page });
    expect(heard).toEqual([
      {
        id: ID,
        to: 'rejected',
        reason: 'not now',
        requestedBy: expect.stringMatching(/^api-key:[0-9a-f]{12}$/),
        isPerson: false,
      },
      // GitHub is asked what this one may.
      { id: ID, to: 'approved', reason: null, requestedBy: `login-${MONA.slice(0, 8)}`, isPerson: true },
    ]);
  });

  it.each([
    ['decided', 'APPROVAL_DECIDED'],
    ['expired', 'APPROVAL_EXPIRED'],
    ['moved-on', 'APPROVAL_OUTDATED'],
    ['ended', 'APPROVAL_ENDED'],
    ['stopped', 'PULL_REQUEST_STOPPED'],
    ['own-change', 'APPROVAL_OF_OWN_CHANGE'],
  ] as const)('answer 409 to a word that is %s', async (why, code) => {
    const { request } = routerUnderTest({
      apiKeys,
      decideApproval: async () => ({ kind: 'refused', why, state: 'rejected', decidedBy: 'mona' }),
    });
    const response = await request(`/api/v1/approvals/${ID}/approve`, post('admin'));
    expect(response.status).toBe(409);
    expect(await errorOf(response)).toMatchObject({ code, type: 'conflict', details: { state: 'rejected', decidedBy: 'mona' } });
  });

  it('refuse what is not asked for, and more than the limit in an hour', async () => {
    const { request } = routerUnderTest({
      apiKeys,
      limits: { diagnosesPerHour: 50, approvalsPerHour: 1, fixesPerHour: 100, requestsPerMinute: 1_000 },
      decideApproval: async () => ({ kind: 'unknown' }),
    });
    expect((await request(`/api/v1/approvals/${ID}/approve`, post('admin', { force: true }))).status).toBe(400);
    expect((await request('/api/v1/approvals/1/approve', post('admin'))).status).toBe(400);
    expect((await request(`/api/v1/approvals/${ID}/approve`, post('admin'))).status).toBe(404);
    expect((await request(`/api/v1/approvals/${ID}/reject`, post('admin'))).status).toBe(429);
    expect((await request(`/api/v1/approvals/${ID}/reject`, post('approver'))).status).toBe(404);
  });
});
