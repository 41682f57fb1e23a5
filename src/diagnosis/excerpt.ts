import { MAX_EXCERPT_LINES, MAX_EXCERPTS } from './limits.ts';
import type { RetainedLines } from './retained.ts';
import type { Signal } from './signals.ts';
import type { Excerpt, LineRange } from './types.ts';

/** Signals so near to each other belong to one excerpt. */
const MAX_GAP_LINES = 2;

/** An excerpt that explains so much less than the best one is left out. */
const MIN_SHARE_OF_BEST = 0.75;

/** Signals outside of the failed steps did not stop the job. */
const OUTSIDE_FACTOR = 0.3;

/** A block that only wording points to grows so far, up to a blank line. */
const GROW_UP_LINES = 3;
const GROW_DOWN_LINES = 8;

/** Lines above an exit code that are shown where nothing else speaks. */
const LINES_BEFORE_EXIT = 10;

/**
 * A job stops where it fails: what stands further above the statement that a command failed counts less,
 * down to half at so many lines.
 */
const FAR_FROM_ANCHOR_LINES = 500;
const FAR_FROM_ANCHOR_FACTOR = 0.5;

/** The score of the lines above an exit code; weak wording from afar scores less. */
const BEFORE_EXIT_SCORE = 0.2;

/** What matchers or rules are so sure of drives out what only sounds like a failure. */
const MIN_UNDERSTOOD_WEIGHT = 0.6;

export interface ExcerptInput {
  readonly signals: readonly Signal[];
  readonly failedSteps: readonly LineRange[];
  /** Lines that state the failure without explaining it. */
  readonly anchors: readonly number[];
  readonly retained: RetainedLines;
  readonly lines: number;
}

/** Chooses the few lines that explain, best first; `MAX_EXCERPT_LINES` in all. */
export function chooseExcerpts(input: ExcerptInput): Excerpt[] {
  const weighed = weigh(input);
  const blocks = merged([...weighed.map((signal) => grown(signal, input)), ...beforeExit(input, weighed)]);
  const best = Math.max(0, ...blocks.map(({ score }) => score));
  const ranked = blocks
    .filter(({ score }) => score >= best * MIN_SHARE_OF_BEST && score > 0)
    .sort((left, right) => right.score - left.score || left.startLine - right.startLine)
    .slice(0, MAX_EXCERPTS);
  return withinBudget(ranked);
}

/** What matchers understood drives out what only sounds like a failure. */
function weigh(input: ExcerptInput): Signal[] {
  const weighed = input.signals
    .map((signal) => ({ ...signal, weight: signal.weight * placeFactor(signal, input) }))
    .filter(({ weight }) => weight >= 0.15);
  const understood = weighed.filter(({ kind, weight }) => kind !== 'wording' && weight >= MIN_UNDERSTOOD_WEIGHT);
  return understood.length > 0 ? weighed.filter(({ kind }) => kind !== 'wording') : weighed;
}

function placeFactor(signal: Signal, { failedSteps, anchors }: ExcerptInput): number {
  const isOutside =
    failedSteps.length > 0 && !failedSteps.some((step) => signal.startLine >= step.startLine && signal.startLine <= step.endLine);
  if (isOutside) return OUTSIDE_FACTOR;
  if (signal.kind === 'tool' || anchors.length === 0) return 1;
  const anchor = anchors.find((line) => line >= signal.endLine);
  const distance = anchor === undefined ? FAR_FROM_ANCHOR_LINES : Math.min(FAR_FROM_ANCHOR_LINES, anchor - signal.endLine);
  return 1 - (1 - FAR_FROM_ANCHOR_FACTOR) * (distance / FAR_FROM_ANCHOR_LINES);
}

/** Grows a signal of wording to its block; what a matcher understood has its bounds already. */
function grown(signal: Signal, { retained, lines }: ExcerptInput): Excerpt {
  const range = { startLine: signal.startLine, endLine: signal.endLine, score: signal.weight };
  if (signal.kind === 'tool') return range;
  const belongs = (line: number) => {
    const text = retained.line(line);
    return text !== null && text.text.trim() !== '' && text.marker !== 'group' && text.marker !== 'endgroup';
  };
  for (let step = 0; step < GROW_DOWN_LINES && range.endLine < lines && belongs(range.endLine + 1); step++) range.endLine++;
  for (let step = 0; step < GROW_UP_LINES && range.startLine > 1 && belongs(range.startLine - 1); step++) range.startLine--;
  return range;
}

function merged(ranges: readonly Excerpt[]): Excerpt[] {
  const sorted = [...ranges].sort((left, right) => left.startLine - right.startLine);
  const blocks: Excerpt[] = [];
  for (const range of sorted) {
    const last = blocks.at(-1);
    if (!last || range.startLine > last.endLine + MAX_GAP_LINES + 1) {
      blocks.push({ ...range });
      continue;
    }
    last.endLine = Math.max(last.endLine, range.endLine);
    last.score = Math.max(last.score, range.score);
  }
  return blocks;
}

/** Where nothing speaks up: the last lines of the failed command. */
function beforeExit({ anchors, failedSteps }: ExcerptInput, weighed: readonly Signal[]): Excerpt[] {
  const anchor = anchors.at(-1);
  if (anchor === undefined || weighed.some(({ weight }) => weight > BEFORE_EXIT_SCORE)) return [];
  const step = failedSteps.find(({ startLine, endLine }) => anchor >= startLine && anchor <= endLine);
  const startLine = Math.max(step?.startLine ?? 1, anchor - LINES_BEFORE_EXIT);
  return [{ startLine, endLine: anchor, score: BEFORE_EXIT_SCORE }];
}

function withinBudget(ranked: readonly Excerpt[]): Excerpt[] {
  const chosen: Excerpt[] = [];
  let left = MAX_EXCERPT_LINES;
  for (const excerpt of ranked) {
    if (left <= 0) break;
    const endLine = Math.min(excerpt.endLine, excerpt.startLine + left - 1);
    chosen.push({ ...excerpt, endLine, score: Math.min(1, Math.round(excerpt.score * 1000) / 1000) });
    left -= endLine - excerpt.startLine + 1;
  }
  return chosen;
}
