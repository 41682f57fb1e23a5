import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest } from '../../types.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { noteLine } from './stack.ts';

/** jasmine-spec-reporter frames the word with stars. */
const FAILURES = /^(?:\* +Failures +\*|Failures: ?)$/;
const PENDING = /^(?:\* +Pending +\*|Pending:)$/;
const HEADING = /^ {0,2}\d{1,6}\) (?<title>\S.*)$/;
/** What fails around the tests: `beforeAll`, `afterAll`. */
const SUITE_ERROR = /^(?:Suite error: (?<title>\S.*)|(?<top>Error during loading|Suite error))$/;
/** What stands below the title of a failure: jasmine's own word, or jasmine-spec-reporter's hyphen. */
const DETAIL = /^ {2,3}(?:Message: ?$|- \S)/;
const WORD = /^ {2,3}(?:Message|Stack|Stacktrace): ?$/;
const COUNT =
  /^(?<total>\d{1,9}) specs?, (?<failed>\d{1,9}) failures?(?:, (?<skipped>\d{1,9}) pending specs?)?(?:, [\w ]{1,40})?$/;
/** jasmine-node. */
const OLD_COUNT =
  /^(?<total>\d{1,9}) tests?, \d{1,9} assertions?, (?<failed>\d{1,9}) failures?(?:, (?<skipped>\d{1,9}) skipped)?$/;
const EXECUTED =
  /^Executed (?<executed>\d{1,9}) of \d{1,9} specs? ?(?:SUCCESS|\((?<failed>\d{1,9}) FAILED\))?(?: \((?<pending>\d{1,9}) PENDING\))?(?: \((?<skipped>\d{1,9}) SKIPPED\))?(?: in .{1,40})?$/;

/** Lines of a failure: its message and stack. */
const MAX_FAILURE_LINES = 80;
/** Lines from the heading of the failures, or the end of one, to the next. */
const MAX_GAP_LINES = 8;

/** Jasmine on Node.js and under Protractor: its own reporter, jasmine-spec-reporter's, and jasmine-node's. */
export const jasmine: Matcher = {
  id: 'jasmine',
  tool: 'jasmine',
  cause: 'test-failure',
  hints: [
    'Failures:',
    '* Failures ',
    'Failures   ',
    'Suite error',
    ' specs, ',
    ' spec, ',
    ' specs (',
    ' specs SUCCESS',
    ' assertions, ',
  ],
  createReader: () => new JasmineReader(),
};

interface Open {
  readonly test: FailedTest | undefined;
  readonly notes: FailureNotes;
  readonly since: number;
}

class JasmineReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #inFailures = false;
  /** The last line that belonged to the failures. */
  #last = 0;
  /** A title, of which the line below says whether it is a failure's. */
  #title: { text: string; logLine: number } | null = null;
  #open: Open | null = null;

  read(line: Line, report: Report): Answer {
    const { text } = line;
    if (FAILURES.test(text)) {
      this.#inFailures = true;
      this.#last = line.number;
      return true;
    }
    if (this.#readCounts(text) || PENDING.test(text)) {
      this.#inFailures = false;
      this.#open = null;
      return false;
    }
    const broken = SUITE_ERROR.exec(text)?.groups;
    const title = broken ? (broken['title'] ?? text) : this.#inFailures ? HEADING.exec(text)?.groups?.['title'] : undefined;
    if (title !== undefined) {
      this.#title = { text: title, logLine: line.number };
      this.#open = null;
      this.#last = line.number;
      return true;
    }
    return this.#follow(line, report);
  }

  /** RSpec heads its failures alike: only with the counts it is known who speaks. */
  finish(report: Report): void {
    if (!this.#totals.spoke) return;
    const { total, failed, skipped } = this.#totals;
    report.tests({ framework: 'jasmine', total, failedCount: failed, skippedCount: skipped, failed: this.#failed.list() });
  }

  #readCounts(text: string): boolean {
    const counts = (COUNT.exec(text) ?? OLD_COUNT.exec(text))?.groups;
    if (counts) {
      const skipped = numberOf(counts['skipped']) ?? 0;
      this.#totals.add((numberOf(counts['total']) ?? 0) - skipped, numberOf(counts['failed']) ?? 0, skipped);
      return true;
    }
    const groups = EXECUTED.exec(text)?.groups;
    if (!groups) return false;
    const skipped = (numberOf(groups['pending']) ?? 0) + (numberOf(groups['skipped']) ?? 0);
    this.#totals.add(numberOf(groups['executed']) ?? 0, numberOf(groups['failed']) ?? 0, skipped);
    return true;
  }

  #follow(line: Line, report: Report): Answer {
    if (this.#title && DETAIL.test(line.text)) this.#begin(this.#title, line, report);
    else if (this.#title && line.text.trim() !== '') this.#title = null;
    const open = this.#open;
    if (!open) return this.#awaitsFailure(line.number);
    if (line.number - open.since > MAX_FAILURE_LINES) {
      this.#open = null;
      this.#last = line.number;
      return this.#awaitsFailure(line.number);
    }
    if (line.text.trim() === '') return true;
    report.highlight(line.number, line.number, 0.75);
    if (WORD.test(line.text)) {
      if (!/Message/.test(line.text)) open.notes.endMessage();
      return true;
    }
    const frame = noteLine(open.notes, line.text.replace(/^ {2}- /, ''));
    if (frame && open.test && open.test.file === null) {
      open.test.file = detached(frame.file);
      open.test.line = frame.line;
    }
    return true;
  }

  /** Other tools head their failures alike, and go on in a form of their own. */
  #awaitsFailure(line: number): Answer {
    if (this.#title !== null) return true;
    if (!this.#inFailures) return null;
    this.#inFailures = line - this.#last <= MAX_GAP_LINES;
    return this.#inFailures;
  }

  /** A suite's name and its test's stand in one title, which does not say where one ends. */
  #begin(title: { text: string; logLine: number }, line: Line, report: Report): void {
    const { text: name, logLine } = title;
    const test = this.#failed.add(name, { name, suite: null, file: null, line: null, logLine });
    this.#open = { test, notes: new FailureNotes(test), since: line.number };
    this.#title = null;
    report.highlight(logLine, logLine, 0.9);
  }
}
