import { beforeEach, describe, expect, it } from 'vitest';
import { type KnownLine, NO_PASSAGES } from '../../../../src/diagnosis/dispatch/known-lines.ts';
import { RepeatedPassages } from '../../../../src/diagnosis/dispatch/passages.ts';
import { MAX_FOLLOW_LINES, MAX_REPEATED_LINES } from '../../../../src/diagnosis/limits.ts';

function knownLine(): KnownLine {
  return { hits: [1], claims: [], proven: [], weight: null, clean: null, printed: null, passages: NO_PASSAGES };
}

/** The number of a passage's first line; what is above matters only to one test. */
const FIRST = 100;

let a = knownLine();
let b = knownLine();
let c = knownLine();
let d = knownLine();

// A line keeps the passages that begin with it.
beforeEach(() => {
  [a, b, c, d] = [knownLine(), knownLine(), knownLine(), knownLine()];
});

/** Reads lines of a passage: somebody waits behind each but the last one, and behind that one too where a step cuts it. */
function readOnce(passages: RepeatedPassages, lines: readonly (KnownLine | null)[], isCut = false): void {
  passages.begin(FIRST);
  for (const [index, line] of lines.entries()) passages.note(line, index < lines.length - 1 || isCut);
}

/** Reads a passage so often, in a step of its own each time. */
function read(passages: RepeatedPassages, lines: readonly (KnownLine | null)[], { times = 1, isCut = false } = {}): void {
  for (let time = 0; time < times; time++) {
    passages.beginStep();
    readOnce(passages, lines, isCut);
  }
  passages.beginStep();
}

/** Passages of which enough lines have been read again. */
function worn(knownAt: (line: number) => KnownLine | null = () => null): RepeatedPassages {
  const passages = new RepeatedPassages(knownAt);
  read(passages, [knownLine(), knownLine()], { times: MAX_REPEATED_LINES / 2 + 1 });
  return passages;
}

function answers(passages: RepeatedPassages, lines: readonly (KnownLine | null)[]): unknown[] {
  return lines.map((line, index) => {
    const answer = passages.holds(FIRST + index, line);
    if (answer === 'whole') passages.leaveOut();
    return answer;
  });
}

