import { FailedTests, TestTotals } from '../../dispatch/failed-tests.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { DotnetFollower, dotted } from './frames.ts';

const START = /^Errors(?:, Failures and Warnings| and Failures:?)$/;
const FAILED = /^\d{1,6}\) (?:(?:Test )?(?:Failed|Failure|Error)) : (?<name>\S.*)$/;
const OTHER = /^\d{1,6}\) \w/;
const TOTALS =
  /^\s*Test Count: (?<total>\d{1,9}), Passed: \d{1,9}, Failed: (?<failed>\d{1,9})(?:, (?:Errors|Warnings): \d{1,9})?, (?:Warnings: \d{1,9}, )?Inconclusive: \d{1,9}, Skipped: (?<skipped>\d{1,9})$/;
const OLD_TOTALS =
  /^Tests run: (?<total>\d{1,9}), Errors: (?<errors>\d{1,9}), Failures: (?<failed>\d{1,9}), Inconclusive: \d{1,9}, Time: [\d.,]+ seconds$/;

/** NUnit's console runner: a numbered list of failures, and a summary. */
export const nunit: Matcher = {
  id: 'nunit',
  tool: 'nunit',
  cause: 'test-failure',
  hints: [
    'Errors, Failures and Warnings',
    'Errors and Failures',
    ') Failed : ',
    ') Test Failure : ',
    ') Test Error : ',
    ') Error : ',
    'Test Count: ',
    'Inconclusive: ',
  ],
  createReader: () => new NunitReader(),
};

class NunitReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  readonly #follower = new DotnetFollower();
  #inFailures = false;

  read(line: Line, report: Report): boolean {
    const { text } = line;
    if (START.test(text)) {
      this.#inFailures = true;
      return false;
    }
    const totals = (TOTALS.exec(text) ?? OLD_TOTALS.exec(text))?.groups;
    if (totals) {
      const of = (name: string) => numberOf(totals[name]) ?? 0;
      this.#totals.add(of('total'), of('failed') + of('errors'), of('skipped'));
      return false;
    }
    const name = this.#inFailures ? FAILED.exec(text)?.groups?.['name'] : undefined;
    if (name !== undefined) {
      const test = this.#failed.add(name, { ...dotted(name), file: null, line: null, logLine: line.number });
      report.highlight(line.number, line.number, 0.9);
      this.#follower.open(test, line);
      return true;
    }
    if (OTHER.test(text)) this.#follower.close();
    return this.#follower.read(text, line, report) ?? false;
  }

  finish(report: Report): void {
    if (!this.#totals.spoke) return;
    const { total, failed, skipped } = this.#totals;
    report.tests({ framework: 'nunit', total, failedCount: failed, skippedCount: skipped, failed: this.#failed.list() });
  }
}
