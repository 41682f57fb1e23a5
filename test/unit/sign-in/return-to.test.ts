import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOwnPath } from '../../../src/sign-in/return-to.ts';

/** Protects people who sign in from being led to somebody else's page afterwards (an open redirect). */
describe('where a person is sent after the sign-in', () => {
  it.each(['/', '/docs', '/builds?branch=a/b&x=//y#top', '/a:b@c', '/%2f%2fevil.example'])('may be %s', (path) => {
    expect(isOwnPath(path)).toBe(true);
  });

  it.each([
    '',
    'docs',
    'https://evil.example/',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '\n//evil.example',
    '/a\r\nset-cookie: b=c',
    'javascript:alert(1)',
    `/${'x'.repeat(1_000)}`,
  ])('is never %j', (path) => {
    expect(isOwnPath(path)).toBe(false);
  });

  it('is a place on the same server for whatever is taken, as a browser reads it', () => {
    const pieces = fc.constantFrom('/', '\\', '.', '@', ':', '?', '#', '\t', '\n', ' ', 'evil.example', '%2f', 'http', '‮');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (some) => {
        const path = some.join('');
        if (isOwnPath(path)) expect(new URL(path, 'https://regreen.example').origin).toBe('https://regreen.example');
      }),
      { numRuns: 2_000 },
    );
  });
});
