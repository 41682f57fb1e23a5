import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { type Frame, noteLine } from './stack.ts';

const FAILED = /^\s{2}[✘✖×] \[fail\]: (?<title>\S.*?)(?: (?:Error|Rejected promise|Promise) (?:thrown in|returned by) test.*)?$/;
const COUNT = /^\s{2}(?<count>\d{1,9}) (?:tests?|known failures?) (?<word>passed|failed|skipped|todo)$/;
const PLACE = /^\s{2}(?<file>\S[^:]*\.\w{1,8}):(?<line>\d{1,7})$/;
/** The lines around the assertion, with their numbers. */
const SOURCE = /^\s{2,8}\d{1,7}:/;
/** A frame of an assertion: `  › file://test/sum.mjs:4:5`. */
const ARROW_FRAME = /^\s{2}› /;
const SEPARATOR = ' › ';

/** Lines after a heading in which its place stands. */
const MAX_PLACE_LINES = 30;

/** AVA: `✘ [fail]: file › test`, then each failure with its place, then the counts. */
export const ava: Matcher = {
  id: 'ava',
  tool: 'ava',
  cause: 'test-failure',
  hints: ['[fail]: ', ' tests passed', ' test passed', ' tests failed', ' test failed', ' test skipped', ' tests skipped'],
  createReader: () => new AvaReader(),
};

class AvaReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  /** Failures whose place is still to come: without them the lines between are of no interest. */
  #unplaced = 0;
  /** Title of the failure whose place is looked for. */
  #open: { title: string; startLine: number; notes: FailureNotes } | null = null;

  read(line: Line, report: Report): boolean {
    const title = FAILED.exec(line.text)?.groups?.['title'];
    if (title !== undefined) {
      const parts = title.split(SEPARATOR);
      const name = parts.pop() ?? title;
      const suite = parts.length > 0 ? parts.join(SEPARATOR) : null;
      const known = this.#failed.size;
      this.#failed.add(title, { name, suite, file: null, line: null, logLine: line.number });
      this.#unplaced += this.#failed.size - known;
      report.highlight(line.number, line.number, 0.9);
      return true;
    }
    if (this.#failed.size === 0) return this.#readCount(line.text);
    if (this.#readCount(line.text)) return false;
    this.#follow(line, report);
    return this.#unplaced > 0 || this.#isShowing(line.number);
  }

  finish(report: Report): void {
    if (this.#failed.size === 0) return;
    const { failed, skipped, spoke } = this.#totals;
    report.tests({
      framework: 'ava',
      // Beside failures AVA does not always say how many tests passed.
      total: null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #readCount(text: string): boolean {
    const groups = COUNT.exec(text)?.groups;
    const count = numberOf(groups?.['count']);
    if (count === null) return false;
    const word = groups?.['word'];
    this.#totals.add(0, word === 'failed' ? count : 0, word === 'skipped' ? count : 0);
    return true;
  }

  /** The titles come again as headings of the failures. */
  #follow(line: Line, report: Report): void {
    const isHeading = line.text.startsWith('  ') && this.#failed.get(line.text.slice(2)) !== undefined;
    if (isHeading) {
      const title = line.text.slice(2);
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
