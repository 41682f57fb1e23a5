import { numberOf } from '../matcher.ts';

/** A frame of a traceback: `  File "shop/prices.py", line 12, in load`. */
export interface Frame {
  readonly path: string;
  readonly line: number | null;
  /** `null` for the place of a syntax error, which is in no function. */
  readonly function: string | null;
}

const FRAME = /^\s*File "(?<path>[^"]+)", line (?<line>\d{1,9})(?:, in (?<function>.*))?$/;

/** Libraries, Python's own modules, and code that is in no file. */
const FOREIGN =
  /^<|[\\/](?:site-packages|dist-packages)[\\/]|[\\/](?:lib|lib64|Lib)[\\/]python\d|[\\/]python\d[\d.]*[\\/](?!site-packages)\w|[\\/]hostedtoolcache[\\/]|^[A-Za-z]:\\Python\d/;

/** Reads a frame; `null` for any other line. */
export function frameOf(text: string): Frame | null {
  const groups = FRAME.exec(text)?.groups;
  if (!groups) return null;
  return { path: groups['path'] ?? '', line: numberOf(groups['line']), function: groups['function'] ?? null };
}

/** Whether a path is the repository's own code, as far as a path can say it. */
export function isOwnCode(path: string): boolean {
  return !FOREIGN.test(path);
}

/** The frame that a person looks at first: the innermost of the repository's own, or else the innermost. */
export function ownFrame(frames: readonly Frame[]): Frame | null {
  return frames.findLast(({ path }) => isOwnCode(path)) ?? frames.at(-1) ?? null;
}
