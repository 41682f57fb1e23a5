import type { RetainedLines } from '../log/retained.ts';
import type { CleanLine } from '../log/text.ts';
import type { LineRange } from '../types.ts';
import { DiffFinder } from './diffs.ts';
import { sectionsOf } from './sections.ts';
import { type Sound, soundOf, weighWording } from './wording.ts';

/** A line of the log as the choice of excerpts sees it; blank lines are only counted. */
export interface Entry {
  readonly line: number;
  readonly text: string;
  /** The text without the level that the tool wrote before it (`[error]`). */
  readonly body: string;
  /** Blanks before the body. */
  readonly indent: number;
  /** Blank lines above; `Infinity` where lines are missing or a group begins. */
  readonly gap: number;
  /** How much it sounds like a failure, 0 to 1; 0 for what stands in the green log too. */
  readonly wording: number;
  /** It says that all is well, or counts progress. */
  readonly isCalm: boolean;
  /** It says that something has failed, never what. */
  readonly isConsequence: boolean;
  /** There is a green log, and it does not hold the line. */
  readonly isNew: boolean;
  /** A line of signs, or a title between them: it parts sections. */
  readonly isRuler: boolean;
  /** How the line begins, without what differs from one to the next. */
  readonly beginning: string;
  /** Many lines begin so: it counts what is done. */
  readonly isChatter: boolean;
}

/** What a command has printed. */
export interface Outline {
  readonly entries: readonly Entry[];
  /** The line that shows the command itself, directly above the first entry. */
  readonly echo: number | null;
  /** Unified diffs. */
  readonly diffs: readonly LineRange[];
  /** Sections that tell of failures, without their headings. */
  readonly sections: readonly LineRange[];
}

/** Whether a line stands in the green log; `null` where there is none. */
export type Novelty = (text: string) => boolean | null;

/**
 * Reads the retained lines of a range.
 * @param numbers those of all retained lines, ascending
 */
export function outlineOf(numbers: readonly number[], range: LineRange, retained: RetainedLines, isNewLine: Novelty): Outline {
  const entries: Entry[] = [];
  const sounds = new Map<string, Sound>();
  const diffs = new DiffFinder();
  let echo: number | null = null;
  let last = range.startLine - 1;
  let gap = 0;
  for (let index = firstFrom(numbers, range.startLine); index < numbers.length; index++) {
    const line = numbers[index] as number;
    if (line > range.endLine) break;
    if (line !== last + 1) gap = Number.POSITIVE_INFINITY;
    last = line;
    const clean = retained.line(line);
    if (clean) diffs.read(line, clean.text);
    if (!clean || clean.text.trim() === '' || NOISE.test(clean.text)) {
      gap++;
      continue;
    }
    const isEcho = ECHO.test(clean.text);
    if (isEcho && entries.length === 0) echo = line;
    if (isEcho || clean.marker === 'group' || clean.marker === 'endgroup') {
      gap = Number.POSITIVE_INFINITY;
      continue;
    }
    entries.push(entryOf(line, clean, gap, isNewLine(clean.text), heard(sounds, clean.text)));
    gap = 0;
  }
  const quiet = withChatter(quietened(entries));
  return {
    entries: quiet,
    echo: echo !== null && echo + 1 === quiet[0]?.line ? echo : null,
    diffs: diffs.list(),
    sections: sectionsOf(quiet),
  };
}

