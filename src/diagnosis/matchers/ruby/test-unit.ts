import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { FOREIGN } from './frames.ts';

const HEADING = /^(?:Failure|Error): (?<name>test[^(]*)\((?<suite>[A-Z][\w:]*)\):?(?: .*)?$/;
const TOTALS =
  /^(?<total>\d{1,9}) tests, \d{1,9} assertions, (?<failures>\d{1,9}) failures, (?<errors>\d{1,9}) errors, (?<pendings>\d{1,9}) pendings, (?<omissions>\d{1,9}) omissions/;
const FRAME = /^(?<file>[^\s:]+\.rb):(?<line>\d{1,7}):in [`']/;
const SOURCE = /^\s*(?:=> )?\d{1,7}: ?/;
const RULER = /^={20,}$/;

/** Lines of a failure that an excerpt shows. */
const MAX_FAILURE_LINES = 20;

/** test-unit: `Failure: test_name(Suite)` between rulers, and a line with the totals. */
export const testUnit: Matcher = {
  id: 'test-unit',
  tool: 'test-unit',
  cause: 'test-failure',
  hints: ['failure: test', 'error: test', ' pendings, '],
  createReader: () => new TestUnitReader(),
};

class TestUnitReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #open: { test: FailedTest | undefined; notes: FailureNotes; method: string; since: number } | null = null;

  read(line: Line, report: Report): boolean | null {
    const totals = TOTALS.exec(line.text)?.groups;
    if (totals) {
      const of = (name: string) => Number(totals[name]);
      this.#totals.add(of('total'), of('failures') + of('errors'), of('pendings') + of('omissions'));
      this.#open = null;
      return false;
    }
    const { name, suite = null } = HEADING.exec(line.text)?.groups ?? {};
    if (name === undefined) return this.#follow(line, report);
    const test = this.#failed.add(`${suite}#${name}`, { name, suite, file: null, line: null, logLine: line.number });
    // Behind the method stands which of its data it was run with.
    const method = name.replace(/\[.*$/, '');
    this.#open = { test, notes: new FailureNotes(test), method, since: line.number };
    report.highlight(line.number, line.number, 0.9);
    return true;
  }

  finish(report: Report): void {
    if (!this.#totals.spoke && this.#failed.size === 0) return;
    const { spoke, total, failed, skipped } = this.#totals;
    report.tests({
      framework: 'test-unit',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #follow(line: Line, report: Report): boolean | null {
    const open = this.#open;
    if (!open) return null;
    if (RULER.test(line.text) || line.number - open.since > MAX_FAILURE_LINES) {
      this.#open = null;
      return false;
    }
    report.highlight(line.number, line.number, 0.75);
    const frame = FRAME.exec(line.text)?.groups;
    const file = frame?.['file'] ?? '';
    if (frame && !FOREIGN.test(file)) open.notes.place({ file, line: numberOf(frame['line']) });
    if (!frame && !SOURCE.test(line.text)) open.notes.say(line.text);
    // The frame of the test itself counts, not that of what it calls.
    if (frame && open.test && line.text.includes(open.method)) {
      open.test.file ??= frame['file'] ?? null;
      open.test.line ??= numberOf(frame['line']);
    }
    return true;
  }
}
