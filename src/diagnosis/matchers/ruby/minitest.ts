import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { FOREIGN } from './frames.ts';

/** `CartTest#test_total [test/cart_test.rb:5]:`, or before minitest 5 `test_total(CartTest) [test/cart_test.rb:5]:`. */
const NAME =
  /^(?:(?<suite>[A-Z][^#]{0,300}|[^\s#][^#]{0,300}(?=#test_\d{4}_))#(?<name>test_.*?)|(?<oldName>test_\w+[?!]?)\((?<oldSuite>[A-Z][\w:]*)\))(?: \[(?<file>[^\]:]+):(?<line>\d{1,7})\])?:$/;
const KIND = /^\s*(?:\d{1,5}\) )?(?<kind>Failure|Error):$/;
const TOTALS =
  /^(?<total>\d{1,9}) (?:runs|tests), \d{1,9} assertions, (?<failures>\d{1,9}) failures, (?<errors>\d{1,9}) errors(?:, (?<skips>\d{1,9}) skips)?$/;
const FRAME = /^\s*(?<file>[^\s:]+_test\.rb|[^\s:]*\/test_[^\s:/]*\.rb):(?<line>\d{1,7}):in /;
const ANY_FRAME = /^\s*(?<file>[^\s:]{1,500}\.\w{2,5}):(?<line>\d{1,7}):in /;
/** How Rails says to run a test again: the place of its definition. */
const RERUN = /^\s*(?:bin\/)?(?:rails|rake) test (?<file>\S+\.rb):(?<line>\d{1,7})$/;

/** Lines of a failure that an excerpt shows. */
const MAX_FAILURE_LINES = 20;

/** Minitest, and its form in Rails. */
export const minitest: Matcher = {
  id: 'minitest',
  tool: 'minitest',
  cause: 'test-failure',
  hints: ['#test_', ' assertions, ', 'rails test ', 'test) [', 'test):'],
  createReader: () => new MinitestReader(),
};

class MinitestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #open: { test: FailedTest | undefined; notes: FailureNotes; since: number } | null = null;
  #last: FailedTest | undefined;

  read(line: Line, report: Report): boolean | null {
    const totals = TOTALS.exec(line.text)?.groups;
    if (totals) {
      const failed = Number(totals['failures']) + Number(totals['errors']);
      this.#totals.add(Number(totals['total']), failed, Number(totals['skips'] ?? 0));
      this.#open = null;
      return false;
    }
    const name = NAME.exec(line.text)?.groups;
    if (name) return this.#openTest(name, line, report);
    const rerun = RERUN.exec(line.text)?.groups;
    if (rerun && this.#last) {
      this.#last.file = rerun['file'] ?? null;
      this.#last.line = numberOf(rerun['line']);
      this.#open = null;
      return false;
    }
    if (!this.#open) return rerun ? false : null;
    return this.#follow(line, report);
  }

  finish(report: Report): void {
    if (!this.#totals.spoke && this.#failed.size === 0) return;
    const { spoke, total, failed, skipped } = this.#totals;
    report.tests({
      framework: 'minitest',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #openTest(groups: Record<string, string | undefined>, line: Line, report: Report): boolean {
    const above = report.previous(1);
    // «Skipped:» comes in the same form.
    if (!above || !KIND.test(above.text)) return false;
    const name = groups['name'] ?? groups['oldName'] ?? '';
    const suite = groups['suite'] ?? groups['oldSuite'] ?? null;
    const at = { file: groups['file'] ?? null, line: numberOf(groups['line']) };
    this.#last = this.#failed.add(`${suite}#${name}`, { name, suite, ...at, logLine: line.number });
    const notes = new FailureNotes(this.#last);
    if (at.file !== null) notes.place({ file: at.file, line: at.line });
    this.#open = { test: this.#last, notes, since: line.number };
    report.highlight(above.number, line.number, 0.9);
    return true;
  }

  #follow(line: Line, report: Report): boolean {
    const open = this.#open;
    if (!open) return false;
    const isOver = KIND.test(line.text) || line.number - open.since > MAX_FAILURE_LINES;
    if (isOver) {
      this.#open = null;
      return false;
    }
    if (line.text !== '') report.highlight(line.number, line.number, 0.75);
    const any = ANY_FRAME.exec(line.text)?.groups;
    if (any || line.text === '') open.notes.endMessage();
    else open.notes.say(line.text);
    if (any && !FOREIGN.test(any['file'] ?? '')) open.notes.place({ file: any['file'] ?? '', line: numberOf(any['line']) });
    const frame = FRAME.exec(line.text)?.groups;
    if (frame && open.test && open.test.file === null) {
      open.test.file = frame['file'] ?? null;
      open.test.line = numberOf(frame['line']);
    }
    return true;
  }
}
