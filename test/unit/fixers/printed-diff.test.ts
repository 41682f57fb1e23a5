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
