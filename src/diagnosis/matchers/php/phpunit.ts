import { FailedTests, FailureNotes, TestTotals } from '../../failed-tests.ts';
import type { Line, LineReader, Matcher, Report } from '../../matcher.ts';
import { numberOf } from '../../matcher.ts';
import type { FailedTest } from '../../types.ts';

const SECTION = /^There (?:was|were) \d{1,9} (?:PHPUnit )?(?:test )?(?<kind>[a-z]+)(?: tests?| triggered .*)?:?$/;
const HEADING = /^\d{1,6}\) (?<suite>[A-Za-z_][\w\\]*)::(?<name>\w+(?: with data set (?:#\d+|"[^"]*"))?)/;
const FRAME = /^(?<file>(?:[A-Za-z]:)?[^\s:]+\.php):(?<line>\d{1,7})$/;
const SUMMARY = /^Tests: (?<total>\d{1,9}), Assertions: \d{1,9}(?<counts>(?:, [A-Z][A-Za-z ]*: \d{1,9}){0,12})\.$/;
const GOOD = /^OK \((?<total>\d{1,9}) tests?, \d{1,9} assertions?\)$/;

/** Lines of a failure that an excerpt shows. */
const MAX_FAILURE_LINES = 25;

/** PHPUnit: sections of errors and failures, each with a numbered list, and the totals. */
export const phpunit: Matcher = {
  id: 'phpunit',
  tool: 'phpunit',
  cause: 'test-failure',
  hints: ['there was 1 ', 'there were ', 'assertions: ', ' assertions)', ' assertion)', '::test', '.php:'],
  createReader: () => new PhpunitReader(),
};

class PhpunitReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #inFailures = false;
  #open: { test: FailedTest | undefined; notes: FailureNotes; fileName: string; since: number } | null = null;

  read(line: Line, report: Report): boolean | null {
    const kind = SECTION.exec(line.text)?.groups?.['kind'];
    if (kind !== undefined) {
      this.#inFailures = /^(?:error|failure)/.test(kind);
      this.#open = null;
      return this.#inFailures;
    }
    const total = this.#readTotals(line.text);
    if (total) return false;
    if (!this.#inFailures) return null;
    const heading = HEADING.exec(line.text)?.groups;
    if (heading) this.#openTest(heading, line, report);
    else this.#follow(line, report);
    return true;
  }

  finish(report: Report): void {
    if (!this.#totals.spoke && this.#failed.size === 0) return;
    const { spoke, total, failed, skipped } = this.#totals;
    report.tests({
      framework: 'phpunit',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #readTotals(text: string): boolean {
    const summary = (SUMMARY.exec(text) ?? GOOD.exec(text))?.groups;
    if (!summary) return false;
    const of = (word: string) => Number(new RegExp(`, ${word}: (\\d+)`).exec(summary['counts'] ?? '')?.[1] ?? 0);
    this.#totals.add(Number(summary['total']), of('Errors') + of('Failures'), of('Skipped') + of('Incomplete'));
    this.#inFailures = false;
    this.#open = null;
    return true;
  }

  #openTest(heading: Record<string, string>, line: Line, report: Report): void {
    const { suite = '', name = '' } = heading;
    const test = this.#failed.add(`${suite}::${name}`, { name, suite, file: null, line: null, logLine: line.number });
    this.#open = {
      test,
      notes: new FailureNotes(test),
      fileName: `${suite.slice(suite.lastIndexOf('\\') + 1)}.php`,
      since: line.number,
    };
    report.highlight(line.number, line.number, 0.9);
  }

  #follow(line: Line, report: Report): void {
    const open = this.#open;
    if (!open || line.text === '' || line.text === '--') return;
    if (line.number - open.since <= MAX_FAILURE_LINES) report.highlight(line.number, line.number, 0.78);
    const frame = FRAME.exec(line.text)?.groups;
    if (!frame) {
      open.notes.say(line.text);
      return;
    }
    open.notes.endMessage();
    const file = frame['file'] ?? '';
    if (!/[\\/]vendor[\\/]/.test(file)) open.notes.place({ file, line: numberOf(frame['line']) });
    if (!open.test) return;
    // The frame in the test's own file says more than where the exception came from.
    const isOwn = (path: string | null) => path?.replaceAll('\\', '/').endsWith(`/${open.fileName}`) === true;
    if (open.test.file !== null && (isOwn(open.test.file) || !isOwn(file))) return;
    open.test.file = file;
    open.test.line = numberOf(frame['line']);
  }
}
