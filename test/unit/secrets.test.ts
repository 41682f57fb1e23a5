import { describe, expect, it } from 'vitest';
import { redactedDeep, redactSecrets, SECRET_IN_CODE, withholdSecrets } from '../../src/secrets.ts';

const SECRETS: [string, string][] = [
  ['an installation token, with dots', `ghs_1234_eyJhbGciOi.${'eyJpc3MiOi'.repeat(8)}.sig-nature`],
  ['a personal token', `ghp_${'a1B2'.repeat(9)}`],
  ['a fine-grained token', `github_pat_${'a1B2'.repeat(9)}`],
  ['a GitLab token', `glpat-${'a1B2'.repeat(6)}`],
  ['an AWS key', 'AKIAIOSFODNN7EXAMPLE'],
  ['a Slack token', `xoxb-${'123456'.repeat(3)}`],
  ['an npm token', `npm_${'a1B2'.repeat(9)}`],
  ['a PyPI token', `pypi-${'a1B2'.repeat(15)}`],
  ['a JSON web token', `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.${'c'.repeat(20)}`],
  ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAA=\n-----END RSA PRIVATE KEY-----'],
];
const ONLY_IN_TEXT: [string, string, string][] = [
  ['a private key that is cut off', '-----BEGIN PRIVATE KEY-----\nMIIEowIBAA\nKCAQEA', '[redacted]'],
  ['a password in an address', 'https://bob:hunter2@example.com/', 'https://bob:[redacted]@example.com/'],
  ['a header', 'authorization: Basic Ym9iOmh1bnRlcjI=', 'authorization: Basic [redacted]'],
  ['a registry token', '//registry.example/:_authToken=0123-4567-89ab', '//registry.example/:_authToken=[redacted]'],
  ['a secret key of AWS', `AWS_SECRET_ACCESS_KEY=${'aB/+'.repeat(10)}`, 'AWS_SECRET_ACCESS_KEY=[redacted]'],
  [
    'an address of a Slack hook',
    `https://hooks.slack.com/services/T000/B000/${'x'.repeat(20)}`,
    'https://hooks.slack.com/services/[redacted]',
  ],
];

describe('what looks like a secret is neither shown nor pushed', () => {
  it.each(SECRETS)('%s', (_name, secret) => {
    expect(redactSecrets(`before "${secret}" after`)).toBe('before "[redacted]" after');
    expect(`x = "${secret}"`.match(SECRET_IN_CODE)).not.toBeNull();
  });

  it.each(ONLY_IN_TEXT)('%s', (_name, text, shown) => {
    expect(redactSecrets(text)).toBe(shown);
  });

  it('anywhere in a value', () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    const value = { count: 1, none: null, tests: [{ name: `says ${secret}` }] };
    expect(redactedDeep(value)).toEqual({ count: 1, none: null, tests: [{ name: 'says [redacted]' }] });
  });

  it('and other text stays', () => {
    const text = 'fix: see https://example.com/a:b@c, author: me, token ghs_short, Authorization: required';
    expect(redactSecrets(text)).toBe(text);
  });

  it.each([
    'eyJ',
    'eyJ-',
    'eyJaaaaaaaaaa.',
    'ghs_',
    '://a:',
    '-----BEGIN PRIVATE KEY-----',
    'Authorization: ',
    '_auth=',
    'xoxb-',
  ])('in time linear in the text: %j', (unit) => {
    const began = performance.now();
    redactSecrets(unit.repeat(Math.floor(500_000 / unit.length)));
    expect(performance.now() - began).toBeLessThan(4_000);
  });
});

/** Protects secrets from being kept for the sake of a change that must apply. */
describe('changes that a log shows', () => {
  const shown = { command: 'gofmt -d .', isComplete: true, startLine: 1, endLine: 3, tool: 'gofmt' };
  const TOKEN = `ghp_${'a1B2'.repeat(9)}`;

  it('are kept as they are, to the last blank', () => {
    const text = '-a  =  1 \n+a = 1\n url := "https://bob@example.com/cart"';
    expect(withholdSecrets([{ ...shown, text }])).toEqual([{ ...shown, text }]);
  });

  it('are kept redacted, and can’t be applied, when any of their lines holds a secret', () => {
    const change = {
      ...shown,
      command: `curl -H "authorization: Bearer ${TOKEN}"`,
      text: `-a  =  1\n+a = 1\n token = "${TOKEN}"`,
    };
    const [kept, again] = withholdSecrets([change, { ...shown, text: '+a' }]);
    expect(kept).toMatchObject({ isComplete: false, withheld: true });
    expect(JSON.stringify(kept)).not.toContain(TOKEN);
    expect(again).toMatchObject({ isComplete: true });
  });
});
