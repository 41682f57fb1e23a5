import { EXIT_CODE_CAUSES } from '../causes/cause-rules.ts';
import { MAX_EXCERPT_LINES, MAX_EXCERPTS } from '../limits.ts';
import type { RetainedLines } from '../log/retained.ts';
import type { Excerpt, FailedStep, LineRange } from '../types.ts';
import { grow } from './blocks.ts';
import { type Entry, type Novelty, type Outline, outlineOf } from './outline.ts';
import type { Signal } from './signals.ts';
import { isConsequence } from './wording.ts';

/** Blocks with so little between them belong to one excerpt. */
const MAX_GAP_LINES = 1;

/** So many lines of each excerpt come first; what is left of the longer ones stands behind the others. */
const MAX_HEAD_LINES = 20;

/** What matchers understood is joined over so many lines between. */
const MAX_BRIDGED_LINES = 15;

/** An excerpt that explains so much less than the best one is left out. */
const MIN_SHARE_OF_BEST = 0.5;

/** What matchers are so sure of drives out what only sounds like a failure; what only sums up (`##[error]`) does not. */
const MIN_UNDERSTOOD_WEIGHT = 0.7;

/** What is said so far below what was understood is no consequence of it; and how loud it must be, with its distance from the end. */
const MAX_LINES_OF_CONSEQUENCES = 100;
const MIN_LOUD_SCORE = 0.6;

/** The last words of a failed command, where nothing speaks louder. */
const LAST_WORDS_WEIGHT = 0.3;

/** A difference that a checking tool prints is what it complains of. */
const DIFF_WEIGHT = 0.65;

/** What stands below `Failures:`. */
const SECTION_WEIGHT = 0.65;

/** `timeout` has ended the command, or a signal has: 124, 137 and their like. */
const TELLING_EXIT_WEIGHT = 0.45;

/** What failed and was passed over: from that weight on it is shown, with that score, and no longer than that. */
const MIN_PASSED_OVER_WEIGHT = 0.8;
const PASSED_OVER_SCORE = 0.2;
const MAX_LINES_PASSED_OVER = 15;

/** Plain lines of the same paragraph that a block takes in, by what it began with. */
const GROWTH = { up: 4, down: 8 };
const TOOL_GROWTH = { up: 0, down: 1 };

/** A line that is new against the green log. */
const NEW_WEIGHT = 0.3;

/** What sounds so much like a failure and is new is shown beside what matchers understood. */
const MIN_NEW_WORDING = 0.5;

/** A command that says less than this (its own line, its exit) fails for what was printed before it. */
const MIN_LINES_OF_COMMAND = 3;
const LINES_BEFORE_COMMAND = 200;

/** Lines of a command's output up to which the command itself is shown with them. */
const MAX_LINES_WITH_ECHO = 5;

/** What ends a command stands so near to its explanation. */
const MAX_LINES_TO_EXIT = 3;

/** A command that fails says why at its end: each tenfold of lines above it takes so much off. */
const FACTOR_PER_TENFOLD = 0.12;

export interface ExcerptInput {
  readonly signals: readonly Signal[];
  readonly failedSteps: readonly FailedStep[];
  /** Lines that state the failure without explaining it. */
  readonly anchors: readonly number[];
  readonly retained: RetainedLines;
  /** Numbers of the lines that are at hand. */
  readonly numbers: readonly number[];
  readonly lines: number;
  readonly isNew: Novelty;
}

/** Where a failure is looked for: from a command's first line to the statement that it failed. */
interface Region extends LineRange, Outline {
  /** The last entry that may explain; what follows are consequences. */
  readonly end: number;
  /** The statement of the failure, where its exit code says more than that something has failed. */
  readonly tellingExit: number | null;
}

interface Block extends LineRange {
  score: number;
  understood: boolean;
  /** It sounds like a failure, and the green log does not hold it. */
  isNew?: boolean;
}

/** Chooses the few lines that explain, best first; `MAX_EXCERPT_LINES` in all. */
export function chooseExcerpts(input: ExcerptInput): Excerpt[] {
  const regions = regionsOf(input);
  const blocks = regions.flatMap((region) => blocksOf(region, input));
  const all = merged(candidatesOf(blocks), linesOf(regions));
  const best = Math.max(0, ...all.map(({ score }) => score));
  const ranked = all
    .filter(({ score }) => score >= best * MIN_SHARE_OF_BEST && score > 0)
    .sort((left, right) => right.score - left.score || left.startLine - right.startLine)
    .slice(0, MAX_EXCERPTS);
  for (const block of ranked) closeAtExit(block, input);
  return withinBudget(headsFirst([...ranked, ...passedOver(regions, input)]));
}

