import { FailedTests, TestTotals } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';

/** `3/7 Test #3: lost .......***Not Run   0.00 sec`. */
const RESULT = /^\s*\d+\/\d+ Test\s+#(?<number>\d+): (?<name>\S.*?) [.]*\s*\*\*\*(?<result>[A-Z]\w*(?: \w+)?(?:: \w+)?)/;
/** A line of the list at the end: `	  2 - fails (Failed)`. */
const LISTED = /^\s+(?<number>\d+) - (?<name>\S.*?) \((?<result>[A-Z][^()]{0,40})\)(?:\s+[\w; -]+)?$/;
const LIST = /^The following tests (?<kind>FAILED|did not run):$/;
const TOTALS = /^\d+% tests passed, (?<failed>\d+) tests? failed out of (?<total>\d+)$/;
const NOT_FAILED = /^(?:Skipped|Disabled|Not Run \(Disabled|Not Run \(Skipped)/;

/** CTest: a line a test, the share that passed, and a list of what failed. */
export const ctest: Matcher = {
  id: 'ctest',
  tool: 'ctest',
  cause: 'test-failure',
  hints: ['***', 'the following tests failed:', 'the following tests did not run:', ' tests passed, '],
  createReader: () => new CtestReader(),
};

class CtestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #list: 'FAILED' | 'did not run' | null = null;
  /** CTest counts them with what passed, and disabled ones not at all. */
  #skipped = 0;
  #disabled = 0;
  #run = 0;

  read(line: Line, report: Report): boolean | null {
    if (this.#list !== null) return this.#readListed(line, report);
    const list = LIST.exec(line.text)?.groups?.['kind'];
    if (list !== undefined) {
      this.#list = list === 'FAILED' ? 'FAILED' : 'did not run';
      return true;
    }
    const totals = TOTALS.exec(line.text)?.groups;
    if (totals) {
      this.#totals.add(Number(totals['total']), Number(totals['failed']), 0);
      this.#run++;
      return false;
    }
    const result = RESULT.exec(line.text)?.groups;
    if (!result || NOT_FAILED.test(result['result'] ?? '') || line.text.includes('(Disabled)')) return null;
    this.#add(result, line, report);
    return false;
  }

  finish(report: Report): void {
    if (!this.#totals.spoke && this.#failed.size === 0) return;
    const { spoke, total, failed } = this.#totals;
    const ran = Math.max(0, total - this.#skipped);
    report.tests({
      framework: 'ctest',
      total: spoke ? ran : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? this.#skipped + this.#disabled : null,
      failed: this.#failed.list(),
    });
  }

  #readListed(line: Line, report: Report): boolean {
    const listed = LISTED.exec(line.text)?.groups;
    if (!listed) {
      this.#list = null;
      return false;
    }
    if (this.#list === 'FAILED') this.#add(listed, line, report);
    else if (listed['result'] === 'Skipped') this.#skipped++;
    else if (listed['result'] === 'Disabled') this.#disabled++;
    return true;
  }

  /** The list names again what the lines of results have told; each run of CTest counts from 1. */
  #add(groups: Record<string, string | undefined>, line: Line, report: Report): void {
    const name = groups['name'] ?? '';
    const run = this.#list === null ? this.#run : this.#run - 1;
    this.#failed.add(`${run}:${groups['number']}:${name}`, {
      name,
      suite: null,
      file: null,
      line: null,
      // `Failed` says nothing; `Timeout` and `Exception: SegFault` do.
      message: groups['result'] === undefined || /^failed$/i.test(groups['result']) ? null : detached(groups['result']),
      logLine: line.number,
    });
    report.highlight(line.number, line.number, this.#list === null ? 0.85 : 0.7);
  }
}
