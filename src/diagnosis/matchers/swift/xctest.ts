import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** `-[Module.Suite testName]` on macOS, `Suite.testName` on Linux; what a test throws has no place: `<unknown>:0`, `<EXPR>:0`. */
const ASSERTION =
  /^(?:(?<file>[^\s:<][^:]*\.(?:swift|mm?)):(?<line>\d{1,7}):(?:\d{1,7}:)?|<(?:unknown|EXPR)>:0:) error: (?:-\[(?<suite>[\w.]+) (?<name>[^\]]+)\]|(?<linuxSuite>\w+)\.(?<linuxName>\w+)) : (?<message>.*)$/;
const RESULT = /^Test Case '(?:-\[(?<suite>[\w.]+) (?<name>[^\]]+)\]|(?<linuxSuite>\w+)\.(?<linuxName>\w+))' failed \(/;
/** Suites are nested; the outermost one sums up the others. */
const OUTERMOST = /^Test Suite '(?:All tests|Selected tests)' (?:passed|failed) at /;
const TOTALS =
  /^\s*Executed (?<total>\d{1,9}) tests?, with (?:(?<skipped>\d{1,9}) tests? skipped and )?(?<failed>\d{1,9}) failures? \(\d+ unexpected\)/;

/** XCTest, under `swift test` and xcodebuild. Totals count failed assertions; failed tests are counted by name. */
export const xctest: Matcher = {
  id: 'xctest',
  tool: 'xctest',
  cause: 'test-failure',
  hints: ['.swift:', ': error: -[', '<expr>:0: error: ', "test case '", "test suite '", 'executed '],
  createReader: () => new XctestReader(),
};

class XctestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #outermostEnd = 0;

  read(line: Line, report: Report): boolean | null {
    if (OUTERMOST.test(line.text)) {
      this.#outermostEnd = line.number;
      return true;
    }
    const totals = TOTALS.exec(line.text)?.groups;
    if (totals && line.number === this.#outermostEnd + 1) {
      this.#totals.add(Number(totals['total']), Number(totals['failed']), Number(totals['skipped'] ?? 0));
      return false;
    }
    const groups = (ASSERTION.exec(line.text) ?? RESULT.exec(line.text))?.groups;
    // Totals count only below the end of the outermost suite, which asks for them.
    if (!groups) return null;
    const name = groups['name'] ?? groups['linuxName'] ?? '';
    const suite = groups['suite'] ?? groups['linuxSuite'] ?? null;
    const at = { file: groups['file'] ?? null, line: numberOf(groups['line']) };
    const test = this.#failed.add(`${suite}.${name}`, { name, suite, ...at, logLine: line.number });
    noteAssertion(test, at, groups['message']);
    report.claim(line.number);
    report.highlight(line.number, line.number, at.file === null ? 0.6 : 0.9);
    return false;
  }

  finish(report: Report): void {
    if (!this.#totals.spoke && this.#failed.size === 0) return;
    const { spoke, total, skipped } = this.#totals;
    report.tests({
      framework: 'xctest',
      total: spoke ? total : null,
      failedCount: this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }
}

/** The first assertion that fails says why; `XCTAssertTrue failed - ` ends in a note that may be empty. */
function noteAssertion(test: FailedTest | undefined, at: Pick<FailedTest, 'file' | 'line'>, message: string | undefined): void {
  if (message === undefined) return;
  const notes = new FailureNotes(test);
  notes.say(message.replace(/ -\s*$/, ''));
  if (at.file !== null) notes.place({ file: at.file, line: at.line });
}
