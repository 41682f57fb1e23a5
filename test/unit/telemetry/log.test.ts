import { describe, expect, it } from 'vitest';
import { redactSecrets } from '../../../src/secrets.ts';
import { serializeError, withCorrelation } from '../../../src/telemetry/log.ts';
import { memoryLog } from '../../support/log-lines.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjM0NTYifQ.c2lnbmF0dXJlLXdpdGgtZGFzaA-x_y';
const SECRETS = [
  `ghp_${'a1B2'.repeat(9)}`,
  `gho_${'x'.repeat(40)}`,
  `ghs_${'x'.repeat(36)}`,
  `ghs_123456_${JWT}`,
  `ghs_1_${JWT}${'-a.b_c'.repeat(80)}`,
  `github_pat_${'11ABCDEFG0'.repeat(6)}`,
  JWT,
  '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----\\nMIIEow\\n-----END PRIVATE KEY-----',
];

describe('secrets by their shape', () => {
  it.each(SECRETS)('are taken out wherever they stand: %s', (secret) => {
    expect(redactSecrets(`before ${secret} after`)).toBe('before [redacted] after');
    expect(redactSecrets(`https://api.github.test/x?token=${secret}`)).not.toContain(secret.slice(-8));
    const { log, text } = memoryLog();
    log.info({ deep: { list: [{ text: `Bearer ${secret}` }] }, err: new Error(secret, { cause: new Error(secret) }) }, secret);
    expect(text()).toContain('[redacted]');
    for (let at = 12; at + 8 <= secret.length; at += 8) {
      const part = secret.slice(at, at + 8);
      if (!/KEY|\n|\\n/.test(part)) expect(text()).not.toContain(part);
    }
  });

  it('are passwords in addresses too, and a line stays JSON', () => {
    expect(redactSecrets('postgresql://regreen:hunter2@db:5432/x')).toBe('postgresql://regreen:[redacted]@db:5432/x');
    const { log, lines } = memoryLog();
    log.info({ url: 'http://127.0.0.1:3000', mail: 'x@y.example', other: 'postgres://u:p4ss@h/d' }, 'started');
    expect(lines()).toEqual([
      expect.objectContaining({ url: 'http://127.0.0.1:3000', mail: 'x@y.example', other: 'postgres://u:[redacted]@h/d' }),
    ]);
  });

  it.each([
    'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334',
    'ghs_short',
    'https://github.com/octo/shop/actions/runs/7',
    'package@1.2.3',
    'a: b@c',
  ])('and nothing else: %s', (text) => {
    expect(redactSecrets(text)).toBe(text);
  });

  it('cost little to look for, in whatever text', () => {
    const startedAt = performance.now();
    for (const part of ['-----BEGIN PRIVATE KEY-----', 'eyJaaaaaaaaaaa.', 'ghs_', '://a:', 'x://', '-----BEGIN A '])
      redactSecrets(part.repeat(20_000));
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

describe('secrets by their key', () => {
  it.each(['authorization', 'token', 'password', 'secret', 'privateKey', 'webhookSecret', 'webhookSecrets', 'cookie', 'apiKey'])(
    '%s is never written, down to the fourth level',
    (key) => {
      const { log, text } = memoryLog();
      log.info({ [key]: 'hunter2', a: { [key]: 'hunter2', b: { [key]: 'hunter2', c: { [key]: 'hunter2' } } } }, 'x');
      expect(text()).not.toContain('hunter2');
    },
  );
});

describe('an error in a line', () => {
  it('of Octokit leaves its request, and with it the token, behind', () => {
    const error = Object.assign(new Error('Not Found'), {
      status: 404,
      request: { headers: { authorization: 'token not-of-a-known-shape' }, body: 'private' },
      response: { headers: {}, data: { message: 'private' } },
    });
    const { log, text, lines } = memoryLog();
    log.error({ err: error }, 'failed');
    log.error({ error }, 'failed');
    log.error(error);
    expect(text()).not.toMatch(/known-shape|private/);
    expect(lines()[0]?.['err']).toMatchObject({ type: 'Error', message: 'Not Found', status: 404, stack: expect.any(String) });
  });

  it('keeps what says why: code, details, and its causes', () => {
    const error = Object.assign(new Error('outer', { cause: new Error('inner', { cause: 'text' }) }), {
      code: 'X',
      details: { a: 1 },
    });
    expect(serializeError(error)).toMatchObject({ code: 'X', details: { a: 1 }, cause: { message: 'inner', cause: 'text' } });
    expect(serializeError('no error')).toBe('no error');
  });

  it('may lead back to itself', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(serializeError(error)).length).toBeLessThan(100_000);
  });
});

it('a line carries the correlation id of what is worked on, and none otherwise', async () => {
  const { log, lines } = memoryLog();
  log.info('outside');
  await withCorrelation('one', async () => {
    await withCorrelation('two', async () => log.info('inside'));
    log.info('between');
  });
  expect(lines().map((line) => line['correlationId'])).toEqual([undefined, 'two', 'one']);
});
