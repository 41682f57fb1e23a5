import { FailedTests, FailureNotes } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { noteLine } from './stack.ts';

const FAILED = /^\s{2,4}FAIL {2}(?:(?<suite>\S.*?) {2})?"(?<name>.*)"$/;
const COUNT = /^ {2}(?<word>Total|Passed|Skipped): {2,6}(?<count>\d{1,9})$/;
/** Lines of one failure. */
const MAX_FAILURE_LINES = 40;

/** uvu: `FAIL  suite  "test"` with the assertion and the stack, and totals. */
export const uvu: Matcher = {
  id: 'uvu',
  tool: 'uvu',
  cause: 'test-failure',
  hints: [' FAIL  ', '  Total:  ', '  Passed:  ', '  Skipped:  '],
  createReader: () => new UvuReader(),
};

class UvuReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #counts = new Map<string, number>();
  #open: { test: FailedTest | undefined; notes: FailureNotes; since: number } | null = null;

  read(line: Line, report: Report): boolean {
    const count = COUNT.exec(line.text)?.groups;
    if (count) {
      const { word = '' } = count;
      this.#counts.set(word, (this.#counts.get(word) ?? 0) + Number(count['count']));
      this.#open = null;
      return false;
    }
    const failed = FAILED.exec(line.text)?.groups;
    if (failed) {
      const { suite = null, name = '' } = failed;
      const test = this.#failed.add(`${suite}\n${name}`, { name, suite, file: null, line: null, logLine: line.number });
      this.#open = { test, notes: new FailureNotes(test), since: line.number };
      report.highlight(line.number, line.number, 0.9);
      return true;
    }
    return this.#follow(line, report);
  }

  finish(report: Report): void {
    const total = this.#counts.get('Total');
    if (this.#failed.size === 0 && (total === undefined || !this.#counts.has('Passed'))) return;
    const skipped = this.#counts.get('Skipped') ?? 0;
    report.tests({
      framework: 'uvu',
      total: total ?? null,
      failedCount: total === undefined ? this.#failed.size : Math.max(0, total - (this.#counts.get('Passed') ?? 0)),
      skippedCount: total === undefined ? null : skipped,
      failed: this.#failed.list(),
    });
  }

  #follow(line: Line, report: Report): boolean {
    const open = this.#open;
    if (!open || line.number - open.since > MAX_FAILURE_LINES) return false;
    if (line.text.trim() !== '') report.highlight(line.number, line.number, 0.75);
    const frame = noteLine(open.notes, line.text);
    if (frame && open.test && open.test.file === null) {
      open.test.file = detached(frame.file);
      open.test.line = frame.line;
    }
    return frame === null;
  }
}
