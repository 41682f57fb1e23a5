import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { FailureFollower, qualified } from './frames.ts';

const LEVEL = /^\[(?:info|error|warn)\] ?/;
/** munit: `==> X org.shop.CartSuite.adds  0.03s munit.ComparisonFailException: /src/CartSuite.scala:11`. */
const OF_MUNIT =
  /^==> X (?<title>\S.*?) {1,2}[\d.]{1,12}s (?<message>\S.*?)(?:: (?<file>\/?[^\s:]{1,500}\.scala):(?<line>\d{1,7}))?(?: .*)?$/;
/** junit-interface: `Test org.shop.CartTest.adds failed: java.lang.AssertionError: …, took 0.01 sec`. */
const OF_JUNIT = /^Test (?<title>[\w$.]{1,500}\.\S.{0,300}?) failed: (?<message>.+?)(?:, took [\d.]{1,12} s(?:ec)?)?$/;
const TOTALS =
  /^(?:Failed|Passed|Error): Total (?<total>\d{1,9}), Failed (?<failed>\d{1,9}), Errors (?<errors>\d{1,9}), Passed \d{1,9}(?:, Skipped (?<skipped>\d{1,9}))?(?:, Ignored (?<ignored>\d{1,9}))?/;

/** sbt's own counts, and the frameworks that speak through its test interface as JUnit does: junit-interface, munit. */
export const sbtTest: Matcher = {
  id: 'sbt-test',
  tool: 'sbt test',
  cause: 'test-failure',
  hints: ['==> X ', ' failed: ', 'Failed: Total ', 'Passed: Total ', 'Error: Total '],
  createReader: () => new SbtTestReader(),
};

class SbtTestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  readonly #follower = new FailureFollower();

  read(line: Line, report: Report): Answer {
    const text = line.text.replace(LEVEL, '');
    const counts = TOTALS.exec(text)?.groups;
    if (counts) {
      this.#addTotals(counts);
      return false;
    }
    const failed = (OF_MUNIT.exec(text) ?? OF_JUNIT.exec(text))?.groups;
    if (failed) {
      this.#open(failed, line, report);
      return true;
    }
    if (!this.#follower.isOpen) return null;
    if (/^\S/.test(text) && !text.startsWith('=>')) this.#follower.close();
    return this.#follower.read(text, line, report);
  }

  /** Without sbt's counts the words are another tool's. */
  finish(report: Report): void {
    if (!this.#totals.spoke) return;
    const { total, failed, skipped } = this.#totals;
    report.tests({ framework: 'sbt test', total, failedCount: failed, skippedCount: skipped, failed: this.#failed.list() });
  }

  #addTotals(counts: Record<string, string>): void {
    const of = (name: string) => numberOf(counts[name]) ?? 0;
    const skipped = of('skipped') + of('ignored');
    this.#totals.add(of('total') - skipped, of('failed') + of('errors'), skipped);
    this.#follower.close();
  }

  #open(groups: Record<string, string | undefined>, line: Line, report: Report): void {
    const { title = '', message = '', file = null } = groups;
    const at = { file, line: numberOf(groups['line']) };
    const test = this.#failed.add(title, { ...qualified(title), ...at, logLine: line.number });
    const notes = new FailureNotes(test);
    notes.say(message);
    if (file !== null) notes.place({ file, line: at.line });
    if (file === null) this.#follower.open(test, line);
    report.highlight(line.number, line.number, 0.9);
  }
}
