import { FailedTests, lengthened, TestTotals } from '../../dispatch/failed-tests.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** `tests/parse.c:77:numbers_are_read:FAIL: Expected 3 Was 2`. */
const FAIL =
  /^(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,500}\.\w{1,8}):(?<line>\d{1,7}):(?<name>[^\s:]{1,300}):FAIL(?:: ?(?<message>.*))?$/;
/** `14 Tests 12 Failures 0 Ignored`, and below it `FAIL` or `OK`. */
const TOTALS = /^(?<total>\d{1,9}) Tests (?<failed>\d{1,9}) Failures (?<ignored>\d{1,9}) Ignored\s*$/;

/** Unity, for C on its own and under CMock, Ceedling and PlatformIO. */
export const unity: Matcher = {
  id: 'unity',
  tool: 'unity',
  cause: 'test-failure',
  hints: [':FAIL', ' Failures '],
  createReader: () => new UnityReader(),
};

class UnityReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();

  read(line: Line, report: Report): boolean | null {
    const totals = TOTALS.exec(line.text)?.groups;
    if (totals) {
      const ignored = Number(totals['ignored']);
      this.#totals.add(Number(totals['total']) - ignored, Number(totals['failed']), ignored);
      return false;
    }
    const { file, name, message, line: at } = FAIL.exec(line.text)?.groups ?? {};
    if (file === undefined || name === undefined) return null;
    report.claim(line.number);
    this.#failed.add(`${file}:${name}`, {
      name,
      suite: null,
      file,
      line: numberOf(at),
      message: lengthened(null, message ?? ''),
      logLine: line.number,
    });
    report.highlight(line.number, line.number, 0.88);
    return false;
  }

  finish(report: Report): void {
    const { spoke, total, failed, skipped } = this.#totals;
    if (!spoke && this.#failed.size === 0) return;
    report.tests({
      framework: 'unity',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }
}
