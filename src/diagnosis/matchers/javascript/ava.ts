import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { type Frame, noteLine } from './stack.ts';

/** Behind the title may stand what went wrong: the heading of the failure, below, has the title alone. */
const FAILED = /^\s{2}[✘✖×] \[(?:fail|unexpected pass)\]: (?<title>\S.*)$/;
const REASON =
  / (?:(?:Error|Rejected promise|Promise) (?:thrown in|returned by) test.*|Test (?:finished|was expected to fail).*|Error passed to `t\.end\(\)`.*)$/;
/** Before AVA 4 nothing but the mark says that it is a test. */
const OLD_FAILED =
  /^\s{2}[✘✖×] (?!\d+ tests? remaining in |No tests found|Couldn.t find|Timed out while|.* exited (?:with|due to) )(?<title>\S.*)$/;
const COUNT = /^\s{2}(?<count>\d{1,9}) (?:tests?|known failures?) (?<word>passed|failed|skipped|todo)$/;
const PLACE = /^\s{2}(?<file>\S[^:]*\.\w{1,8}):(?<line>\d{1,7})$/;
/** The lines around the assertion, with their numbers. */
const SOURCE = /^\s{2,8}\d{1,7}:/;
/** A frame of an assertion: `  › file://test/sum.mjs:4:5`. */
const ARROW_FRAME = /^\s{2}› /;
const SHORT_LINE = '  ─';
const SEPARATOR = ' › ';

/** Lines after a heading in which its place stands. */
const MAX_PLACE_LINES = 30;

/** Lines from the counts, or from one failure, to the next. */
const MAX_FAILURE_LINES = 60;
const MAX_MARKED = 200;

/** AVA: `✘ [fail]: file › test`, then each failure with its place, then the counts. */
export const ava: Matcher = {
  id: 'ava',
  tool: 'ava',
  cause: 'test-failure',
  hints: [
    '[fail]: ',
    '[unexpected pass]: ',
    '  ✖ ',
    '  × ',
    '  ─',
    ' tests passed',
    ' test passed',
    ' tests failed',
    ' test failed',
    ' test skipped',
    ' tests skipped',
  ],
  createReader: () => new AvaReader(),
};

class AvaReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  /** Failures whose place is still to come: without them the lines between are of no interest. */
  #unplaced = 0;
  /** Lines with a mark, by their text, while no heading has said what of it is the title. */
  readonly #marked = new Map<string, number>();
  #lastHeading = 0;
  /** Counts or a short line have said that headings follow. */
  #isDue = false;
  #isOfMarks = false;
  /** Title of the failure whose place is looked for. */
  #open: { title: string; startLine: number; notes: FailureNotes } | null = null;

  read(line: Line, report: Report): boolean {
    this.#endHeadings(line.number);
    const title = FAILED.exec(line.text)?.groups?.['title']?.replace(REASON, '');
    if (title !== undefined) {
      this.#add(title, line.number, report);
      this.#lastHeading = line.number;
      return true;
    }
    const marked = OLD_FAILED.exec(line.text)?.groups?.['title'];
    if (marked !== undefined && this.#marked.size < MAX_MARKED) this.#marked.set(detached(marked), line.number);
    if (line.text === SHORT_LINE && this.#marked.size + this.#failed.size > 0) {
      this.#isDue = true;
      this.#lastHeading = line.number;
      return true;
    }
    if (this.#readCount(line)) return this.#awaitsHeadings();
    this.#readOldHeading(line, report);
    if (this.#failed.size === 0) return this.#awaitsHeadings();
    this.#follow(line, report);
    return this.#isShowing(line.number) || this.#awaitsHeadings() || this.#awaitsPlaces(line.number);
  }

  finish(report: Report): void {
    const { failed, skipped, spoke } = this.#totals;
    // Marks that no counts followed are another tool's.
    if (this.#failed.size === 0 || (this.#isOfMarks && failed === 0)) return;
    report.tests({
      framework: 'ava',
      // Beside failures AVA does not always say how many tests passed.
      total: null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #readCount(line: Line): boolean {
    const groups = COUNT.exec(line.text)?.groups;
    const count = numberOf(groups?.['count']);
    if (count === null) return false;
    this.#lastHeading = line.number;
    const word = groups?.['word'];
    this.#totals.add(0, word === 'failed' ? count : 0, word === 'skipped' ? count : 0);
    if (this.#totals.failed > 0) this.#isDue = true;
    return true;
  }

  #add(title: string, logLine: number, report: Report): void {
    const parts = title.split(SEPARATOR);
    const name = parts.pop() ?? title;
    const suite = parts.length > 0 ? parts.join(SEPARATOR) : null;
    const known = this.#failed.size;
    this.#failed.add(title, { name, suite, file: null, line: null, logLine });
    this.#unplaced += this.#failed.size - known;
    report.highlight(logLine, logLine, 0.9);
  }

  /** Where tests are only marked, the counts (before AVA 3) or a short line stand before the failures. */
  #awaitsHeadings(): boolean {
    return this.#isDue && this.#marked.size > 0;
  }

  /** The headings of failures come at the end, mostly at once behind the last mark. */
  #awaitsPlaces(line: number): boolean {
    return this.#unplaced > 0 && line - this.#lastHeading <= MAX_FAILURE_LINES;
  }

  /** No heading has come for long: what is marked from now on is of another run, or another tool's. */
  #endHeadings(line: number): void {
    if (!this.#isDue || line - this.#lastHeading <= MAX_FAILURE_LINES) return;
    this.#isDue = false;
    this.#marked.clear();
  }

  #readOldHeading(line: Line, report: Report): void {
    const text = line.text.slice(2);
    if (!this.#awaitsHeadings() || !/^ {2}\S/.test(line.text) || report.previous(1)?.text !== '') return;
    const marks = [...this.#marked.keys()];
    const mark = this.#marked.has(text) ? text : marks.find((candidate) => candidate.startsWith(`${text} `));
    if (mark === undefined) return;
    this.#add(text, this.#marked.get(mark) ?? line.number, report);
    this.#isOfMarks = true;
    this.#marked.delete(mark);
    this.#lastHeading = line.number;
  }

  /** The titles come again as headings of the failures. */
  #follow(line: Line, report: Report): void {
    const isHeading = line.text.startsWith('  ') && this.#failed.get(line.text.slice(2)) !== undefined;
    if (isHeading) {
      const title = line.text.slice(2);
      this.#lastHeading = line.number;
      this.#open = { title, startLine: line.number, notes: new FailureNotes(this.#failed.get(title)) };
    }
    const open = this.#open;
    if (!open || !this.#isShowing(line.number)) return;
    if (line.text.trim() !== '') report.highlight(line.number, line.number, 0.75);
    const test = this.#failed.get(open.title);
    const place = PLACE.exec(line.text)?.groups;
    const frame = isHeading || place || SOURCE.test(line.text) ? null : readFrame(open.notes, line.text);
    if (!test || test.line !== null || !(place || frame)) return;
    test.file = place?.['file'] ?? frame?.file ?? null;
    test.line = place ? numberOf(place['line']) : (frame?.line ?? null);
    if (test.line !== null) this.#unplaced--;
  }

  /** Whether the line still belongs to the failure that was told last. */
  #isShowing(line: number): boolean {
    return this.#open !== null && line - this.#open.startLine <= MAX_PLACE_LINES;
  }
}

/** AVA's own frames begin with an arrow; those of an exception are V8's. */
function readFrame(notes: FailureNotes, text: string): Frame | null {
  if (!ARROW_FRAME.test(text)) return noteLine(notes, text);
  return noteLine(notes, text.replace(ARROW_FRAME, '    at '));
}