/** Where matchers understood something: that, what is new, and what is said aloud so long after it that it must be something else. */
function candidatesOf(blocks: readonly Block[]): readonly Block[] {
  const understood = blocks.filter((block) => block.understood && block.score >= MIN_UNDERSTOOD_WEIGHT);
  if (understood.length === 0) return blocks;
  const later = Math.max(...understood.map(({ endLine }) => endLine)) + MAX_LINES_OF_CONSEQUENCES;
  return blocks.filter((block) => isTrusted(block) || (block.score >= MIN_LOUD_SCORE && block.startLine > later));
}

/**
 * The last of what a matcher surely understood before the commands that failed: tried again, or allowed to fail. It may
 * be where the trouble began, so it is shown after the rest.
 */
function passedOver(regions: readonly Region[], input: ExcerptInput): Block[] {
  const start = Math.min(...regions.map(({ startLine }) => startLine));
  const signal = input.signals.findLast(
    ({ kind, weight, endLine }) => kind === 'tool' && weight >= MIN_PASSED_OVER_WEIGHT && endLine < start,
  );
  if (!signal) return [];
  const range = { startLine: signal.startLine, endLine: Math.min(start - 1, signal.endLine + MAX_LINES_PASSED_OVER) };
  const region = regionIn(range, range, null, input);
  const byLine = new Map(region.entries.map((entry, index) => [entry.line, index]));
  return [{ ...blockOfSignal(signal, region, byLine), score: PASSED_OVER_SCORE }];
}

/** What stands between the explanation and the statement of the failure, if that is next, closes the excerpt: `exit status 3`. */
function closeAtExit(block: Block, { anchors, retained }: ExcerptInput): void {
  const exit = anchors.find((line) => line > block.endLine);
  if (exit === undefined || !block.understood || exit - block.endLine > MAX_LINES_TO_EXIT) return;
  for (let line = block.endLine + 1; line < exit; line++) {
    const text = retained.line(line)?.text ?? '';
    if (text === '' || !isConsequence(text)) return;
  }
  block.endLine = Math.max(block.endLine, exit - 1);
}

function regionsOf(input: ExcerptInput): Region[] {
  const { failedSteps, anchors, retained, lines } = input;
  if (failedSteps.length === 0) return [regionOf({ startLine: 1, endLine: lines }, null, input)];
  return failedSteps.map(({ startLine, endLine, exitCode }) => {
    const exit = anchors.find((line) => line >= startLine && line <= endLine);
    const isTelling = exitCode !== null && EXIT_CODE_CAUSES.has(exitCode);
    const range = { startLine: afterHeader(startLine, endLine, retained), endLine: exit ?? endLine };
    return regionOf(range, isTelling ? (exit ?? null) : null, input);
  });
}

/** The runner shows the script in a group, which is no output. */
function afterHeader(startLine: number, endLine: number, retained: RetainedLines): number {
  if (retained.line(startLine)?.marker !== 'group') return startLine;
  for (let line = startLine + 1; line < endLine; line++) {
    const marker = retained.line(line)?.marker;
    if (marker === undefined) return startLine;
    if (marker === 'endgroup') return line + 1;
  }
  return startLine;
}

function regionOf(range: LineRange, tellingExit: number | null, input: ExcerptInput): Region {
  const region = regionIn(range, range, tellingExit, input);
  if (region.entries.length >= MIN_LINES_OF_COMMAND) return region;
  return regionIn(range, { ...range, startLine: Math.max(1, range.startLine - LINES_BEFORE_COMMAND) }, tellingExit, input);
}

function regionIn(range: LineRange, read: LineRange, tellingExit: number | null, input: ExcerptInput): Region {
  const outline = outlineOf(input.numbers, read, input.retained, input.isNew);
  let end = outline.entries.length - 1;
  while (end > 0 && outline.entries[end]?.isConsequence) end--;
  return { ...range, ...outline, end, tellingExit };
}

function blocksOf(region: Region, input: ExcerptInput): Block[] {
  const { entries } = region;
  const byLine = new Map(entries.map((entry, index) => [entry.line, index]));
  const blocks: Block[] = [];
  for (const signal of input.signals) {
    if (signal.kind === 'wording') continue;
    if (signal.startLine < region.startLine || signal.startLine > region.endLine) continue;
    blocks.push(blockOfSignal(signal, region, byLine));
  }
  entries.forEach((entry, index) => {
    const weight = Math.max(entry.wording, entry.isNew && !entry.isConsequence ? NEW_WEIGHT : 0);
    if (weight < 0.15 || entry.isConsequence) return;
    const { first, last } = grow(entries, index, GROWTH);
    const block = blockFrom(region, first, last, weight * placeFactor(region, index), false);
    blocks.push({ ...block, isNew: entry.isNew && entry.wording >= MIN_NEW_WORDING });
  });
  for (const range of region.diffs) blocks.push(blockOfRange(range, DIFF_WEIGHT, region, byLine));
  for (const range of region.sections) blocks.push(blockOfRange(range, SECTION_WEIGHT, region, byLine));
  const { tellingExit } = region;
  if (tellingExit !== null)
    blocks.push({ startLine: tellingExit, endLine: tellingExit, score: TELLING_EXIT_WEIGHT, understood: false });
  const end = entries[region.end];
  if (end && input.anchors.length + input.failedSteps.length > 0) {
    const { first, last } = grow(entries, region.end, GROWTH);
    blocks.push(blockFrom(region, first, last, LAST_WORDS_WEIGHT, false));
  }
  return blocks;
}

