import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesAny } from '../../../src/policy/globs.ts';

describe('patterns', () => {
  it.each([
    ['src/a.ts', 'src/a.ts', true],
    ['src/a.ts', 'src/b.ts', false],
    ['src/a.ts', 'src/*.ts', true],
    ['src/deep/a.ts', 'src/*.ts', false],
    ['a.ts', '*', true],
    ['src/a.ts', '*', false],
    ['src/a.ts', '**', true],
    ['src/deep/a.ts', 'src/**', true],
    ['src', 'src/**', true],
    ['srcs/a.ts', 'src/**', false],
    ['a.ts', '**/*.ts', true],
    ['x/y/a.ts', '**/*.ts', true],
    ['x/y/a.tsx', '**/*.ts', false],
    ['src/x/y/test/a.ts', 'src/**/test/*', true],
    ['src/test/a.ts', 'src/**/test/*', true],
    ['src/testing/a.ts', 'src/**/test/*', false],
    ['.env', '*', true],
    ['.github/workflows/ci.yml', '.github/**', true],
    ['a1', 'a?', true],
    ['a', 'a?', false],
    ['a/b', 'a?b', false],
    ['v2.ts', 'v[0-9].ts', true],
    ['vx.ts', 'v[0-9].ts', false],
    ['vx.ts', 'v[!0-9].ts', true],
    ['v2.ts', 'v[^0-9].ts', false],
    ['a[1].ts', 'a\\[1\\].ts', true],
    ['a*.ts', 'a\\*.ts', true],
    ['ab.ts', 'a\\*.ts', false],
    ['a.b.ts', 'a.?.ts', true],
    ['axb', 'a.b', false],
    ['app/(group)/page.ts', 'app/(group)/*', true],
    ['a+b|c$', 'a+b|c$', true],
    ['a[b', 'a[b', true],
    ['a/b', 'a/**b', true],
    ['a/x/b', 'a/**b', false],
  ])('%s against %s: %s', (path, pattern, expected) => {
    expect(matchesAny(path, [pattern])).toBe(expected);
  });

  it('match when one of several does, and never when there is none', () => {
    expect(matchesAny('a', ['b', 'a'])).toBe(true);
    expect(matchesAny('a', [])).toBe(false);
  });

  it('tell cases apart unless asked not to', () => {
    expect(matchesAny('.GitHub/X', ['.github/**'])).toBe(false);
    expect(matchesAny('.GitHub/X', ['.github/**'], { ignoreCase: true })).toBe(true);
    expect(matchesAny('docs/codeowners', ['**/CODEOWNERS'], { ignoreCase: true })).toBe(true);
  });
});

const name = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom('a', 'b', '.', '-') });
const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join('/'));

describe('for every path', () => {
  it('a pattern without special characters matches itself alone', () => {
    fc.assert(fc.property(path, path, (one, other) => matchesAny(one, [other]) === (one === other)));
  });

  it('a star may stand for any part of a name, and two for any folders', () => {
    fc.assert(
      fc.property(path, fc.nat(), fc.nat(), (one, first, second) => {
        const names = one.split('/');
        const from = first % names.length;
        const to = from + (second % (names.length - from + 1));
        expect(matchesAny(one, [[...names.slice(0, from), '**', ...names.slice(to)].join('/')])).toBe(true);
        const starred = names.map((part, at) => (at === from ? `${part.slice(0, second % (part.length + 1))}*` : part));
        expect(matchesAny(one, [starred.join('/')])).toBe(true);
      }),
    );
  });

  it('agrees with the regular expression that the pattern stands for', () => {
    const pattern = fc
      .array(fc.array(fc.constantFrom('a', 'b', '*', '?', '.'), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.map((part) => part.join('').replace(/\*+/g, '*')).join('/'));
    fc.assert(
      fc.property(path, pattern, (one, other) => {
        const expression = new RegExp(`^${other.replaceAll('.', '\\.').replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
        expect(matchesAny(one, [other])).toBe(expression.test(one));
      }),
      { numRuns: 1_000 },
    );
  });
});

it.each([
  ['stars between letters', 'a'.repeat(1_000), `${'*a'.repeat(95)}b`],
  ['stars and a long rest', 'a'.repeat(1_000), `*${'a'.repeat(190)}b`],
  ['folders between folders', `${'a/'.repeat(500)}a`, `${'**/a/'.repeat(39)}b`],
  ['classes', 'a'.repeat(1_000), `${'[a-z]*'.repeat(33)}!`],
  ['open classes', '['.repeat(1_000), '['.repeat(200)],
])('a hostile pattern costs little: %s', (_what, hostile, pattern) => {
  const startedAt = performance.now();
  expect(
    matchesAny(
      hostile,
      Array.from({ length: 20 }, () => pattern),
    ),
  ).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
