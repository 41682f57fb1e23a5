import { countsOf, FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const RULE = '='.repeat(79);
const TITLE = /^(?<kind>TEST CASE|TEST SUITE): +(?<name>\S.*)$/;
const SCENARIO = /^ {2}Scenario: /;
const FAILED =
  /^(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:()]{1,500})(?::(?<line>\d{1,7})|\((?<lineOfWindows>\d{1,7})\)): (?:FATAL )?ERROR: (?<message>\S.*)$/;
const TOTALS = /^\[doctest\] test cases: +(?<total>\d{1,9}) \| (?<counts>.*)$/;
const MAX_MESSAGE_LINES = 10;

/** doctest for C++: a heading with suite and test case, then `path:line: ERROR: …`. */
export const doctest: Matcher = {
  id: 'doctest-cpp',
  tool: 'doctest-cpp',
  cause: 'test-failure',
  hints: [
    'test case: ',
    'test suite: ',
    ': error: check',
    ': error: require',
    ': error: test case ',
    ': fatal error: ',
    '[doctest] ',
    '===============================================================================',
  ],
  createReader: () => new DoctestReader(),
};

class DoctestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #isDoctest = false;
  #suite: string | null = null;
  #test: string | null = null;
  #failureSince = 0;
  #notes = new FailureNotes(undefined);

  read(line: Line, report: Report): Answer {
    if (line.text.startsWith('[doctest] ')) return this.#readOwn(line.text);
    if (line.text === RULE) {
      this.#suite = null;
      this.#test = null;
      this.#failureSince = 0;
      return false;
    }
    const title = TITLE.exec(line.text)?.groups;
    if (title) {
      if (!this.#isDoctest) return false;
      this.#failureSince = 0;
      const name = detached((title['name'] ?? '').replace(SCENARIO, ''));
      if (title['kind'] === 'TEST SUITE') this.#suite = name;
      else this.#test = name;
      return false;
    }
    const failure = FAILED.exec(line.text)?.groups;
    if (failure) return this.#isDoctest && this.#readFailure(failure, line, report);
    if (this.#failureSince === 0 || line.text === '' || line.number - this.#failureSince > MAX_MESSAGE_LINES) {
      this.#failureSince = 0;
      return null;
    }
    this.#notes.say(line.text);
    report.highlight(line.number, line.number, 0.8);
    return true;
  }

  finish(report: Report): void {
    const { spoke, total, failed, skipped } = this.#totals;
    if (!spoke && this.#failed.size === 0) return;
    report.tests({
      framework: 'doctest-cpp',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #readOwn(text: string): boolean {
    this.#isDoctest = true;
    this.#failureSince = 0;
    const totals = TOTALS.exec(text)?.groups;
    if (!totals) return false;
    const counts = countsOf((totals['counts'] ?? '').replace(/ {2,}/g, ' '));
    // Skipped tests are not among those that doctest counts as test cases.
    this.#totals.add(Number(totals['total']), counts.get('failed') ?? 0, counts.get('skipped') ?? 0);
    return false;
  }

  #readFailure(groups: Record<string, string | undefined>, line: Line, report: Report): boolean {
    const name = this.#test;
    if (name === null) return false;
    const place = { file: groups['file'] ?? '', line: numberOf(groups['line'] ?? groups['lineOfWindows']) };
    const test = this.#failed.add(`${this.#suite}\n${name}`, { name, suite: this.#suite, ...place, logLine: line.number });
    this.#notes.endMessage();
    if (test?.message === null && test.frame === null) {
      this.#notes = new FailureNotes(test);
      this.#notes.place(place);
      this.#notes.say(groups['message'] ?? '');
    }
    this.#failureSince = line.number;
    report.claim(line.number);
    report.highlight(line.number, line.number, 0.9);
    return true;
  }
}
