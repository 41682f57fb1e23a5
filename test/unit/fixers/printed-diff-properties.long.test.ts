import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printedDiff } from '../../../src/fixers/printed-diff/fixer.ts';
import { failedStepLog, fixWith, sourceOf } from './fixtures.ts';
import { DIALECTS, type Dialect } from './printed-diff-dialects.ts';

const LINE = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[a-d]{1,2}$/) },
  { weight: 2, arbitrary: fc.stringMatching(/^[\t ]{0,4}[a-z(){};= ]{0,12}$/) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      '',
      '--- a',
      '+++ b',
      '-',
      '+',
      '@@ -1 +1 @@',
      '...',
      '  x   ',
      '\\ No newline',
      'diff --git a/x b/x',
      'é → 日本',
      '}',
    ),
  },
);

const FILE = fc.array(LINE, { minLength: 1, maxLength: 40 });

/** A file and what a tool makes of it. */
const CHANGE = fc
  .record({
    lines: FILE,
    edits: fc.array(fc.record({ at: fc.nat(), remove: fc.nat(3), insert: fc.array(LINE, { maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 5,
    }),
    hasLineEnd: fc.boolean(),
    getsLineEnd: fc.boolean(),
  })
  .map(({ lines, edits, hasLineEnd, getsLineEnd }) => {
    const wanted = [...lines];
    for (const { at, remove, insert } of edits) wanted.splice(at % (wanted.length + 1), remove, ...insert);
    return { before: textOf(lines, hasLineEnd), after: textOf(wanted, hasLineEnd || getsLineEnd) };
  })
  .filter(({ before, after }) => before !== after && after.trim() !== '' && before.trim() !== '');

function textOf(lines: string[], hasLineEnd: boolean): string {
  return lines.join('\n') + (hasLineEnd ? '\n' : '');
}

const DIALECT = fc.constantFrom(...DIALECTS);

/** What stands around the lines of a tool in a log. */
const DRESS = fc.constantFrom<(line: string) => string>(
  (line) => line,
  (line) => (line.startsWith('+') ? `\x1b[32m${line}\x1b[0m` : line.startsWith('-') ? `\x1b[31m${line}\x1b(B\x1b[m` : line),
  (line) => `#12 3.456 ${line}`,
  (line) => `web-1  | ${line}`,
);

function logOf(dialect: Dialect, printed: string, dress: (line: string) => string): string {
  return failedStepLog(dialect.command, printed.replace(/\n$/, '').split('\n').map(dress).join('\n'));
}

describe('whatever the change and the tool', () => {
  it('is made exactly as the tool printed it', async () => {
    await fc.assert(
      fc.asyncProperty(DIALECT, CHANGE, DRESS, async (dialect, { before, after }, dress) => {
        const printed = dialect.print(dialect.path, before, after);
        fc.pre(printed !== null);
        const source = sourceOf(logOf(dialect, printed ?? '', dress));
        expect(await fixWith(printedDiff, source, { [dialect.path]: before, 'README.md': '' })).toEqual({
          [dialect.path]: after,
        });
      }),
      { numRuns: 600 },
    );
  });

  it('is made exactly, or not at all, where the log is cut off anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(DIALECT, CHANGE, fc.nat(), async (dialect, { before, after }, cut) => {
        const printed = dialect.print(dialect.path, before, after);
        fc.pre(printed !== null);
        const bytes = Buffer.from(logOf(dialect, printed ?? '', (line) => line));
        const source = sourceOf(bytes.subarray(0, cut % bytes.length).toString());
        const result = await fixWith(printedDiff, source, { [dialect.path]: before });
        if (typeof result !== 'string') expect(result).toEqual({ [dialect.path]: after });
      }),
      { numRuns: 1_500 },
    );
  });

  it('is made exactly, or not at all, where the lines end in CR LF', async () => {
    await fc.assert(
      fc.asyncProperty(DIALECT, CHANGE, fc.boolean(), async (dialect, change, isKept) => {
        fc.pre(change.before.includes('\n'));
        const before = change.before.replaceAll('\n', '\r\n');
        const after = isKept ? change.after.replaceAll('\n', '\r\n') : change.after;
        const printed = dialect.print(dialect.path, before, after);
        fc.pre(printed !== null);
        const result = await fixWith(printedDiff, sourceOf(logOf(dialect, printed ?? '', (line) => line)), {
          [dialect.path]: before,
        });
        if (typeof result !== 'string') expect(result).toEqual({ [dialect.path]: after });
      }),
      { numRuns: 300 },
    );
  });

  it('is not made in a file that has other lines there', async () => {
    await fc.assert(
      fc.asyncProperty(DIALECT, CHANGE, fc.nat(), async (dialect, { before, after }, at) => {
        const printed = dialect.print(dialect.path, before, after);
        fc.pre(printed !== null);
        const lines = before.split('\n');
        const other = lines.map((line, index) => (index === at % lines.length ? `${line}!` : line)).join('\n');
        const result = await fixWith(printedDiff, sourceOf(logOf(dialect, printed ?? '', (line) => line)), {
          [dialect.path]: other,
        });
        // Where the other line is none that the change shows, the rest of the change is right there, too.
        if (typeof result !== 'string') expect(result[dialect.path]).toContain('!');
      }),
      { numRuns: 300 },
    );
  });
});
