import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildHintAutomaton } from '../../../../src/diagnosis/dispatch/hints.ts';
import { LineScanner } from '../../../../src/diagnosis/log/scanner.ts';

const encoder = new TextEncoder();

/** Lines with the listeners that were told of each, the chunks cut as given. */
function scan(hints: string[][], text: string, cuts: number[] = []): { line: string; hits: number[] }[] {
  const bytes = encoder.encode(text);
  const found: { line: string; hits: number[] }[] = [];
  const scanner: LineScanner = new LineScanner(buildHintAutomaton(hints), (number, hits) => {
    found.push({ line: new TextDecoder().decode(scanner.bytesOf(number)), hits: [...hits].sort((left, right) => left - right) });
  });
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((left, right) => left - right);
  let start = 0;
  for (const end of ends) {
    scanner.push(bytes.slice(start, end));
    start = end;
  }
  scanner.end();
  return found;
}

const word = fc.stringMatching(/^[aA\-b ●]{1,4}$/);

describe('the scanner', () => {
  it('finds exactly the hints that a line holds, in either case unless they have a capital', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(word, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
        fc.stringMatching(/^[aAbB\- ●\n]{0,60}$/),
        (hints, text) => {
          for (const { line, hits } of scan(hints, text)) {
            const expected = hints.flatMap((literals, index) =>
              literals.some((literal) => (/[A-Z]/.test(literal) ? line : line.toLowerCase()).includes(literal)) ? [index] : [],
            );
            expect(hits).toEqual(expected);
          }
        },
      ),
    );
  });

  it('gives the same lines and hints however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc
          // The long one lies over several chunks, and is not held back as the beginning of a time.
          .array(fc.constantFrom('ab', '\r\n', '\r', '\n', '\x1b[3', '1m', '●', 'x', 'long'.repeat(10)), { maxLength: 30 })
          .map((parts) => parts.join('')),
        fc.array(fc.nat(), { maxLength: 8 }),
        (text, cuts) => {
          expect(scan([['ab'], ['●']], text, cuts)).toEqual(scan([['ab'], ['●']], text));
        },
      ),
    );
  });

  it('leaves out an escape that lies over several chunks', () => {
    const text = `${'x'.repeat(40)}\x1b]0;${'needle '.repeat(20)}\x07hay\n`;
    expect(scan([['needle'], ['hay']], text, [50, 100, 150])).toMatchObject([{ hits: [1] }]);
  });

  it('holds a hint with a capital letter to its case, but takes what it can not see for right', () => {
    const hints = [['Failed ', 'x ']];
    expect(scan(hints, 'a Failed b')).toMatchObject([{ hits: [0] }]);
    expect(scan(hints, 'a failed b')).toMatchObject([{ hits: [] }]);
    expect(scan(hints, 'failed X ')).toMatchObject([{ hits: [0] }]);
    expect(scan(hints, `a fail\x1b]8;;${'x'.repeat(300)}\x07ed b`)).toMatchObject([{ hits: [0] }]);
    expect(scan(hints, `${'a'.repeat(40)} failed b`, [45])).toMatchObject([{ hits: [0] }]);
  });

  // `m` ends a colour; the marks share bytes, and a seldom byte its class with others.
  it.each([
    ['\x1b[1mFailed\x1b[0m b', [0]],
    ['\x1b[1mfailed\x1b[0m b', []],
    ['Fai\x1b[31mled b', [0]],
    ['fai\x1b[31mled b', []],
    ['from\x1b[31m X', [1]],
    ['frox\x1b[31m X', []],
    ['\x1b[32m✓\x1b[39m ok', []],
    ['\x1b[31m✕\x1b[39m ok', [2]],
    ['~\x1b]8;;https://example.com\x07✕\x1b]8;;\x07 ok', [2]],
  ])('compares the bytes of a hint with those of %j, without its colours', (line, hits) => {
    expect(scan([['Failed '], ['From X', 'from X'], ['✕ ']], line)).toMatchObject([{ hits }]);
  });

  it("steps over the runner's time, wherever a chunk ends in it: no hint is found there or begins in it", () => {
    const log = '2026-11-22T09:51:00.1234567Z one\n2026-11-22T09:51:00.1234567Z two\n2026-11-22T09:51';
    const hints = [[':51'], [' one'], ['two'], ['z ']];
    for (let cut = 0; cut < log.length; cut++) {
      expect(scan(hints, log, [cut]).map(({ hits }) => hits)).toEqual([[], [2], [0]]);
    }
  });

  it.each([
    ['a\nb\n', ['a', 'b']],
    ['a\r\nb', ['a', 'b']],
    ['10 %\r50 %\rdone\n', ['10 %', '50 %', 'done']],
    ['\n\r\n\r', ['', '', '']],
    ['', []],
  ])('splits %j at line feeds, both, or lone carriage returns', (text, lines) => {
    expect(scan([['x']], text).map(({ line }) => line)).toEqual(lines);
  });

  it('sees a hint through the colours inside of it', () => {
    expect(scan([['error ts']], 'src: \x1b[91merror\x1b[0m\x1b[90m TS2322')).toMatchObject([{ hits: [0] }]);
  });

  it('does not let an unfinished escape swallow the next line', () => {
    expect(scan([['error']], '\x1b]0;title\nerror\n\x1b[31\nerror')).toMatchObject([
      { hits: [] },
      { hits: [0] },
      { hits: [] },
      { hits: [0] },
    ]);
  });

  it.each([[''], ['a\nb'], ['\x1b[31m']])('refuses %j as a hint', (hint) => {
    expect(() => buildHintAutomaton([[hint]])).toThrow(RangeError);
  });
});
