import { countsOf, FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { noteOutput } from './cargo-test.ts';

/** `FAIL [   0.007s] (3/14) shop::till tests::adds`, once as it happens and once below the summary. */
const RESULT =
  /^\s+(?:TRY \d+ )?(?:FAIL|SIGABRT|SIGSEGV|TIMEOUT|ABORT) \[[ >]*[\d.]+s\] (?:\(\s*\d+\/\d+\) )?(?<binary>\S+) (?<name>\S+)$/;
const SUMMARY = /^\s+Summary \[ *[\d.]+s\] (?:\d{1,9}\/)?(?<total>\d{1,9}) tests? run: (?<counts>.*)$/;
const PANIC = /^\s*thread '(?<thread>[^']+)' (?:\(\d+\) )?panicked at (?<file>[^\s:]+\.rs):(?<line>\d{1,7}):\d{1,7}:$/;

const MAX_OUTPUT_LINES = 25;

/** cargo-nextest: a line a test, the output of those that failed, and a summary. */
export const nextest: Matcher = {
  id: 'nextest',
  tool: 'cargo nextest',
  cause: 'test-failure',
  hints: [' fail [', ' sigabrt [', ' sigsegv [', ' timeout [', ' abort [', ' summary [', "thread '"],
  createReader: () => new NextestReader(),
};

class NextestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  /** By the test's name alone, as a panic tells it. */
  readonly #keys = new Map<string, string>();
  #notes: FailureNotes | null = null;
  #openSince = 0;

  read(line: Line, report: Report): boolean | null {
    const summary = SUMMARY.exec(line.text)?.groups;
    if (summary) {
      const counts = countsOf(summary['counts'] ?? '');
      const of = (word: string) => counts.get(word) ?? 0;
      const failed = of('failed') + of('timed');
      this.#totals.add(of('passed') + failed, failed, of('skipped'));
      this.#notes = null;
      return false;
    }
    const result = RESULT.exec(line.text)?.groups;
    if (result) this.#fail(result, line, report);
    const panic = PANIC.exec(line.text)?.groups;
    if (panic) return this.#place(panic, line, report);
    if (!this.#notes) return result ? false : null;
    noteOutput(this.#notes, line.text);
    if (line.text === '' || line.number - this.#openSince > MAX_OUTPUT_LINES) this.#notes = null;
    return this.#notes !== null;
  }

  finish(report: Report): void {
    if (!this.#totals.spoke) return;
    const { total, failed, skipped } = this.#totals;
    report.tests({ framework: 'cargo nextest', total, failedCount: failed, skippedCount: skipped, failed: this.#failed.list() });
  }

  #fail({ binary = '', name = '' }: Record<string, string>, line: Line, report: Report): void {
    report.highlight(line.number, line.number, 0.7);
    const key = `${binary} ${name}`;
    const at = name.lastIndexOf('::');
    const suite = at < 0 ? binary : `${binary}::${name.slice(0, at)}`;
    const test = { name: name.slice(at < 0 ? 0 : at + 2), suite, file: null, line: null, logLine: line.number };
    if (this.#failed.add(key, test)) this.#keys.set(name, key);
  }

  #place(panic: Record<string, string>, line: Line, report: Report): boolean {
    const test = this.#failed.get(this.#keys.get(panic['thread'] ?? '') ?? '');
    if (!test) {
      this.#notes = null;
      return false;
    }
    test.file ??= panic['file'] ?? null;
    test.line ??= numberOf(panic['line']);
    test.frame ??= { file: panic['file'] ?? '', line: numberOf(panic['line']) };
    this.#notes = new FailureNotes(test);
    this.#openSince = line.number;
    report.highlight(line.number, line.number, 0.9);
    return true;
  }
}
