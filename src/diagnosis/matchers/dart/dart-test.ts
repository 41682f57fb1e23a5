import { FailedTests, FailureNotes } from '../../dispatch/failed-tests.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** `00:01 +3 ~1 -1: test/cart_test.dart: adds [E]`; the counts run on. */
const PROGRESS =
  /^\d\d:\d\d \+(?<passed>\d{1,9})(?: ~(?<skipped>\d{1,9}))?(?: -(?<failed>\d{1,9}))?: (?:(?<file>\S+_test\.dart): )?(?<name>.*?)(?<isFailure> \[E\])?$/;
const LOADING = /^loading /;
const FRAME = /^ {2,4}(?<file>[^\s:]+\.dart) (?<line>\d{1,7}):\d{1,7} +\S/;
/** Of a library, or of the language; its own package, too, is named so, but no file of it. */
const PACKAGE_FRAME = /^ {2,4}(?:package:|dart:)\S+(?: \d{1,7}:\d{1,7})? +\S/;
/** Flutter says above, in a box of its own, what went wrong. */
const POINTER =
  /^\s*(?:Test failed\. See exception logs above\.|The test description was: |\(elided .* from package|=====+|To run this test again:)/;

/** Lines of a failure that an excerpt shows. */
const MAX_FAILURE_LINES = 15;

/** `dart test` and `flutter test`. */
export const dartTest: Matcher = {
  id: 'dart-test',
  tool: 'dart test',
  cause: 'test-failure',
  hints: [': some tests failed.', ': all tests passed!', ' [e]'],
  createReader: () => new DartTestReader(),
};

class DartTestReader implements LineReader {
  readonly #failed = new FailedTests();
  #counts: { total: number; failed: number; skipped: number } | null = null;
  #open: { key: string; notes: FailureNotes; since: number } | null = null;

  read(line: Line, report: Report): Answer {
    const progress = PROGRESS.exec(line.text)?.groups;
    if (!progress) return this.#follow(line, report);
    this.#open = null;
    const of = (name: string) => Number(progress[name] ?? 0);
    this.#counts = { total: of('passed') + of('failed'), failed: of('failed'), skipped: of('skipped') };
    const { name = '', file = null } = progress;
    if (progress['isFailure'] === undefined || LOADING.test(name)) return false;
    const key = `${file}:${name}`;
    const test = this.#failed.add(key, { name, suite: null, file, line: null, logLine: line.number });
    report.highlight(line.number, line.number, 0.9);
    this.#open = { key, notes: new FailureNotes(test), since: line.number };
    return true;
  }

  finish(report: Report): void {
    if (!this.#counts) return;
    const { total, failed, skipped } = this.#counts;
    report.tests({
      framework: 'dart test',
      total,
      failedCount: failed,
      skippedCount: skipped,
      failed: this.#failed.list(),
    });
  }

  #follow(line: Line, report: Report): Answer {
    const open = this.#open;
    if (!open || line.number - open.since > MAX_FAILURE_LINES) return null;
    if (line.text !== '') report.highlight(line.number, line.number, 0.75);
    const frame = FRAME.exec(line.text)?.groups;
    const test = this.#failed.get(open.key);
    note(open.notes, line.text, frame);
    if (frame && test && test.line === null) {
      test.file ??= frame['file'] ?? null;
      test.line = numberOf(frame['line']);
    }
    return true;
  }
}

function note(notes: FailureNotes, text: string, frame: Record<string, string> | undefined): void {
  if (frame || PACKAGE_FRAME.test(text)) notes.endMessage();
  if (frame) notes.place({ file: frame['file'] ?? '', line: numberOf(frame['line']) });
  else if (!POINTER.test(text)) notes.say(text);
}
