import { FailureNotes } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest } from '../../types.ts';
import { numberOf } from '../matcher.ts';

/** What `t.Error` and its kin print: `    tax_test.go:7: rate = 19; want 7`. */
const LOCATION = /^\s+(?<file>[^\s:]{1,300}\.go):(?<line>\d{1,7}): (?<message>.*)$/;
/** testify tells the place of the assertion with its whole path, and what was asserted. */
const TRACE = /^\s+Error Trace:\s+(?<file>[^\s:]{1,500}\.go):(?<line>\d{1,7})$/;
const NOT_THE_MESSAGE = /^\s+(?:Error Trace|Test):\s|^\s+\S{1,500}\.go:\d{1,7}$/;

/** A line that names its place. */
export interface Location {
  readonly file: string;
  readonly line: number | null;
  readonly message: string;
}

/** Reads a line that a test has printed with its place; `null` for others. */
export function locationOf(text: string): Location | null {
  const groups = text.includes('.go:') ? LOCATION.exec(text)?.groups : undefined;
  return groups ? { file: groups['file'] ?? '', line: numberOf(groups['line']), message: groups['message'] ?? '' } : null;
}

/** What a test has printed before its result: the first place, and what it says there. */
export class Said implements Pick<FailedTest, 'message' | 'frame'> {
  readonly file: string;
  readonly line: number | null;
  readonly logLine: number;
  message: string | null = null;
  frame: FailedTest['frame'] = null;
  readonly #notes = new FailureNotes(this);

  constructor(location: Location, logLine: number) {
    this.file = detached(location.file);
    this.line = location.line;
    this.logLine = logLine;
    noteOutput(this.#notes, location, '');
  }

  /** Takes a line that may go on with what was said. Returns whether it did. */
  goOn(text: string): boolean {
    if (!/^ {8}/.test(text)) return false;
    noteOutput(this.#notes, null, text);
    return true;
  }
}

/** Takes down a line of a failed test's output: places, and what is said at the first of them. */
export function noteOutput(notes: FailureNotes, location: Location | null, text: string): void {
  const trace = text.includes('.go:') ? TRACE.exec(text)?.groups : undefined;
  if (trace) notes.place({ file: trace['file'] ?? '', line: numberOf(trace['line']) }, 'innermost-last');
  if (location) notes.place({ file: location.file, line: location.line });
  if (!NOT_THE_MESSAGE.test(text)) notes.say(location ? location.message : text);
}
