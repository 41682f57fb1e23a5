import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SectionLine, sectionsOf } from '../../../../src/diagnosis/excerpt/sections.ts';

function sectionsIn(lines: readonly string[]) {
  const entries = lines.map(
    (text, index): SectionLine => ({ line: index + 1, text, isRuler: /^[=-]{3}/.test(text), isConsequence: text === 'gave up' }),
  );
  return sectionsOf(entries);
}

// Frameworks that no matcher knows still tell their failures below a heading.
describe('sections of failures', () => {
  it.each([
    'Failures:',
    '=== FAILURES ===',
    'FAILED TEST SUMMARY',
    'There were 2 failures:',
    '  2 failing',
    'The following tests FAILED:',
    'Test Summary Report',
  ])('begin at «%s»', (heading) => {
    expect(sectionsIn(['fine', heading, '1) a till', 'no till'])).toEqual([{ startLine: 3, endLine: 4 }]);
  });

  it.each(['12 tests, 2 failures', 'Finished in 3 seconds', 'gave up', 'Errors:'])('end at «%s»', (end) => {
    expect(sectionsIn(['Failures:', '1) a till', end, 'fine'])[0]).toEqual({ startLine: 2, endLine: 2 });
  });

  it('go on to the next ruler of the same kind', () => {
    expect(sectionsIn(['=== FAILURES ===', '--- one', 'no till', '=== coverage ===', 'fine'])).toEqual([
      { startLine: 2, endLine: 3 },
    ]);
  });

  it('do not begin where nothing has failed, or in the middle of a sentence', () => {
    expect(sectionsIn(['0 failures, 2 tests', 'failures are shown here', 'fine'])).toEqual([]);
  });

  it('lie within the lines and are bounded, whatever these are', () => {
    const line = fc.constantFrom('Failures:', '=== ERRORS ===', '1) a till', '12 tests', 'gave up', '---', 'fine');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 200 }), (lines) => {
        for (const { startLine, endLine } of sectionsIn(lines)) {
          expect(startLine).toBeGreaterThan(1);
          expect(endLine).toBeLessThanOrEqual(lines.length);
          expect(endLine - startLine).toBeLessThan(40);
        }
      }),
    );
  });
});
