import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyzeLog } from '../../../../src/diagnosis/analyzer.ts';
import { drop, KnownLines } from '../../../../src/diagnosis/dispatch/known-lines.ts';

function viewOf(text: string): DataView {
  const bytes = Buffer.from(text);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Shows a line so often; returns what is known of it then. */
function shown(lines: KnownLines, text: string, times: number, { hits = [7], timed = true } = {}) {
  const bytes = viewOf(text);
  for (let time = 0; time < times; time++) if (lines.find(bytes, 0, timed) === null) lines.learn(bytes, 0, timed, hits);
  return lines.find(bytes, 0, timed);
}

describe('KnownLines', () => {
  it('knows a line that has come before, by all of its bytes', () => {
    const lines = new KnownLines();
    expect(lines.find(viewOf('warning: old\n'), 0, true)).toBeNull();
    const learned = lines.learn(viewOf('warning: old\n'), 0, true, [7]);
    expect(learned).toMatchObject({ hits: [7], clean: null });
    expect(lines.find(viewOf('warning: old\n'), 0, true)).toBe(learned);
    expect(lines.end).toBe(12);
    expect(lines.find(viewOf('warning: new\n'), 0, true)).toBeNull();
    expect(lines.find(viewOf('warning: old \n'), 0, true)).toBeNull();
    expect(lines.find(viewOf('warning: old\r\n'), 0, true)).toMatchObject({ hits: [7] });
  });

  it('takes a line down only when it comes a second time, once it knows many: its room is for those that come again', () => {
    const lines = new KnownLines();
    for (let number = 0; number < 30_000; number++) shown(lines, `line ${number}\n`, 1);
    expect(shown(lines, 'line 12000\n', 0)).toMatchObject({ hits: [7] });
    expect(shown(lines, 'line 29999\n', 0)).toBeNull();
    expect(shown(lines, 'line 29999\n', 1)).toMatchObject({ hits: [7] });
  });

  it('does not take a line without the time of the runner for the same', () => {
    const lines = new KnownLines();
    shown(lines, 'Error: a.ts:1: x\n', 3);
    expect(lines.find(viewOf('Error: a.ts:1: x\n'), 0, false)).toBeNull();
  });

  it('leaves lines that are long, or whose end is not there yet', () => {
    const lines = new KnownLines();
    expect(lines.find(viewOf(`${'a'.repeat(1_000)}\n`), 0, true)).toBeUndefined();
    expect(lines.find(viewOf('half a li'), 0, true)).toBeUndefined();
  });

  it('finds ends behind other control characters and at any length', () => {
    for (let length = 0; length < 20; length++) {
      const text = 'a\tb\u001b[1m\u000b'.repeat(3).slice(0, length);
      const lines = new KnownLines();
      expect(shown(lines, `${text}\nrest`, 2)).not.toBeNull();
      expect(lines.end).toBe(text.length);
    }
  });

  it('tells a listener no more that has been dropped, of one line or of all', () => {
    const lines = new KnownLines();
    const one = shown(lines, 'one\n', 3, { hits: [1, 2, 3] });
    const two = shown(lines, 'two\n', 3, { hits: [1, 2, 3] });
    if (one) drop(one, 2);
    lines.drop(3);
    expect([one?.hits, two?.hits]).toEqual([[1], [1, 2]]);
  });

  it('tells the hints of the line found last, also where its place had a line without', () => {
    const lines = new KnownLines();
    const hitsOf = (text: string) => {
      shown(lines, text, 1);
      return lines.hits();
    };
    shown(lines, 'quiet\n', 3, { hits: [] });
    const one = shown(lines, 'loud\n', 3, { hits: [1] });
    expect([hitsOf('quiet\n'), hitsOf('loud\n'), hitsOf('quiet\n')]).toEqual([[], [1], []]);
    if (one) drop(one, 1);
    expect([hitsOf('loud\n'), hitsOf('loud\n')]).toEqual([[], []]);
    lines.forget();
    shown(lines, 'loud\n', 3, { hits: [2] });
    expect(hitsOf('loud\n')).toEqual([2]);
  });

  // The line that came next the last time is expected, and looked at before any search.
  it('takes no other line for the one that it expects', () => {
    for (const [next, timed, found] of [
      ['two\n', true, { hits: [2] }],
      ['two\r\n', true, { hits: [2] }],
      ['two', true, undefined],
      ['two \n', true, null],
      ['tw\n', true, null],
      ['twO\n', true, null],
      ['two\n', false, null],
      ['one\n', true, { hits: [1] }],
    ] as const) {
      const lines = new KnownLines();
      for (let time = 0; time < 3; time++) {
        shown(lines, 'one\n', 1, { hits: [1] });
        shown(lines, 'two\n', 1, { hits: [2] });
      }
      expect(lines.find(viewOf('one\n'), 0, true)).toMatchObject({ hits: [1] });
      const known = lines.find(viewOf(next), 0, timed);
      if (found) expect(known).toMatchObject(found);
      else expect(known).toBe(found);
      if (found) expect(lines.end).toBe(3);
    }
  });

  it('forgets those that hold a text, also in colours, and finds the others', () => {
    const lines = new KnownLines();
    const texts = ['web: a\n', 'we\n', 'b: a\n', 'to web\n', '\u001b[1mw\u001b[0meb: a\n', 'other: a\n'];
    for (const text of texts) shown(lines, text, 2);
    lines.forgetHolding(['web']);
    expect(texts.map((text) => shown(lines, text, 0) !== null)).toEqual([false, true, true, false, false, true]);
    expect(shown(lines, 'web: a\n', 2, { hits: [9] })).toMatchObject({ hits: [9] });
  });

  it('forgets all where bytes of the text were broken', () => {
    const lines = new KnownLines();
    shown(lines, 'other: a\n', 2);
    lines.forgetHolding(['w\ufffd']);
    expect(shown(lines, 'other: a\n', 0)).toBeNull();
  });

  it('forgets all when there is no more room, and learns on', () => {
    const lines = new KnownLines();
    for (let number = 0; number < 40_000; number++) shown(lines, `line ${number} ${'x'.repeat(100)}\n`, 2);
    expect(shown(lines, 'at the end\n', 2)).toMatchObject({ hits: [7] });
  });
});

/** The log, each of its lines with other blanks behind it: they mean nothing, but no line is known. */
function withBlanks(log: string): string {
  return log
    .split('\n')
    .map((line, index) => `${line} ${index.toString(2).replaceAll('0', ' ').replaceAll('1', '\t')}`)
    .join('\n');
}

const FIXTURES = join(import.meta.dirname, '../../../fixtures/diagnosis');
const matchers = [...new Set(globSync('*/*.log', { cwd: FIXTURES }).map((file) => dirname(file)))];

// Guards what readers promise by `null`: that a line which they make nothing of need not be shown to them again.
describe('a log that repeats itself', () => {
  it.each(matchers)('is read like one that does not: %s', (matcher) => {
    const logs = globSync('*.log', { cwd: join(FIXTURES, matcher) }).map((file) =>
      readFileSync(join(FIXTURES, matcher, file), 'utf8'),
    );
    const all = logs.join('\n').replaceAll('\r\n', '\n');
    const log = `${Array.from({ length: 4 }, () => all).join('\n')}\nend`;
    expect(analyzeLog(Buffer.from(log))).toEqual(analyzeLog(Buffer.from(withBlanks(log))));
  });
});
