import { FailedTests, TestTotals } from '../../failed-tests.ts';
import type { Line, LineReader, Matcher, Report } from '../../matcher.ts';
import { numberOf } from '../../matcher.ts';
import type { FailedTest } from '../../types.ts';

const HEADING = /^ {1,4}\d{1,5}\) (?<name>(?:test|doctest|property|feature) .*) \((?<suite>[A-Z][\w.]*)\)$/;
const PLACE = /^ {5}(?<file>[^\s:]+\.exs?):(?<line>\d{1,7})$/;
const TOTALS =
  /^(?<counts>(?:\d{1,9} (?:tests?|doctests?|propert(?:y|ies)|features?), ){1,4})(?<failed>\d{1,9}) failures?(?<rest>(?:, \d{1,9} (?:skipped|excluded|invalid)(?: \S+)?){0,3})$/;

/** Lines of a failure that an excerpt shows. */
const MAX_FAILURE_LINES = 20;

/** ExUnit: a numbered failure with its place below, and the totals. */
export const exUnit: Matcher = {
  id: 'ex-unit',
  tool: 'ex_unit',
  cause: 'test-failure',
  hints: [
    ') test ',
    ') doctest ',
    ') property ',
    ') feature ',
    ' test, ',
    'tests, ',
    'property, ',
    'properties, ',
    ' feature, ',
    'features, ',
  ],
  createReader: () => new ExUnitReader(),
};

class ExUnitReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #open: { test: FailedTest | undefined; since: number } | null = null;

  read(line: Line, report: Report): boolean {
    const totals = TOTALS.exec(line.text)?.groups;
    if (totals) {
      const sum = (text = '') => [...text.matchAll(/\d+/g)].reduce((total, [count]) => total + Number(count), 0);
      this.#totals.add(sum(totals['counts']), Number(totals['failed']), sum(totals['rest']));
      this.#open = null;
      return false;
    }
    const { name, suite = null } = HEADING.exec(line.text)?.groups ?? {};
    if (name === undefined) return this.#follow(line, report);
    const plain = name.replace(/^test /, '');
    const test = this.#failed.add(`${suite} ${name}`, { name: plain, suite, file: null, line: null, logLine: line.number });
    this.#open = { test, since: line.number };
    report.highlight(line.number, line.number, 0.9);
    return true;
  }

  finish(report: Report): void {
    if (!this.#totals.spoke && this.#failed.size === 0) return;
    const { spoke, total, failed, skipped } = this.#totals;
    report.tests({
      framework: 'ex_unit',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #follow(line: Line, report: Report): boolean {
    const open = this.#open;
    if (!open) return false;
    const isPart = /^(?: {5}|$)/.test(line.text) && line.number - open.since <= MAX_FAILURE_LINES;
    if (!isPart) {
      this.#open = null;
      return false;
    }
    if (line.text !== '') report.highlight(line.number, line.number, 0.78);
    const place = PLACE.exec(line.text)?.groups;
    if (place && open.test && open.test.file === null) {
      open.test.file = place['file'] ?? null;
      open.test.line = numberOf(place['line']);
    }
    return true;
  }
}
