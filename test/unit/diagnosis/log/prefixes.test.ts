import { describe, expect, it } from 'vitest';
import { LinePrefixes } from '../../../../src/diagnosis/log/prefixes.ts';
import { analyzeText } from '../support.ts';

const FINDING = "src/cart.ts(4,3): error TS2322: Type 'number' is not assignable to type 'string'.";

// Whoever runs several commands at once writes names before their lines; the tools behind must still be found.
describe('names of commands before lines', () => {
  it.each([
    ['BuildKit', [], '#29 129.1 '],
    ['docker compose', [], 'web-1  | '],
    ['docker compose of old', [], 'shop_web_12    | '],
    ['concurrently', [], '[0] '],
    ['a package with a scope', [], '@shop/web: '],
    ['turbo', ['web:build: cache miss, executing 0f3c2a'], 'web:build: '],
    ['turbo with a scope', [], '@shop/web:build: '],
    ['pnpm', ['packages/web build$ tsc'], 'packages/web build: '],
    ['pnpm, a script with a name of its own', ['apps/site lint:ts$ tsc -p .'], 'apps/site lint:ts: '],
    ['yarn', ['[web]: Process started'], '[web]: '],
    ['lerna', ['web: > web@1.0.0 build'], 'web: '],
    ['concurrently with names in its command', ['> concurrently --kill-others -n "site,api" "vite" "tsc"'], '[api] '],
    ['concurrently with names', ['[web] > web@1.0.0 build'], '[web] '],
  ])('takes off what %s writes', (_, announced, prefix) => {
    const log = [...announced, `${prefix}${FINDING}`];
    expect(analyzeText(log.join('\n')).diagnostics).toMatchObject([{ tool: 'tsc', path: 'src/cart.ts', logLine: log.length }]);
  });

  it.each([
    'a.go:3: undefined: x',
    'web:build: fails',
    '12 | const a = 1',
    'name  | count',
    '[info] done',
    '# 12 things',
    'tar: file: Cannot stat',
    '[1] "a" "b"',
    '[1] 2 - 3 == -1',
    '[13] TRUE FALSE',
  ])('leaves %j as it is', (text) => {
    expect(new LinePrefixes().strip(text)).toBe(text);
  });
});