function blockOfSignal(signal: Signal, region: Region, byLine: ReadonlyMap<number, number>): Block {
  const index = byLine.get(signal.endLine);
  const understood = signal.kind === 'tool';
  const factor = signal.kind === 'tool' || index === undefined ? 1 : placeFactor(region, index);
  const score = signal.weight * factor;
  if (index === undefined) return { startLine: signal.startLine, endLine: signal.endLine, score, understood };
  const { first, last } = grow(region.entries, index, signal.kind === 'tool' ? TOOL_GROWTH : GROWTH);
  const block = blockFrom(region, first, last, score, understood);
  return { ...block, startLine: Math.min(block.startLine, signal.startLine) };
}

function blockOfRange(
  { startLine, endLine }: LineRange,
  weight: number,
  region: Region,
  byLine: ReadonlyMap<number, number>,
): Block {
  const index = byLine.get(endLine);
  const score = index === undefined ? weight : weight * placeFactor(region, index);
  return { startLine, endLine, score, understood: false };
}

/** A command that says little is shown with its line. */
function blockFrom({ entries, echo }: Region, first: number, last: number, score: number, understood: boolean): Block {
  const isWhole = first === 0 && entries.length <= MAX_LINES_WITH_ECHO;
  const startLine = (isWhole ? echo : null) ?? entries[first]?.line ?? 0;
  return { startLine, endLine: entries[last]?.line ?? 0, score, understood };
}

function placeFactor(region: Region, index: number): number {
  const distance = Math.max(0, (region.entries[region.end]?.line ?? 0) - (region.entries[index]?.line ?? 0));
  return Math.max(0.3, 1 - FACTOR_PER_TENFOLD * Math.log10(1 + distance / 5));
}

/** Joins blocks that touch, or between which nothing speaks against it: lines that belong to neither are part of the story. */
function merged(ranges: readonly Block[], entryAt: ReadonlyMap<number, Entry>): Block[] {
  const sorted = [...ranges].sort((left, right) => left.startLine - right.startLine);
  const blocks: Block[] = [];
  for (const range of sorted) {
    const last = blocks.at(-1);
    if (!last || !isJoined(last, range, entryAt)) {
      blocks.push({ ...range });
      continue;
    }
    last.endLine = Math.max(last.endLine, range.endLine);
    last.score = Math.max(last.score, range.score);
  }
  return blocks;
}

function isJoined(last: Block, next: Block, entryAt: ReadonlyMap<number, Entry>): boolean {
  const gap = next.startLine - last.endLine - 1;
  if (gap <= MAX_GAP_LINES) return true;
  if (gap > MAX_BRIDGED_LINES || !isTrusted(last) || !isTrusted(next)) return false;
  for (let line = last.endLine + 1; line < next.startLine; line++) {
    const entry = entryAt.get(line);
    if (entry && (entry.isCalm || entry.isConsequence)) return false;
  }
  return true;
}

/** Understood, or new and loud. */
function isTrusted(block: Block): boolean {
  return block.understood || block.isNew === true;
}

function linesOf(regions: readonly Region[]): Map<number, Entry> {
  return new Map(regions.flatMap(({ entries }) => entries.map((entry) => [entry.line, entry] as const)));
}

/** Puts the beginnings of all excerpts first: who reads on, or cuts the text off, sees something of each. */
function headsFirst(ranked: readonly Block[]): Block[] {
  if (ranked.length === 1) return [...ranked];
  const least = Math.min(...ranked.map(({ score }) => score));
  const heads = ranked.map((block) => ({ ...block, endLine: Math.min(block.endLine, block.startLine + MAX_HEAD_LINES - 1) }));
  const rests = ranked.flatMap((block) => {
    const startLine = block.startLine + MAX_HEAD_LINES;
    return startLine > block.endLine ? [] : [{ ...block, startLine, score: least }];
  });
  return [...heads, ...rests];
}

function withinBudget(ranked: readonly Block[]): Excerpt[] {
  const chosen: Excerpt[] = [];
  let left = MAX_EXCERPT_LINES;
  for (const { startLine, endLine, score } of ranked) {
    if (left <= 0) break;
    const end = Math.min(endLine, startLine + left - 1);
    chosen.push({ startLine, endLine: end, score: Math.min(1, Math.round(score * 1000) / 1000) });
    left -= end - startLine + 1;
  }
  return chosen;
}
