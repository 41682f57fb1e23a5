import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { FailedTest } from '../../types.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** The mark before it is a character of the terminal's, and another one on macOS. */
const ISSUE =
  /^\S{1,3} {1,2}Test (?<name>\S.*?) recorded (?:an issue|a known issue)(?<arguments> with \d{1,4} (?:test case )?arguments? .{1,500})? at (?<file>[^\s:]{1,500}):(?<line>\d{1,7}):\d{1,7}: (?<message>.+)$/;
const FAILED =
  /^\S{1,3} {1,2}Test (?<name>\S.*?) (?:with \d{1,6} test cases )?failed after [\d.]{1,20} seconds with \d{1,6} issues?/;
const SKIPPED = /^\S{1,3} {1,2}Test (?<name>\S.*?) skipped(?:: ".*")?\.?$/;
const RUN =
  /^\S{1,3} {1,2}Test run with (?<total>\d{1,9}) tests?(?: in \d{1,9} suites?)? (?:passed|failed) after [\d.]{1,20} seconds/;

/** Swift Testing, which `swift test` runs beside XCTest: `✘ Test adds() recorded an issue at CartTests.swift:9:5: …`. */
export const swiftTesting: Matcher = {
  id: 'swift-testing',
  tool: 'swift-testing',
  cause: 'test-failure',
  hints: [' recorded an issue ', ' failed after ', ') skipped', '" skipped', 'Test run with '],
  createReader: () => new SwiftTestingReader(),
};

class SwiftTestingReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #skipped = 0;

  read(line: Line, report: Report): Answer {
    const total = numberOf(RUN.exec(line.text)?.groups?.['total']);
    if (total !== null) {
      this.#totals.add(total, 0, 0);
      return false;
    }
    const issue = ISSUE.exec(line.text)?.groups;
    const name = (issue ?? FAILED.exec(line.text)?.groups)?.['name'];
    if (name === undefined) return this.#readSkipped(line.text);
    if (line.text.includes(' recorded a known issue')) return false;
    const place = { file: issue?.['file'] ?? null, line: numberOf(issue?.['line']) };
    const test = this.#failed.add(name, { name: plain(name), suite: null, ...place, logLine: line.number });
    if (issue) note(test, place, issue['message'] ?? '');
    report.claim(line.number);
    report.highlight(line.number, line.number, issue ? 0.9 : 0.6);
    return false;
  }

  finish(report: Report): void {
    if (!this.#totals.spoke && this.#failed.size === 0) return;
    const { spoke, total } = this.#totals;
    report.tests({
      framework: 'swift-testing',
      total: spoke ? Math.max(0, total - this.#skipped) : null,
      failedCount: this.#failed.size,
      skippedCount: this.#skipped,
      failed: this.#failed.list(),
    });
  }

  #readSkipped(text: string): Answer {
    if (!SKIPPED.test(text)) return null;
    this.#skipped++;
    return false;
  }
}

/** A test with a name for people stands in quotes, another one as its function. */
function plain(name: string): string {
  return name.replace(/^"(?<text>.*)"$/, '$<text>');
}

/** The first issue says why. */
function note(test: FailedTest | undefined, place: Pick<FailedTest, 'file' | 'line'>, message: string): void {
  const notes = new FailureNotes(test);
  notes.say(message);
  if (place.file !== null) notes.place({ file: place.file, line: place.line });
}
