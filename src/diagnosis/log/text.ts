import { MAX_LINE_CHARACTERS } from '../limits.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const BYTE_ORDER_MARK = 0xfeff;
const LETTER_T = 0x54;

/** `2026-11-22T09:51:00.1234567Z ` as GitHub's runner writes it: seven digits below the second. */
const RUNNER_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z ?/;

/** `job⇥step⇥time `: GitHub's command line (`gh run view --log`) puts the names of the job and the step before each line. */
const JOB_AND_STEP = /^[^\t]{1,200}\t[^\t]{1,200}\t\ufeff?(?=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z)/;

/** CSI sequences (colours, cursor), OSC sequences (titles, links), character sets and lone escapes. Each branch is linear. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are looked for
const ANSI = /\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,1000}(?:\x07|\x1b\\)|[()][0-9A-Z]|[@-Z\\^_])/g;

/** What travels before the message of a line: `##[error]`, `##[group]` and their kin. */
export type Marker = 'group' | 'endgroup' | 'error' | 'warning' | 'notice' | 'debug' | 'command' | 'section';

const MARKER = /^##\[(group|endgroup|error|warning|notice|debug|command|section)\]/;

/**
 * The page of a job shows `##[error]` as `Error: `, and people copy from there. Tools write the word too: it is the
 * page's only before a place in a file, which no tool puts behind it.
 */
const PAGE_MARKER = /^(?<word>Error|Warning|Notice): (?=[^\s:()]{1,300}(?::\d{1,7}[:,]|\(\d{1,7}[,)]))/;

/** The page's link to a line of the log, which copying puts around a number of the line: `[13](https://…#step:5:14)`. */
const STEP_LINK = /\[(\d{1,9})\]\(https:\/\/[^\s()#]{1,300}#step:\d{1,9}:\d{1,9}\)/g;

/** A line as expressions see it. */
export interface CleanLine {
  /** Without time, colours, marker and the blanks at its end. At most `MAX_LINE_CHARACTERS` long. */
  text: string;
  marker: Marker | null;
  /** The line began with the time that GitHub's runner writes. */
  timed: boolean;
}

/** Decodes a line (broken UTF-8 becomes U+FFFD) and takes off what the runner and the terminal put around it. */
export function cleanLine(bytes: Uint8Array): CleanLine {
  return cleanText(decoder.decode(bytes), false);
}

/**
 * Takes off what the runner and the terminal put around a line.
 * @param isUntimed the runner's time has been taken off already.
 */
export function cleanText(line: string, isUntimed: boolean): CleanLine {
  const { text, timed } = isUntimed ? { text: line, timed: true } : untimed(line);
  const plain = text.includes('\x1b') ? text.replace(ANSI, '') : text;
  const unlinked = !timed && plain.includes('#step:') ? plain.replace(STEP_LINK, '$1') : plain;
  const { marker, rest } = unmarked(unlinked, timed);
  return { text: cut(rest).trimEnd(), marker, timed };
}

function cut(text: string): string {
  return text.length > MAX_LINE_CHARACTERS ? text.slice(0, MAX_LINE_CHARACTERS) : text;
}

/**
 * A line as the tool printed it: without time and colours, but whole, and with the blanks at its end.
 * @param isUntimed the runner's time has been taken off already.
 */
export function printedText(line: string, isUntimed: boolean): string {
  const text = isUntimed ? line : untimed(line).text;
  return text.includes('\x1b') ? text.replace(ANSI, '') : text;
}

function untimed(line: string): { text: string; timed: boolean } {
  let text = line.charCodeAt(0) === BYTE_ORDER_MARK ? line.slice(1) : line;
  const timed = text.charCodeAt(10) === LETTER_T ? RUNNER_TIME.exec(text) : null;
  if (timed) return { text: text.slice(timed[0].length), timed: true };
  if (!text.includes('\t')) return { text, timed: false };
  const named = JOB_AND_STEP.exec(text);
  if (!named) return { text, timed: false };
  text = text.slice(named[0].length);
  return { text: text.replace(RUNNER_TIME, ''), timed: true };
}

function unmarked(text: string, timed: boolean): { marker: Marker | null; rest: string } {
  if (text.startsWith('##[')) {
    const marker = MARKER.exec(text);
    return marker ? { marker: marker[1] as Marker, rest: text.slice(marker[0].length) } : { marker: null, rest: text };
  }
  const first = text.charAt(0);
  const mayBePage = !timed && (first === 'E' || first === 'W' || first === 'N');
  const word = mayBePage ? PAGE_MARKER.exec(text)?.groups?.['word'] : undefined;
  if (word === undefined) return { marker: null, rest: text };
  return { marker: word.toLowerCase() as Marker, rest: text.slice(word.length + 2) };
}

/**
 * Copies a text, so that keeping a short piece does not keep the long one that it was cut from: to cut something off a
 * sum, the engine has to write the sum down. Halves of characters, which a cut may leave, become U+FFFD.
 */
export function detached(text: string): string {
  return ` ${text.toWellFormed()}`.slice(1);
}
