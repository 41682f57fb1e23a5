import { describe, expect, it } from 'vitest';
import type { ApprovalRequest, ApprovalResult } from '../../../src/api/services.ts';
import { ROLES } from '../../../src/config/api-keys.ts';
import { errorOf, routerUnderTest } from './router-under-test.ts';

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
      decideApproval: async (one) => {
        heard.push(one);
        return { kind: 'unknown' };
      },
    });
    const response = await request(`/api/v1/approvals/${ID}/reject`, post('approver', { reason: 'not now' }));
    expect(response.status).toBe(404);
    expect(heard).toEqual([
      {
        id: ID,
        to: 'rejected',
        reason: 'not now',
        requestedBy: expect.stringMatching(/^api-key:[0-9a-f]{12}$/),
        isPerson: false,
      },
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
