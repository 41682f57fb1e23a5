import { FailedTests, TestTotals } from '../../dispatch/failed-tests.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { DotnetFollower, dotted } from './frames.ts';

const FAILED = /^ {2,8}(?<name>[A-Za-z_][\w.+`]*\.\w.*) \[FAIL\]$/;
const TOTALS =
  /^\s+\S.*? +Total: (?<total>\d{1,9}), Errors: (?<errors>\d{1,9}), Failed: (?<failed>\d{1,9}), Skipped: (?<skipped>\d{1,9}), (?:Not Run: \d{1,9}, )?Time: [\d.,]+s$/;

/** The console runner of xUnit.net: `Name [FAIL]` with message and stack indented below. */
export const xunit: Matcher = {
  id: 'xunit',
  tool: 'xunit',
  cause: 'test-failure',
  hints: [' [FAIL]', ' Total: '],
  createReader: () => new XunitReader(),
};

class XunitReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  readonly #follower = new DotnetFollower();

  read(line: Line, report: Report): boolean | null {
    const totals = TOTALS.exec(line.text)?.groups;
    if (totals) {
      const of = (name: string) => numberOf(totals[name]) ?? 0;
      this.#totals.add(of('total'), of('failed') + of('errors'), of('skipped'));
      this.#follower.close();
      return false;
    }
    const name = FAILED.exec(line.text)?.groups?.['name'];
    if (name === undefined) return this.#follower.read(line.text, line, report);
    const test = this.#failed.add(name, { ...dotted(name), file: null, line: null, logLine: line.number });
    report.highlight(line.number, line.number, 0.9);
    this.#follower.open(test, line);
    return true;
  }

  finish(report: Report): void {
    if (!this.#totals.spoke) return;
    const { total, failed, skipped } = this.#totals;
    report.tests({ framework: 'xunit', total, failedCount: failed, skippedCount: skipped, failed: this.#failed.list() });
  }
}
