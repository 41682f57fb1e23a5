import type { Diagnosis } from '../../../src/diagnosis/types.ts';
import type { CaseOf } from '../case.ts';
import { f1, ratio, type Scores } from '../sums.ts';

/** Lines of excerpts that somebody who is in a hurry reads. */
const HURRIED_LINES = 60;

/** Places of one labelled text that are looked for. */
const MOST_PLACES = 50;

type Range = readonly [number, number];

/**
 * How well the excerpts cover the marked lines. Where the marked text stands several times, or two people marked, the
 * best fit counts.
 */
export function scoreExcerpt(one: CaseOf<'excerpt'>, diagnosis: Diagnosis, log: string): Scores {
  const lines = log.split(/\r\n|\n|\r/);
  const ranges = diagnosis.excerpts.map(({ startLine, endLine }): Range => [startLine, Math.min(endLine, lines.length)]);
  const shown = linesOf(ranges);
  const hurried = new Set(ranges.flatMap((range) => [...linesOf([range])]).slice(0, HURRIED_LINES));
  let best: Scores = { hit: 0, recall: 0, precision: 0, f1: 0, jaccard: 0, worth: -1 };
  for (const marked of labels(one, lines)) {
    const common = overlap(shown, marked);
    const [precision, recall] = [ratio(common, shown.size), ratio(common, marked.size)];
    const fit = f1(precision, recall);
    if (fit <= best.worth) continue;
    const hit = Number(overlap(hurried, marked) > 0);
    best = { hit, recall, precision, f1: fit, jaccard: common / (shown.size + marked.size - common || 1), worth: fit };
  }
  return { ...best, reduction: 1 - shown.size / Math.max(1, lines.length) };
}

function overlap(left: ReadonlySet<number>, right: ReadonlySet<number>): number {
  return [...left].filter((line) => right.has(line)).length;
}

function labels({ truth }: CaseOf<'excerpt'>, lines: readonly string[]): Set<number>[] {
  const given = truth.ranges2 ? [truth.ranges, truth.ranges2].filter((ranges) => ranges.length > 0) : placesOf(truth, lines);
  return given.map(linesOf);
}

/** All places where the labelled text stands: its labellers marked one, any counts. Blanks and colours are no text. */
function placesOf({ text, ranges }: CaseOf<'excerpt'>['truth'], lines: readonly string[]): (readonly Range[])[] {
  const wanted = squashed(text ?? '');
  if (wanted === '') return [ranges];
  const starts: number[] = [];
  const pieces: string[] = [];
  let length = 0;
  for (const line of lines) {
    starts.push(length);
    const piece = squashed(line);
    pieces.push(piece);
    length += piece.length;
  }
  const all = pieces.join('');
  const places: Range[][] = [];
  for (let at = all.indexOf(wanted); at >= 0 && places.length < MOST_PLACES; at = all.indexOf(wanted, at + 1)) {
    places.push([[lineAt(starts, at), lineAt(starts, at + wanted.length - 1)]]);
  }
  return places.length > 0 ? places : [ranges];
}

/** The number of the last line that begins at or before the place. */
function lineAt(starts: readonly number[], place: number): number {
  return starts.findLastIndex((start) => start <= place) + 1;
}

function squashed(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are taken out
  return text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replace(/[\s\x00-\x1f\ufffd]/g, '');
}

function linesOf(ranges: readonly Range[]): Set<number> {
  return new Set(
    ranges.flatMap(([start, end]) => Array.from({ length: Math.max(0, end - start + 1) }, (_, index) => start + index)),
  );
}
