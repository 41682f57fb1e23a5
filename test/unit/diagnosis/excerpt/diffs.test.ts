import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiffFinder } from '../../../../src/diagnosis/excerpt/diffs.ts';

function diffsIn(lines: readonly string[], first = 1) {
  const finder = new DiffFinder();
  lines.forEach((line, index) => {
    finder.read(first + index, line);
  });
  return finder.list();
}

const HEAD = ['diff --git a/till.md b/till.md', 'index 1c84b51..a6d991c 100644', '--- a/till.md', '+++ b/till.md'];
const HUNK = ['@@ -1,3 +1,3 @@ # Till', ' ', '-one', '+two', ' three'];

// A difference that a tool prints must be shown whole: its blank lines and headings belong to it.
describe('finding differences', () => {
  it('reads as many lines as the hunks say', () => {
    expect(diffsIn(['checking', ...HEAD, ...HUNK, 'Please apply the change above.'])).toEqual([{ startLine: 2, endLine: 10 }]);
  });

  it('takes one file after the other', () => {
    expect(diffsIn([...HEAD, ...HUNK, ...HEAD, ...HUNK])).toEqual([{ startLine: 1, endLine: 18 }]);
  });

  it('needs no git', () => {
    expect(diffsIn(['--- till.md', '+++ till.md', '@@ -1 +1 @@', '-one', '\\ No newline at end of file', '+two'])).toEqual([
      { startLine: 1, endLine: 6 },
    ]);
  });

  it('is not taken in by lines of signs', () => {
    expect(diffsIn(['--- a title', '', '--- FAIL: TestTill', '+++ more', ...HEAD, 'but no hunk'])).toEqual([]);
  });

  it('ends where a hunk is broken off, and where lines are missing', () => {
    expect(diffsIn([...HEAD, '@@ -1,9 +1,9 @@', ' one', 'error: no till'])).toEqual([{ startLine: 1, endLine: 6 }]);
    const finder = new DiffFinder();
    [...HEAD, '@@ -1,9 +1,9 @@', ' one'].forEach((line, index) => {
      finder.read(index + 1, line);
    });
    finder.read(90, ' two');
    expect(finder.list()).toEqual([{ startLine: 1, endLine: 6 }]);
  });

  it('gives ranges in order that do not overlap, whatever it reads', () => {
    const line = fc.constantFrom(...HEAD, ...HUNK, '@@ -0,0 +1,9999 @@', '--- ', '\\ No newline', '+', '-', 'text', '');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        let last = 0;
        for (const { startLine, endLine } of diffsIn(lines)) {
          expect(startLine).toBeGreaterThan(last);
          expect(endLine).toBeGreaterThanOrEqual(startLine);
          last = endLine;
        }
        expect(last).toBeLessThanOrEqual(lines.length);
      }),
    );
  });
});
