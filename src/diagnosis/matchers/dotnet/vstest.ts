import { FailedTests, TestTotals } from '../../dispatch/failed-tests.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { DotnetFollower, dotted } from './frames.ts';

const FAILED =
  /^\s{0,2}Failed +(?<name>[A-Za-z_][^[\]]{0,500}(?:\[[^\]]*\][^[\]]{0,100})?) \[(?:< )?[\d.,]+ (?:ms|s|m|h)[^\]]{0,30}\]$/;
const OLD_FAILED = /^Failed {3}(?<name>[A-Za-z_][\w.]*\.\w+(?:\(.*\))?)$/;
const XUNIT = /^\[xUnit\.net \d\d:\d\d:\d\d\.\d+\] {2,}(?<name>\S.*) \[FAIL\]$/;
const LINE_TOTALS =
  /^(?:Failed|Passed|Skipped)! +- Failed: +(?<failed>\d{1,9}), Passed: +(?<passed>\d{1,9}), Skipped: +(?<skipped>\d{1,9}), Total: +(?<total>\d{1,9})/;
const OLD_TOTALS =
  /^Total tests: (?<total>\d{1,9})\. Passed: (?<passed>\d{1,9})\. Failed: (?<failed>\d{1,9})\. Skipped: (?<skipped>\d{1,9})\.$/;
const NEW_TOTALS =
  /^Test summary: total: (?<total>\d{1,9}), failed: (?<failed>\d{1,9}), succeeded: \d{1,9}, skipped: (?<skipped>\d{1,9})/;
const BLOCK_TOTAL = /^Total tests: (?<total>\d{1,9})$/;
const BLOCK_PART = /^ +(?<part>Passed|Failed|Skipped): (?<count>\d{1,9})$/;

/** `dotnet test` and vstest: `Failed Name [5 ms]` with message and stack below, and totals a test assembly. */
export const vstest: Matcher = {
  id: 'vstest',
  tool: 'vstest',
  cause: 'test-failure',
  hints: ['Failed ', '[xUnit.net ', '- Failed:', 'Total tests: ', 'Test summary: total'],
  createReader: () => new VstestReader(),
};

class VstestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  readonly #follower = new DotnetFollower();
  #inBlock = false;

  read(line: Line, report: Report): boolean | null {
    const { text } = line;
    const totals = (LINE_TOTALS.exec(text) ?? OLD_TOTALS.exec(text) ?? NEW_TOTALS.exec(text))?.groups;
    if (totals) {
      this.#add(numberOf(totals['total']), numberOf(totals['failed']), numberOf(totals['skipped']));
      this.#follower.close();
      return false;
    }
    if (this.#readBlock(text)) return true;
    const xunit = XUNIT.exec(text)?.groups?.['name'];
    const name = xunit ?? (FAILED.exec(text) ?? OLD_FAILED.exec(text))?.groups?.['name'];
    if (name === undefined) return this.#follower.read(text.replace(/^\[xUnit\.net [\d:.]+\]/, ''), line, report);
    // xUnit tells a failure as it happens, and vstest again; the latter's block is the fuller one.
    report.highlight(line.number, line.number, xunit === undefined ? 0.9 : 0.6);
    this.#follower.open(this.#failed.add(name.trim(), testOf(name.trim(), line)), line);
    return true;
  }

  finish(report: Report): void {
    if (this.#failed.size === 0 && !this.#totals.spoke) return;
    const { total, failed, skipped, spoke } = this.#totals;
    report.tests({
      framework: 'vstest',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #add(total: number | null, failed: number | null, skipped: number | null): void {
    this.#totals.add(total ?? 0, failed ?? 0, skipped ?? 0);
  }

  /** `Total tests: 4`, then a line for each outcome that occurred. */
  #readBlock(text: string): boolean {
    const total = BLOCK_TOTAL.exec(text)?.groups?.['total'];
    if (total !== undefined) {
      this.#add(numberOf(total), 0, 0);
      this.#inBlock = true;
      return true;
    }
    const part = this.#inBlock ? BLOCK_PART.exec(text)?.groups : undefined;
    this.#inBlock = part !== undefined;
    if (part?.['part'] === 'Failed') this.#add(0, numberOf(part['count']), 0);
    if (part?.['part'] === 'Skipped') this.#add(0, 0, numberOf(part['count']));
    return part !== undefined;
  }
}

function testOf(title: string, line: Line): FailedTest {
  return { ...dotted(title), file: null, line: null, message: null, frame: null, logLine: line.number };
}
