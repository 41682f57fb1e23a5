import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createWakes } from '../../../src/agents/backends/webhook.ts';
import { routerUnderTest } from './router-under-test.ts';

const SECRET = 'a secret of sixteen';
const BODY = '{"id":1}';

/** Protects the one address that takes words of an agent's back end: who has the secret is heard, and nobody else. */
describe('the webhook of coding agents', () => {
  const post = (body: string, signature?: string) => ({
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...(signature === undefined ? {} : { 'x-signature': signature }) },
  });
  const signed = createHmac('sha256', SECRET).update(BODY).digest('hex');

  it.each([
    ['signed', post(BODY, signed), 202],
    [
      'signed otherwise',
      post(
        BODY,
        signed.replace(/^./, (first) => (first === '0' ? '1' : '0')),
      ),
      401,
    ],
    ['signed for another body', post('{}', signed), 401],
    ['not signed', post(BODY), 401],
    ['too large', post('x'.repeat(5_000_000), signed), 413],
  ])('answers a request that is %s with %s', async (_name, init, status) => {
    const { request } = routerUnderTest({ agentWebhook: createWakes(SECRET) });
    expect((await request('/api/agents/webhook', init)).status).toBe(status);
  });

  it('is not there where no secret is configured', async () => {
    expect((await routerUnderTest().request('/api/agents/webhook', post(BODY, signed))).status).toBe(404);
  });
});