/** The index of the first number that is not below `least`. */
function firstFrom(numbers: readonly number[], least: number): number {
  let from = 0;
  let to = numbers.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((numbers[middle] as number) < least) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** From so many lines of one shape on, what hardly sounds like a failure is the name of what runs. */
const MIN_SAID_AGAIN = 3;
const MAX_WEAK_WORDING = 0.5;
const REPEATED_FACTOR = 0.3;

/** From so many lines that begin alike on, they count progress. */
const MIN_REPEATS = 5;

/** Failures are told in many words, progress in the same ones: what repeats sounds less. */
function quietened(entries: readonly Entry[]): Entry[] {
  const shapes = entries.map(({ text, wording }) => (wording > 0 ? shapeOf(text) : null));
  const counts = new Map<string, number>();
  for (const shape of shapes) if (shape !== null) counts.set(shape, (counts.get(shape) ?? 0) + 1);
  return entries.map((entry, index) => {
    const shape = shapes[index] ?? null;
    const isRepeated =
      shape !== null && entry.wording < MAX_WEAK_WORDING && (counts.get(shape) ?? 0) >= MIN_SAID_AGAIN && !PLACE.test(entry.text);
    return isRepeated ? { ...entry, wording: entry.wording * REPEATED_FACTOR, isCalm: true } : entry;
  });
}

/** Marks the lines that count progress: they begin alike, sound of nothing, and name no place in a file. */
function withChatter(entries: readonly Entry[]): Entry[] {
  const counts = new Map<string, number>();
  for (const { beginning } of entries) counts.set(beginning, (counts.get(beginning) ?? 0) + 1);
  return entries.map((entry) => {
    const isAlike = entry.wording < 0.3 && (counts.get(entry.beginning) ?? 0) >= MIN_REPEATS;
    return isAlike && !PLACE.test(entry.text) ? { ...entry, isChatter: true } : entry;
  });
}

const TWO_WORDS = /^(\S{0,60})\s{0,60}(\S{0,60})/;
const DIFFERS = /[\d/\\._]/;

/** The first two words; those with digits, signs or a path differ from line to line. */
function beginningOf(text: string): string {
  const [, first = '', second = ''] = TWO_WORDS.exec(text.trimStart()) ?? [];
  return `${DIFFERS.test(first) ? '*' : first} ${DIFFERS.test(second) ? '*' : second}`;
}

/** A line without the words that differ from one to the next: quoted ones, paths, numbers. */
function shapeOf(text: string): string {
  return text
    .slice(0, 200)
    .replace(/'[^']*'|"[^"]*"|`[^`]*`/g, "'")
    .replace(/(?<!\S)\S*[\d/\\.:_-]\S*/g, '*')
    .replace(/\s+/g, ' ');
}

/** What Travis writes around commands, and the command itself as it shows it. */
const NOISE = /^travis_(?:time|fold):/;
const ECHO = /^\$ \S/;

/** `-----`, `- - - -`, `=== FAILURES ===`: so many signs as no value has. */
const MAX_RULER_CHARACTERS = 200;
const RULER = /^\s*([-=*_#!~+])(?: ?\1){4,}(?:\s.{0,80})?$/;

/** `till.rb:12`, `(Till.java:12)`, `line 12`. */
const PLACE = /[\w)]\.[A-Za-z]{1,10}[:(]\d|\bline \d/;

/** `[info] `, `[error] `: sbt and Maven write the level before every line of a block. */
const LEVEL = /^\[(?:info|INFO|warn|WARN|WARNING|error|ERROR)\] ?/;

/** How a text sounds; logs repeat theirs. */
function heard(sounds: Map<string, Sound>, text: string): Sound {
  const known = sounds.get(text);
  if (known) return known;
  const sound = soundOf(text);
  sounds.set(text, sound);
  return sound;
}

function entryOf(line: number, { text, marker }: CleanLine, gap: number, isNew: boolean | null, sound: Sound): Entry {
  const isKnown = isNew === false;
  const body = text.replace(LEVEL, '');
  return {
    line,
    text,
    body,
    indent: body.length - body.trimStart().length,
    gap,
    wording: isKnown ? 0 : marker === 'error' ? weighWording(`Error: ${text}`) : sound.weight,
    isCalm: isKnown || sound.isCalm,
    isConsequence: sound.isConsequence,
    isNew: isNew === true,
    isRuler: text.length <= MAX_RULER_CHARACTERS && RULER.test(text),
    beginning: beginningOf(body),
    isChatter: false,
  };
}
