import type { FailureNotes } from '../../dispatch/failed-tests.ts';
import { numberOf } from '../matcher.ts';

const FRAME =
  /^\s*(?:at |\()(?:[^(]{0,300}\()?(?:file:\/\/)?(?<file>(?:[A-Za-z]:|https?:\/\/[^/\s]{1,200}|webpack:)?[^():]{1,500}):(?<line>\d{1,7})(?::(?<column>\d{1,7}))?\)?(?: \{)?$/;
/** Frames of the runtime and of dependencies, which are nobody's own code. */
const FOREIGN =
  /(?:^|[/\\])node_modules[/\\]|^node:|^internal\/|^(?:module|events|timers|util|assert|fs|net|vm|domain|child_process)\.js$|^native$|^<anonymous>$/;

/** Whence a bundler or a test server serves the file. */
const ORIGIN = /^(?:webpack:\/\/[^/]{0,100}\/(?:\.\/)?|https?:\/\/[^/]{1,200}\/(?:base|absolute)\/)/;

/** A place in the project's own code. */
export interface Frame {
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
}

/** Where a failure's message ends: a stack, a piece of source with its line numbers, or what jest and vitest put there. */
const AFTER_MESSAGE =
  /^\s*(?:at .{0,1000}(?::\d{1,7}\)?|<anonymous>\)?|<Jasmine>|native\)?)(?: \{)?$|❯ \S|> ?\d{1,7} \||\d{1,7} \||⎯{3}|❌)/;

/** Takes down a line below the heading of a failure: its message, then the first own frame, which is also returned. */
export function noteLine(notes: FailureNotes, text: string): Frame | null {
  if (AFTER_MESSAGE.test(text)) notes.endMessage();
  else notes.say(text);
  const frame = ownFrameOf(text);
  if (frame) notes.place(frame);
  return frame;
}

/** Reads a line of a stack trace of V8; `null` for other lines and for frames of the runtime or of dependencies. */
export function ownFrameOf(text: string): Frame | null {
  const groups = FRAME.exec(text)?.groups;
  const file = groups?.['file'];
  if (file === undefined || FOREIGN.test(file) || /^\s|\s{2}/.test(file)) return null;
  return { file: file.replace(ORIGIN, ''), line: numberOf(groups?.['line']), column: numberOf(groups?.['column']) };
}
