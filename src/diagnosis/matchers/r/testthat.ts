import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** `── Failure ('test-cart.R:3:5'): name ──`; R CMD check and plain terminals get ASCII rulers, older versions a number. */
const HEADING =
  /^\s*(?:[─-]{2,3} )?(?:\d{1,5}\. )?(?:Failure|Error) \('?(?<file>[^\s:')]+\.[rR]):(?<line>\d{1,7})(?::\d{1,7})?'?\): (?<name>.*?)(?: [─-]*)?$/u;
/** testthat 2: `── 1. Failure: name (@test-cart.R#3) ──`. */
const OLD_HEADING =
  /^\s*[─-]{2,3} \d{1,5}\. (?:Failure|Error): (?<name>.*) \(@(?<file>[^\s#]+\.[rR])#(?<line>\d{1,7})\)(?: +[─-]*)?$/u;
const TOTALS = /^\s*\[ FAIL (?<failed>\d{1,9}) \| WARN \d{1,9} \| SKIP (?<skipped>\d{1,9}) \| PASS (?<passed>\d{1,9}) \]$/;
/** testthat 2 prints its results so; failed expectations are counted, not tests. */
const OLD_TOTALS =
  /^\s*\[?\s*OK: (?<passed>\d{1,9}) \|? ?SKIPPED: (?<skipped>\d{1,9}) \|? ?(?:WARNINGS: \d{1,9} \|? ?)?FAILED: (?<failed>\d{1,9})\s*\]?$/;
/** The stack: `Backtrace:`, and before testthat 3 numbered calls. */
const STACK = /^\s*(?:Backtrace:$|1: \S)/;
/** A call in the package's own code or in its tests; the last one is the innermost. */
const CALL = /^\s*(?:\S.* )?at (?<file>[^\s:]{1,500}\.[rR]):(?<line>\d{1,7})(?::\d{1,7})?$/;
/** A ruled heading of what follows: other tests that failed, were skipped, or the results. */
const RULED = /^\s*[─═=-]{2,3} \S.* ?[─═=-]{2,}$/u;

/** Lines of a failure that an excerpt shows. */
const MAX_FAILURE_LINES = 12;

/** testthat, alone and under R CMD check. */
export const testthat: Matcher = {
  id: 'testthat',
  tool: 'testthat',
  cause: 'test-failure',
  hints: ['Failure (', 'Error (', '. Failure: ', '. Error: ', '[ FAIL ', 'SKIPPED: '],
  createReader: () => new TestthatReader(),
};

class TestthatReader implements LineReader {
  readonly #failed = new FailedTests();
  #totals = new TestTotals();
  #since = 0;
  #notes = new FailureNotes(undefined);

  read(line: Line, report: Report): boolean | null {
    const totals = (TOTALS.exec(line.text) ?? OLD_TOTALS.exec(line.text))?.groups;
    if (totals) {
      const [failed, skipped, passed] = [Number(totals['failed']), Number(totals['skipped']), Number(totals['passed'])];
      // R CMD check prints the end of the output once more; progress prints it on and on.
      this.#totals = new TestTotals();
      this.#totals.add(failed + passed, failed, skipped);
      this.#since = 0;
      return false;
    }
    const heading = (HEADING.exec(line.text) ?? OLD_HEADING.exec(line.text))?.groups;
    if (heading) {
      const { name = '', file = '' } = heading;
      const at = numberOf(heading['line']);
      const test = this.#failed.add(`${file}:${at}:${name}`, { name, suite: null, file, line: at, logLine: line.number });
      this.#notes = new FailureNotes(test);
      this.#notes.place({ file, line: at });
      report.highlight(line.number, line.number, 0.9);
      this.#since = line.number;
      return true;
    }
    if (this.#since === 0 || line.number - this.#since > MAX_FAILURE_LINES) return null;
    if (line.text.trim() !== '') report.highlight(line.number, line.number, 0.75);
    this.#note(line.text);
    return true;
  }

  finish(report: Report): void {
    if (!this.#totals.spoke && this.#failed.size === 0) return;
    const { spoke, total, failed, skipped } = this.#totals;
    report.tests({
      framework: 'testthat',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #note(text: string): void {
    if (STACK.test(text) || RULED.test(text)) this.#notes.endMessage();
    const call = CALL.exec(text)?.groups;
    if (call) this.#notes.place({ file: call['file'] ?? '', line: numberOf(call['line']) }, 'innermost-last');
    else this.#notes.say(text);
  }
}
