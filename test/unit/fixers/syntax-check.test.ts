import { describe, expect, it } from 'vitest';
import { syntaxCheck } from '../../../src/fixers/syntax/check.ts';
import { runFixer } from '../../../src/isolation/fixer-process.ts';
import { aDiagnosis } from '../github/texts/models.ts';

async function check(path: string, before: string | null, after: string) {
  return runFixer(
    {
      fixer: syntaxCheck.id,
      source: { diagnosis: aDiagnosis(), printedDiffs: [] },
      targets: { [path]: after },
      context: before === null ? {} : { [path]: before },
    },
    new AbortController().signal,
  );
}

const FINE = { edits: [], skipped: [] };

/** Protects a repository from a change that no tool could read any more. Runs in the watched process, as in life. */
describe('the check of syntax', () => {
  it.each([
    ['a.ts', 'const a = 1;\n', 'const a = ;\n'],
    ['a.py', 'def f():\n    return 1\n', 'def f(:\n    return 1\n'],
    ['a.go', 'package a\n\nfunc F() {}\n', 'package a\n\nfunc F( {}\n'],
    ['a.rs', 'fn f() {}\n', 'fn f() {\n'],
    ['a.rb', 'def f\n  1\nend\n', 'def f(\n  1\n'],
    ['a.json', '{"a": 1}', '{"a": 1,}'],
    ['a.yml', 'a: 1\n', 'a: [1\n'],
    ['a.toml', 'a = 1\n', 'a = \n'],
  ])('refuses what would break %s', async (path, before, after) => {
    expect(await check(path, before, after)).toEqual({ declined: `${path} would have a syntax error.` });
    expect(await check(path, null, after)).toEqual({ declined: `${path} would have a syntax error.` });
    expect(await check(path, before, `${before}\n`)).toEqual(FINE);
  });

  it('says nothing of what it can not read, before or at all', async () => {
    expect(await check('a.ts', 'const a = ;\n', 'const b = ;\n')).toEqual(FINE);
    expect(await check('notes.txt', 'a', '{{{')).toEqual(FINE);
  });
});
