import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HISTORY_LINES } from '../../../../src/diagnosis/limits.ts';
import { LineHistory } from '../../../../src/diagnosis/log/history.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Adds lines as a scanner does, a chunk of them at a time, and then overwrites the chunk's memory. */
function fill(history: LineHistory, lines: readonly string[]): void {
  const chunk = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  history.begin(chunk);
  let start = 0;
  for (const line of lines) {
    const end = start + encoder.encode(line).length;
    history.add(start, end);
    start = end + 1;
  }
  history.detach();
  chunk.fill(0);
}

// Whoever pushes a chunk may use its memory again: a line that still points there would show another text.
describe('the last lines of a log', () => {
  it('keep their text when the memory of their chunk is used again', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.array(
            fc.string({ maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, '')),
            { maxLength: 8 },
          ),
        ),
        (chunks) => {
          const history = new LineHistory();
          for (const lines of chunks) fill(history, lines);
          const all = chunks.flat();
          expect(all.map((_, index) => decoder.decode(history.bytesOf(index + 1)))).toEqual(
            all.map((text) => decoder.decode(encoder.encode(text))),
          );
        },
      ),
    );
  });

  it('are copied one by one where they lie far apart', () => {
    const history = new LineHistory();
    fill(history, ['first', 'x'.repeat(2_000_000), 'last']);
    expect([1, 3].map((line) => decoder.decode(history.bytesOf(line)))).toEqual(['first', 'last']);
    expect(history.bytesOf(2)?.length).toBeLessThan(10_000);
  });

  it('hold no more than they keep of long lines', () => {
    const history = new LineHistory();
    fill(history, ['first', 'x'.repeat(100_000), 'second', 'y'.repeat(100_000), 'last']);
    expect([1, 3, 5].map((line) => decoder.decode(history.bytesOf(line)))).toEqual(['first', 'second', 'last']);
    expect(decoder.decode(history.bytesOf(4))).toMatch(/^y+$/);
    expect(history.bytesOf(1)?.buffer.byteLength).toBeLessThan(20_000);
  });

  // The memory of copies is taken again as soon as none of the last lines is in it, and no sooner.
  it('stay what they are through many chunks of different sizes', () => {
    const history = new LineHistory();
    const all: string[] = [];
    for (let chunk = 0; chunk < 60; chunk++) {
      const lines = Array.from(
        { length: 200 + ((chunk * 97) % 1_300) },
        (_, index) => `line ${all.length + index} ${'é'.repeat(chunk % 9)}`,
      );
      all.push(...lines);
      fill(history, lines);
      const first = Math.max(1, all.length - HISTORY_LINES + 1);
      for (let line = first; line <= all.length; line += 13) {
        expect(decoder.decode(history.bytesOf(line))).toBe(all[line - 1]);
        expect(history.printedOf(line)?.text).toBe(all[line - 1]);
      }
    }
    expect(all.length).toBeGreaterThan(6 * HISTORY_LINES);
  });

  it('take in one that an earlier chunk began', () => {
    const history = new LineHistory();
    fill(history, ['one', 'two']);
    const chunk = Buffer.from('ree\nfour\n');
    history.begin(chunk);
    history.addWhole(Buffer.from('three'));
    history.add(4, 8);
    expect([2, 3, 4].map((line) => decoder.decode(history.bytesOf(line)))).toEqual(['two', 'three', 'four']);
    history.detach();
    chunk.fill(0);
    expect([1, 2, 3, 4].map((line) => decoder.decode(history.bytesOf(line)))).toEqual(['one', 'two', 'three', 'four']);
  });

  it('are bounded', () => {
    const history = new LineHistory();
    fill(
      history,
      Array.from({ length: HISTORY_LINES + 5 }, (_, index) => `line ${index + 1}`),
    );
    expect(history.bytesOf(5)).toBeUndefined();
    expect(decoder.decode(history.bytesOf(6))).toBe('line 6');
  });
});
