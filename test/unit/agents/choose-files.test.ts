import { describe, expect, it } from 'vitest';
import { chooseFiles } from '../../../src/agents/choose-files.ts';
import { aFailure } from './tasks.ts';

const PATHS = new Set([
  'packages/shop/src/cart.ts',
  'packages/shop/src/price.ts',
  'packages/shop/test/cart.test.ts',
  'packages/admin/src/index.ts',
  'packages/shop/src/index.ts',
  'package-lock.json',
  '.github/workflows/ci.yml',
]);

const diagnostic = (path: string | null, line: number | null) => ({
  tool: 'tsc',
  path,
  line,
  column: null,
  code: null,
  message: 'x',
});
const test = (file: string | null, frame: { file: string; line: number | null } | null = null) => ({
  name: 'adds',
  suite: null,
  file,
  line: 3,
  message: null,
  frame,
});
const chosen = (failure: Parameters<typeof aFailure>[0], changed: string[] = []) =>
  chooseFiles([aFailure({ diagnostics: [], failedTests: [], ...failure })], PATHS, changed);

/** Protects what an agent is shown: what the failure names, and nothing that only looks so. */
describe('the files that an agent is shown', () => {
  it('are those that diagnostics name, with their lines, also as a tool prints them from another folder', () => {
    expect(chosen({ diagnostics: [diagnostic('src/price.ts', 7), diagnostic('./src/price.ts', 9)] })).toEqual([
      { path: 'packages/shop/src/price.ts', lines: [7, 9], isTest: false },
    ]);
  });

  it('are those of stack frames before the test, and what lies beside the test by its name', () => {
    const failedTests = [test('test/cart.test.ts', { file: 'src/price.ts', line: 4 })];
    expect(chosen({ failedTests }).map(({ path }) => path)).toEqual([
      'packages/shop/src/price.ts',
      'packages/shop/test/cart.test.ts',
      'packages/shop/src/cart.ts',
    ]);
  });

  it('are none where several could be meant, or what a program makes, or what decides about the build', () => {
    const diagnostics = ['index.ts', 'package-lock.json', '.github/workflows/ci.yml', '/usr/lib/x.ts', null].map((path) =>
      diagnostic(path, 1),
    );
    expect(chosen({ diagnostics })).toEqual([]);
  });

  it('are also those that an earlier attempt has changed', () => {
    expect(chosen({}, ['packages/shop/src/cart.ts'])).toEqual([{ path: 'packages/shop/src/cart.ts', lines: [], isTest: false }]);
  });
});
