import { describe, expect, it } from 'vitest';
import { printedDiff } from '../../../src/fixers/printed-diff/fixer.ts';
import { failedStepLog, fixturesOf, fixWith, sourceOf } from './fixtures.ts';

const FIXTURES = fixturesOf('printed-diff');

describe('what real tools printed', () => {
  it.each(FIXTURES.filter(({ isCertain }) => isCertain))('$name: is applied as the tool itself writes it', async (fixture) => {
    const source = sourceOf(failedStepLog(fixture.command, fixture.output));
    expect(await fixWith(printedDiff, source, fixture.before)).toEqual(fixture.after);
  });

  it.each(FIXTURES.filter(({ isCertain }) => !isCertain))('$name: is left alone', async (fixture) => {
    const source = sourceOf(failedStepLog(fixture.command, fixture.output));
    expect(await fixWith(printedDiff, source, fixture.before)).toBeTypeOf('string');
  });
});

describe('names that git puts into quotes', () => {
  const changed = (name: string) =>
    [`diff --git "a/${name}" "b/${name}"`, 'index c54db7c..2365c53 100644', `--- "a/${name}"`, `+++ "b/${name}"`]
      .concat(['@@ -1,2 +1,2 @@', '-# Über  ', '+# Über', ' Text', ''])
      .join('\n');
  const fixed = (name: string, path: string) =>
    fixWith(printedDiff, sourceOf(failedStepLog('git diff --exit-code', changed(name))), { [path]: '# Über  \nText\n' });

  it('reads bytes, quotes and backslashes', async () => {
    expect(await fixed('docs/\\303\\274ber.md', 'docs/über.md')).toEqual({ 'docs/über.md': '# Über\nText\n' });
    expect(await fixed('docs/a \\"b\\".md', 'docs/a "b".md')).toEqual({ 'docs/a "b".md': '# Über\nText\n' });
  });

  it('leaves alone what is no UTF-8 or has control characters', async () => {
    expect(await fixed('docs/\\374ber.md', 'docs/\uFFFDber.md')).toBeTypeOf('string');
    expect(await fixed('docs/a\\tb.md', 'docs/a\tb.md')).toBeTypeOf('string');
  });
});
