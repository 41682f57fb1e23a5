import { FailedTests, TestTotals } from '../../dispatch/failed-tests.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { FailureFollower, qualified } from './frames.ts';

const FAILED = /^FAILED(?: CONFIGURATION)?: (?:@\w+ )?(?<name>[\w$.]+)(?:\(.*\))?$/;
const TOTALS =
  /^(?:\[\w+\] )?Total tests run: (?<total>\d{1,9}),(?: Passes: \d{1,9},)? Failures: (?<failed>\d{1,9}), Skips: (?<skipped>\d{1,9})$/;
const EXCEPTION = /^[\w$.]+(?:Error|Exception|Failure)\b|^\s+at /;

/** TestNG's own text reporter: `FAILED: name` with the stack below, and the totals of a suite. */
export const testng: Matcher = {
  id: 'testng',
  tool: 'testng',
  cause: 'test-failure',
  hints: ['FAILED: ', 'FAILED CONFIGURATION: ', 'Total tests run: '],
  createReader: () => new TestngReader(),
};

class TestngReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  readonly #follower = new FailureFollower();
  /** Until an exception follows, the words are anybody's. */
  #told: { name: string; line: Line } | null = null;

  read(line: Line, report: Report): boolean | null {
    const totals = TOTALS.exec(line.text)?.groups;
    if (totals) {
      this.#totals.add(numberOf(totals['total']) ?? 0, numberOf(totals['failed']) ?? 0, numberOf(totals['skipped']) ?? 0);
      this.#follower.close();
      return false;
    }
    const name = FAILED.exec(line.text)?.groups?.['name'];
    if (name !== undefined) {
      this.#told = { name, line };
      return true;
    }
    if (this.#told) this.#open(this.#told, line, report);
    return this.#follower.read(line.text, line, report);
  }

  finish(report: Report): void {
    if (!this.#totals.spoke) return;
    const { total, failed, skipped } = this.#totals;
    report.tests({ framework: 'testng', total, failedCount: failed, skippedCount: skipped, failed: this.#failed.list() });
  }

  #open(told: { name: string; line: Line }, line: Line, report: Report): void {
    this.#told = null;
    if (!EXCEPTION.test(line.text)) return;
    const { name, suite } = qualified(told.name);
    const logLine = told.line.number;
    const test = this.#failed.add(`${suite}#${name}`, { name, suite, file: null, line: null, logLine });
    report.highlight(logLine, logLine, 0.9);
    this.#follower.open(test, told.line);
  }
}