describe('RepeatedPassages', () => {
  it('leaves nothing out before enough lines have been read again', () => {
    const passages = new RepeatedPassages(() => null);
    read(passages, [a, b], { times: MAX_REPEATED_LINES / 2 });
    expect(answers(passages, [a])).toEqual([null]);
    read(passages, [a, b]);
    expect(answers(passages, [a, b])).toEqual(['part', 'whole']);
  });

  it('holds a passage back that was read twice, line by line', () => {
    const passages = worn();
    read(passages, [a, b, c]);
    expect(answers(passages, [a])).toEqual([null]);
    read(passages, [a, b, c]);
    expect(answers(passages, [a, b, c])).toEqual(['part', 'part', 'whole']);
    expect(passages.held).toBe(0);
    expect(answers(passages, [b])).toEqual([null]);
  });

  it('gives the lines back where one differs, or is not known', () => {
    for (const other of [d, null]) {
      const passages = worn();
      read(passages, [a, b, c], { times: 2 });
      expect(answers(passages, [a, b, other])).toEqual(['part', 'part', null]);
      expect(passages.held).toBe(2);
      passages.release();
      expect(passages.held).toBe(0);
    }
  });

  it('tells passages that begin alike apart by the line in which they differ', () => {
    const passages = worn();
    for (const lines of [
      [a, b],
      [a, c, d],
    ])
      read(passages, lines, { times: 2 });
    expect(answers(passages, [a, c, d])).toEqual(['part', 'part', 'whole']);
    passages.beginStep();
    expect(answers(passages, [a, b])).toEqual(['part', 'whole']);
  });

  it('waits where one passage is the beginning of another', () => {
    const passages = worn();
    read(passages, [a], { times: 2 });
    read(passages, [a, b], { times: 2 });
    expect(answers(passages, [a, b])).toEqual(['part', 'whole']);
    passages.beginStep();
    expect(answers(passages, [a, c])).toEqual(['part', null]);
    expect(passages.held).toBe(1);
  });

  it('leaves one out only behind those that it has come behind before', () => {
    const passages = worn();
    for (const [first, second] of [
      [a, b],
      [a, b],
      [c, d],
      [c, d],
    ] as const) {
      passages.beginStep();
      readOnce(passages, [first]);
      readOnce(passages, [second]);
    }
    passages.beginStep();
    expect(answers(passages, [a, b])).toEqual(['whole', 'whole']);
    passages.beginStep();
    expect(answers(passages, [a, d])).toEqual(['whole', null]);
    passages.beginStep();
    expect(answers(passages, [b])).toEqual([null]);
  });

  it('leaves one out only below the lines that somebody has looked at', () => {
    const above = new Map([[FIRST - 2, c]]);
    const passages = worn((line) => above.get(line) ?? null);
    const readLookingBack = (distance: number) => {
      passages.beginStep();
      passages.begin(FIRST);
      passages.lookedAt(FIRST - distance);
      passages.note(a, false);
      passages.beginStep();
    };
    for (let time = 0; time < 3; time++) readLookingBack(2);
    expect(answers(passages, [a])).toEqual([null]); // the line between is not known
    above.set(FIRST - 1, b);
    for (let time = 0; time < 3; time++) readLookingBack(2);
    expect(answers(passages, [a])).toEqual(['whole']);
    above.set(FIRST - 2, d);
    passages.beginStep();
    expect(answers(passages, [a])).toEqual([null]);
  });

  it('leaves nothing out right below what is new', () => {
    const passages = worn();
    read(passages, [a], { times: 2 });
    readOnce(passages, [null]);
    for (let line = 0; line < MAX_FOLLOW_LINES; line++) {
      expect(answers(passages, [a])).toEqual([null]);
      readOnce(passages, [d]);
    }
    passages.beginStep();
    expect(answers(passages, [a])).toEqual(['whole']);
  });

  it('ends a passage that a step has cut where a step cuts it again, and only there', () => {
    const passages = worn();
    read(passages, [a, b], { times: 2, isCut: true });
    expect(answers(passages, [a])).toEqual(['part']);
    expect(passages.endsByStep()).toBe(false);
    expect(answers(passages, [b])).toEqual(['part']);
    expect(passages.endsByStep()).toBe(true);
    expect(answers(passages, [c])).toEqual([null]);
  });

  it('remembers no passage with a line that is not known, nor what follows in it', () => {
    const passages = worn();
    read(passages, [a, null, b], { times: 3 });
    expect(answers(passages, [a, b])).toEqual([null, null]);
  });

  it('remembers no passage that is very long', () => {
    const passages = worn();
    read(passages, [a, ...Array.from({ length: 511 }, knownLine)], { times: 2 });
    read(passages, [b, ...Array.from({ length: 512 }, knownLine)], { times: 2 });
    expect(a.passages).toHaveLength(1);
    expect(b.passages).toEqual([]);
  });

  it('forgets', () => {
    const passages = worn();
    read(passages, [a, b], { times: 2 });
    passages.forget();
    passages.beginStep();
    expect(answers(passages, [a])).toEqual([null]);
    read(passages, [a, b], { times: 2 });
    expect(answers(passages, [a])).toEqual(['part']);
  });

  it('stays bounded, however many passages there are', () => {
    const passages = worn();
    const firsts = Array.from({ length: 2_000 }, knownLine);
    const rest = Array.from({ length: 400 }, knownLine);
    for (const first of firsts) read(passages, [first, ...rest]);
    const remembered = firsts.reduce(
      (sum, { passages: ones }) => sum + ones.reduce((all, { lines }) => all + lines.length, 0),
      0,
    );
    expect(remembered).toBeGreaterThan(0);
    expect(remembered).toBeLessThanOrEqual(131_072);
  });
});
