import { FailedTests, FailureNotes } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';

const FAILED = /^(?:FAIL|LEAK|BORK|(?:LEAK|WARN)&FAIL|XPASS) (?<name>\S.*?) \[(?<file>[^[\]]{1,400}\.phpt)\]/;
/** In the list at the end. */
const LISTED = /^(?<name>\S.*?) \[(?<file>[^[\]]{1,400}\.phpt)\]\s*$/;
const LIST = /^(?:FAILED TEST|BORKED TEST|LEAKED TEST) SUMMARY$/;
const COUNT =
  /^(?<word>Number of tests|Tests skipped|Tests borked|Tests leaked|Tests failed) {1,4}: {1,8}(?<count>\d{1,9})(?: .*)?$/;
/** Above the result stands what differs, where it is asked for. */
const DIFF = /^========DIFF========$/;
const DONE = /^========DONE========$/;
const CHANGED = /^\d{1,6}[+-] /;
const RULE = /^(?:=|-){20,}$/;
const MAX_DIFF_LINES = 60;

/** PHP's own run-tests.php, which extensions use too: a line a test, a table, and a list of what failed. */
export const runTests: Matcher = {
  id: 'php-run-tests',
  tool: 'run-tests',
  cause: 'test-failure',
  hints: ['.phpt]', 'test summary', 'number of tests :', 'tests skipped   :', 'tests failed    :', '===diff==='],
  createReader: () => new RunTestsReader(),
};

class RunTestsReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #counts = new Map<string, number>();
  #diff: { lines: string[]; startLine: number; isDone: boolean } | null = null;
  #inList = false;

  read(line: Line, report: Report): boolean | null {
    const count = COUNT.exec(line.text)?.groups;
    if (count) {
      const { word = '' } = count;
      this.#counts.set(this.#counts.has(word) ? word : detached(word), (this.#counts.get(word) ?? 0) + Number(count['count']));
      this.#diff = null;
      return false;
    }
    if (DIFF.test(line.text)) {
      this.#diff = { lines: [], startLine: line.number, isDone: false };
      return true;
    }
    if (LIST.test(line.text)) {
      this.#inList = true;
      this.#diff = null;
      return true;
    }
    if (this.#inList) return this.#readListed(line, report);
    const failed = FAILED.exec(line.text)?.groups;
    if (failed) {
      this.#add(failed, line, report);
      return false;
    }
    return this.#diff === null ? null : this.#follow(this.#diff, line);
  }

  finish(report: Report): void {
    const of = (word: string) => this.#counts.get(word) ?? 0;
    const spoke = this.#counts.has('Number of tests');
    if (!spoke && this.#failed.size === 0) return;
    const failures = of('Tests failed') + of('Tests leaked') + of('Tests borked');
    report.tests({
      framework: 'run-tests',
      total: spoke ? of('Number of tests') - of('Tests skipped') : null,
      failedCount: spoke ? failures : this.#failed.size,
      skippedCount: spoke ? of('Tests skipped') : null,
      failed: this.#failed.list(),
    });
  }

  #follow(diff: { lines: string[]; startLine: number; isDone: boolean }, line: Line): boolean {
    if (DONE.test(line.text)) diff.isDone = true;
    else if (!diff.isDone && CHANGED.test(line.text) && diff.lines.length < 6) diff.lines.push(detached(line.text));
    // The result stands right below.
    const isOver = diff.isDone ? !DONE.test(line.text) : line.number - diff.startLine > MAX_DIFF_LINES;
    if (isOver) this.#diff = null;
    return !isOver;
  }

  #add(groups: Record<string, string | undefined>, line: Line, report: Report): void {
    const { name = '', file = '' } = groups;
    const test: FailedTest | undefined = this.#failed.add(file, { name, suite: null, file, line: null, logLine: line.number });
    const notes = new FailureNotes(test);
    for (const changed of this.#diff?.lines ?? []) notes.say(changed);
    report.highlight(line.number, line.number, 0.88);
    if (this.#diff && line.number - this.#diff.startLine <= MAX_DIFF_LINES) {
      report.highlight(this.#diff.startLine + 1, line.number - 2, 0.75);
    }
    this.#diff = null;
  }

  #readListed(line: Line, report: Report): boolean {
    const listed = LISTED.exec(line.text)?.groups;
    if (!listed) {
      this.#inList = RULE.test(line.text) && LIST.test(report.previous(1)?.text ?? '');
      return this.#inList;
    }
    const { name = '', file = '' } = listed;
    this.#failed.add(file, { name, suite: null, file, line: null, logLine: line.number });
    report.highlight(line.number, line.number, 0.6);
    return true;
  }
}
