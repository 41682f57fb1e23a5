import { FailedTests, TestTotals } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { FailureFollower } from './frames.ts';

const PREFIX = /^\s*\[junit\] ?/;
/** The task's own summary, `printsummary`. */
const RUNNING = /^Running \S+$/;
const SUITE = /^Testsuite: (?<suite>\S+)$/;
const COUNTS =
  /^Tests run: (?<total>\d{1,9}), Failures: (?<failures>\d{1,9}), Errors: (?<errors>\d{1,9})(?:, Skipped: (?<skipped>\d{1,9}))?, Time elapsed: /;
const CASE =
  /^Testcase: (?<name>[^()\t]+?)(?:\((?<suite>[\w$.]+)\):| took [\d.,]+ sec)(?:\s+(?<outcome>FAILED|Caused an ERROR))?$/;
const OUTCOME = /^\s+(?:FAILED|Caused an ERROR)$/;

/** Ant's junit task with the plain or the brief formatter: `[junit] Testcase: …`. */
export const antJunit: Matcher = {
  id: 'ant-junit',
  tool: 'ant junit',
  cause: 'test-failure',
  hints: ['[junit] Testsuite: ', '[junit] Tests run: ', '[junit] Testcase: ', '[junit] Running '],
  createReader: () => new AntJunitReader(),
};

class AntJunitReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  readonly #follower = new FailureFollower();
  #suite: string | null = null;
  /** The task's own summary and the formatter each tell the counts of a suite: once is enough. */
  #countsOfSuite: string | null = null;
  /** The plain formatter says on the next line that a case has failed. */
  #case: { name: string; suite: string | null; line: Line } | null = null;

  read(line: Line, report: Report): Answer {
    const text = line.text.replace(PREFIX, '');
    if (text.length === line.text.length) return this.#end();
    const suite = SUITE.exec(text)?.groups?.['suite'];
    if (suite !== undefined) {
      if (this.#suite !== suite) this.#countsOfSuite = null;
      this.#suite = detached(suite);
      return this.#end();
    }
    const counts = COUNTS.exec(text)?.groups;
    if (counts) {
      this.#readCounts(counts, text);
      return this.#end();
    }
    if (RUNNING.test(text)) {
      this.#countsOfSuite = null;
      return this.#end();
    }
    const testCase = CASE.exec(text)?.groups;
    if (testCase) return this.#readCase(testCase, line, report);
    if (this.#case && OUTCOME.test(text)) return this.#fail(report, line);
    this.#case = null;
    return this.#follower.read(text, line, report);
  }

  finish(report: Report): void {
    if (this.#failed.size === 0 && !this.#totals.spoke) return;
    const { total, failed, skipped } = this.#totals;
    report.tests({
      framework: 'ant junit',
      total,
      failedCount: failed,
      skippedCount: skipped,
      failed: this.#failed.list(),
    });
  }

  #readCounts(counts: Record<string, string>, text: string): void {
    // Each has measured the time for itself.
    const [told] = text.split(', Time elapsed', 1);
    if (this.#countsOfSuite === told) return;
    this.#countsOfSuite = told ?? null;
    const failed = (numberOf(counts['failures']) ?? 0) + (numberOf(counts['errors']) ?? 0);
    this.#totals.add(numberOf(counts['total']) ?? 0, failed, numberOf(counts['skipped']) ?? 0);
  }

  #readCase(groups: Record<string, string | undefined>, line: Line, report: Report): boolean {
    this.#follower.close();
    this.#case = { name: groups['name'] ?? '', suite: groups['suite'] ?? this.#suite, line };
    return groups['outcome'] === undefined || this.#fail(report, line);
  }

  #fail(report: Report, line: Line): boolean {
    if (!this.#case) return false;
    const { name, suite, line: told } = this.#case;
    const test = this.#failed.add(`${suite}#${name}`, { name, suite, file: null, line: null, logLine: told.number });
    report.highlight(told.number, line.number, 0.9);
    this.#follower.open(test, line);
    this.#case = null;
    return true;
  }

  #end(): boolean {
    this.#case = null;
    this.#follower.close();
    return false;
  }
}
