import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const PLACE = /^ {2}(?<file>\S+\.l?hs):(?<line>\d{1,7}):\d{1,7}:\s*$/;
const HEADING = /^ {2}\d{1,5}\) (?<name>\S.*)$/;
const RERUN = /^ {2}To rerun use: --match "\/(?<path>.*)\/"/;
const TOTALS = /^(?<total>\d{1,9}) examples?, (?<failed>\d{1,9}) failures?(?:, (?<pending>\d{1,9}) pending)?$/;
/** `error, called at src/Cart.hs:5:9 in main:Cart`; a library's unit has a version and a hash. */
const CALLED = /called at (?<file>[^\s:]{1,500}\.l?hs):(?<line>\d{1,7}):\d{1,7} in (?:main|[^\s:]{0,200}-inplace\S{0,200}):/;

/** Lines of a failure that an excerpt shows. */
const MAX_FAILURE_LINES = 20;

/** hspec: a list of failures, each with its place above its name, and the totals. */
export const hspec: Matcher = {
  id: 'hspec',
  tool: 'hspec',
  cause: 'test-failure',
  hints: ['to rerun use: ', ' examples, ', ' example, ', '.hs:'],
  createReader: () => new HspecReader(),
};

class HspecReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #place: { file: string; line: number | null; logLine: number } | null = null;
  #since = 0;
  #notes = new FailureNotes(undefined);

  read(line: Line, report: Report): Answer {
    const totals = TOTALS.exec(line.text)?.groups;
    if (totals) {
      const isSeeded = [2, 3].some((distance) => report.previous(distance)?.text.startsWith('Randomized with seed '));
      const pending = Number(totals['pending'] ?? 0);
      if (isSeeded) this.#totals.add(Math.max(0, Number(totals['total']) - pending), Number(totals['failed']), pending);
      this.#close();
      return false;
    }
    const place = PLACE.exec(line.text)?.groups;
    if (place) {
      this.#place = { file: place['file'] ?? '', line: numberOf(place['line']), logLine: line.number };
      return true;
    }
    const name = HEADING.exec(line.text)?.groups?.['name'];
    if (name !== undefined && this.#place?.logLine === line.number - 1) {
      const { file, line: at } = this.#place;
      const test = this.#failed.add(name, { name, suite: null, file, line: at, logLine: line.number });
      this.#notes = new FailureNotes(test);
      this.#since = line.number;
      report.highlight(line.number - 1, line.number, 0.9);
      return true;
    }
    if (this.#since === 0) return null;
    if (RERUN.test(line.text) || line.number - this.#since > MAX_FAILURE_LINES) {
      this.#close();
      return false;
    }
    this.#note(line.text);
    if (line.text !== '') report.highlight(line.number, line.number, 0.78);
    return true;
  }

  finish(report: Report): void {
    this.#close();
    if (!this.#totals.spoke && this.#failed.size === 0) return;
    const { spoke, total, failed, skipped } = this.#totals;
    report.tests({
      framework: 'hspec',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #note(text: string): void {
    if (/^\s+CallStack \(from HasCallStack\):/.test(text)) this.#notes.endMessage();
    const frame = CALLED.exec(text)?.groups;
    if (frame) this.#notes.place({ file: frame['file'] ?? '', line: numberOf(frame['line']) });
    else this.#notes.say(text);
  }

  /** An expectation that is not met breaks where it stands; an exception maybe elsewhere, which then is told. */
  #close(): void {
    if (this.#since > 0 && this.#place) this.#notes.place({ file: this.#place.file, line: this.#place.line });
    this.#since = 0;
  }
}
