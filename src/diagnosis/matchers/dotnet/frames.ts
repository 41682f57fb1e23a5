import { FailureNotes } from '../../dispatch/failed-tests.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** `at Shop.CartTests.Adds() in /work/CartTests.cs:line 12`; mono leaves out the word `line`. */
const FRAME = /^\s*at (?<method>.{1,500}?) in (?<file>(?:[A-Za-z]:)?[^:]{1,500}):(?:line )?(?<line>\d{1,7})\s*$/;

/** xUnit turns it around: `/work/CartTests.cs(12,0): at Shop.CartTests.Adds()`. */
const XUNIT_FRAME = /^\s*(?<file>(?:[A-Za-z]:)?[^\s:()][^:()]{0,500})\((?<line>\d{1,7}),\d{1,7}\): at (?<method>\S.*)$/;

const MESSAGE_HEADING = /^\s*(?:Error Message|Message ?):\s*$/;
const AFTER_MESSAGE = /^\s*(?:at \S.*\)|Stack ?Trace ?:|Standard Output Messages:|--- End of )/;

const MAX_FAILURE_LINES = 60;

/** Lines of a failure that are shown: its message, before the stack. */
const MAX_MESSAGE_LINES = 12;

/** Follows message and stack below a failed test to the frame of the test. */
export class DotnetFollower {
  #test: FailedTest | undefined;
  #since = 0;
  #isOpen = false;
  #notes = new FailureNotes(undefined);

  /** A failure is told on this line; what follows belongs to it. */
  open(test: FailedTest | undefined, line: Line): void {
    this.#test = test;
    this.#since = line.number;
    this.#isOpen = true;
    this.#notes = new FailureNotes(test);
  }

  close(): void {
    this.#isOpen = false;
  }

  /** Reads a line below the heading. Returns whether the next one is wanted; `null` where no failure is open. */
  read(text: string, line: Line, report: Report): boolean | null {
    if (!this.#isOpen) return null;
    const distance = line.number - this.#since;
    const frame = (FRAME.exec(text) ?? XUNIT_FRAME.exec(text))?.groups;
    const isMessage = distance <= MAX_MESSAGE_LINES && text.trim() !== '' && !/^\s*at /.test(text);
    if (frame || isMessage) report.highlight(line.number, line.number, 0.8);
    if (frame) this.#notes.place({ file: frame['file'] ?? '', line: numberOf(frame['line']) });
    if (frame || AFTER_MESSAGE.test(text)) this.#notes.endMessage();
    else if (!MESSAGE_HEADING.test(text)) this.#notes.say(text);
    const isFound = frame !== undefined && this.#locate(frame);
    const hasEnded = isFound || distance >= MAX_FAILURE_LINES || (this.#test?.line !== null && text.trim() === '');
    this.#isOpen = !hasEnded;
    return this.#isOpen;
  }

  /** The first frame with a file, unless one of the test's own class follows. Returns whether it is that. */
  #locate(frame: Record<string, string>): boolean {
    const test = this.#test;
    if (!test) return false;
    const isOwn = test.suite !== null && (frame['method'] ?? '').startsWith(`${test.suite}.`);
    if (!isOwn && test.line !== null) return false;
    test.file = frame['file'] ?? null;
    test.line = numberOf(frame['line']);
    return isOwn;
  }
}

/** `Shop.CartTests.Adds(a: 1.5)`: arguments may hold dots. A display name with blanks is no path. */
export function dotted(title: string): { name: string; suite: string | null } {
  const path = /^[\w.+`]+/.exec(title)?.[0] ?? '';
  const isPath = path.length === title.length || '(<['.includes(title.charAt(path.length));
  const at = path.lastIndexOf('.');
  return at < 0 || !isPath ? { name: title, suite: null } : { name: title.slice(at + 1), suite: title.slice(0, at) };
}
