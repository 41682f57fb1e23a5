import { countsOf, FailedTests, TestTotals } from '../../failed-tests.ts';
import type { Line, LineReader, Matcher, Report } from '../../matcher.ts';
import { numberOf } from '../../matcher.ts';

const SECTION = /^={3,} (?<title>FAILURES|ERRORS|short test summary info|warnings summary|passes|PASSES) ={3,}$/;
const HEADING = /^_{3,} (?<title>\S.*?) _{3,}$/;
const LOCATION = /^(?<file>[^\s:]{1,500}\.py):(?<line>\d{1,7}):(?: .*)?$/;
const SUMMARY = /^(?:FAILED|ERROR) (?<file>[^\s:]{1,500}\.py)(?:::(?<id>.+?))?(?: - (?<message>.*))?$/;
const TOTALS = /^=*\s?(?<counts>\d{1,9} (?:failed|passed|skipped|deselected|xfailed|xpassed|errors?|warnings?)\b.*) in [\d.]+s/;
const TEST_FILE = /(?:^|[\\/])test_[^\\/]*$|_test\.py$/;
const COLLECTION = /^ERROR collecting (?<file>\S+)$/;

/** pytest: a FAILURES section with a heading a test, a short summary, and a last line with the totals. */
export const pytest: Matcher = {
  id: 'pytest',
  tool: 'pytest',
  cause: 'test-failure',
  hints: ['=== ', '___ ', 'error ', 'failed ', ' passed', ' failed', ' error', ' skipped'],
  createReader: () => new PytestReader(),
};

class PytestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #section: string | null = null;
  #heading: string | null = null;
  /** A file that could not be collected, until its exception has been read. */
  #uncollected: { path: string; line: number | null; logLine: number } | null = null;

  read(line: Line, report: Report): boolean {
    const section = SECTION.exec(line.text)?.groups?.['title'];
    if (section !== undefined) {
      this.#section = section;
      this.#heading = null;
      this.#uncollected = null;
      return false;
    }
    const totals = TOTALS.exec(line.text)?.groups?.['counts'];
    if (totals !== undefined) {
      this.#addTotals(totals);
      this.#section = null;
      return false;
    }
    if (this.#section === 'FAILURES' || this.#section === 'ERRORS') this.#readFailure(line, report);
    else if (this.#section === 'short test summary info') this.#readSummary(line, report);
    return this.#heading !== null || this.#uncollected !== null;
  }

  finish(report: Report): void {
    if (this.#failed.size === 0 && !this.#totals.spoke) return;
    const { total, failed, skipped, spoke } = this.#totals;
    report.tests({
      framework: 'pytest',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #addTotals(text: string): void {
    const counts = countsOf(text);
    const of = (...words: string[]) => words.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0);
    const failed = of('failed', 'error', 'errors');
    this.#totals.add(of('passed', 'skipped', 'xfailed', 'xpassed') + failed, failed, of('skipped'));
  }

  #readFailure(line: Line, report: Report): void {
    const title = HEADING.exec(line.text)?.groups?.['title'];
    if (title !== undefined) {
      this.#open(title, line, report);
      return;
    }
    if (/^E {3}/.test(line.text)) this.#readException(line, report);
    const location = LOCATION.exec(line.text)?.groups;
    if (!location) return;
    const file = location['file'] ?? '';
    if (this.#uncollected?.path === file) this.#uncollected.line ??= numberOf(location['line']);
    if (this.#heading === null) return;
    report.highlight(line.number, line.number, 0.8);
    const test = this.#failed.get(this.#heading);
    // The innermost frame comes last; the one in the test's own file says the test's line.
    if (test && (test.file === null || TEST_FILE.test(file))) {
      test.file = file;
      test.line = numberOf(location['line']);
    }
  }

  #readException(line: Line, report: Report): void {
    report.highlight(line.number, line.number, 0.85);
    if (!this.#uncollected) return;
    const { path, line: at, logLine } = this.#uncollected;
    report.diagnostic({ path, line: at, message: line.text.slice(1).trim(), logLine });
    this.#uncollected = null;
  }

  #open(title: string, line: Line, report: Report): void {
    const collecting = COLLECTION.exec(title)?.groups?.['file'];
    if (collecting !== undefined) {
      this.#uncollected = { path: collecting, line: null, logLine: line.number };
      this.#heading = null;
      return;
    }
    this.#uncollected = null;
    const path = title.replace(/^ERROR at (?:setup|teardown) of /, '').replace(/^\[doctest\] /, '');
    const { name, suite } = dotted(path);
    this.#heading = path;
    this.#failed.add(path, { name, suite, file: null, line: null, logLine: line.number });
    report.highlight(line.number, line.number, 0.8);
  }

  /** `FAILED test_a.py::TestB::test_c - message`: completes what the heading began, or stands alone (`--tb=no`). */
  #readSummary(line: Line, report: Report): void {
    const groups = SUMMARY.exec(line.text)?.groups;
    if (!groups) return;
    report.highlight(line.number, line.number, 0.85);
    const id = groups['id'];
    if (id === undefined) return;
    const parts = id.split('::');
    const name = parts.pop() ?? id;
    const suite = parts.length > 0 ? parts.join('.') : null;
    const test = this.#failed.add(suite === null ? name : `${suite}.${name}`, {
      name,
      suite,
      file: groups['file'] ?? null,
      line: null,
      logLine: line.number,
    });
    if (test && test.file !== groups['file']) {
      test.file = groups['file'] ?? null;
      test.line = null;
    }
  }
}

/** `TestB.test_c[1.5]`: parameters may hold dots. */
function dotted(title: string): { name: string; suite: string | null } {
  const bracket = title.indexOf('[');
  const at = title.lastIndexOf('.', bracket < 0 ? undefined : bracket);
  return at < 0 ? { name: title, suite: null } : { name: title.slice(at + 1), suite: title.slice(0, at) };
}
