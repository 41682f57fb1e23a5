import { MAX_LINE_CHARACTERS } from './limits.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** `2026-11-22T09:51:00.1234567Z ` as GitHub's runner writes it: seven digits below the second. */
const RUNNER_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z ?/;

/** CSI sequences (colours, cursor), OSC sequences (titles, links) and lone escapes. Each branch is linear. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are looked for
const ANSI = /\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,1000}(?:\x07|\x1b\\)|[@-Z\\^_])/g;

/** What travels before the message of a line: `##[error]`, `##[group]` and their kin. */
export type Marker = 'group' | 'endgroup' | 'error' | 'warning' | 'notice' | 'debug' | 'command' | 'section';

const MARKER = /^##\[(group|endgroup|error|warning|notice|debug|command|section)\]/;

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
  let text = decoder.decode(bytes);
  if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
  const untimed = text.replace(RUNNER_TIME, '');
  const timed = untimed.length !== text.length;
  text = untimed.includes('\x1b') ? untimed.replace(ANSI, '') : untimed;
  const marker = text.startsWith('##[') ? MARKER.exec(text) : null;
  if (marker) text = text.slice(marker[0].length);
  return { text: text.slice(0, MAX_LINE_CHARACTERS).trimEnd(), marker: (marker?.[1] as Marker | undefined) ?? null, timed };
}

/** Copies a text, so that keeping a short piece does not keep the long one that it was cut from. */
export function detached(text: string): string {
  return decoder.decode(encoder.encode(text));
}
