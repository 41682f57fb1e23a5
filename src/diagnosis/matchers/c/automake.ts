import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';

/** `FAIL: tests/hello-1`, of TAP `FAIL: lists.test 2 - is sorted`; unittest puts the class in brackets behind the name. */
const RESULT = /^(?:FAIL|XPASS|ERROR): (?<name>[^\s():]{1,300})(?: (?<point>\d{1,6}(?: .{0,300})?))?$/;
/** In test-suite.log the result is a heading, underlined. */
const UNDERLINE = /^={6,}$/;
const ANY_RESULT = /^(?:PASS|FAIL|SKIP|XFAIL|XPASS|ERROR): \S/;
/** `FAIL hello-1 (exit status: 1)`: the harness closes a test's output with it. */
const EXIT = /^(?:FAIL|XPASS|ERROR) \S.{0,300} \(exit status: \d{1,3}\)$/;
const SUMMARY = /^Testsuite summary for \S/;
const COUNT = /^# (?<word>TOTAL|PASS|SKIP|XFAIL|FAIL|XPASS|ERROR): {1,3}(?<count>\d{1,9})$/;
/** The serial harness, between two lines of signs: `1 of 5 tests failed`, `2 of 5 tests did not behave as expected (1 unexpected pass)`. */
const SERIAL = /^(?<failed>\d{1,9}) of (?<total>\d{1,9}) tests? (?:failed|did not behave as expected)\b/;

/** A test's own output is shown so far. */
const MAX_OUTPUT_LINES = 60;

/** Automake's test harness: a line a test, test-suite.log where it is shown, and counts. */
export const automake: Matcher = {
  id: 'automake',
  tool: 'automake',
  cause: 'test-failure',
  hints: ['FAIL: ', 'XPASS: ', 'ERROR: ', 'Testsuite summary for ', ' tests failed', ' did not behave as expected'],
  createReader: () => new AutomakeReader(),
};

class AutomakeReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  readonly #counts = new Map<string, number>();
  #summary: number | null = null;
  /** test-suite.log has been shown. */
  #isShown = false;
  #heading: { test: FailedTest | undefined; line: number } | null = null;
  #output: { notes: FailureNotes; since: number } | null = null;

  read(line: Line, report: Report): boolean | null {
    if (this.#summary !== null) return this.#count(this.#summary, line, report);
    const heading = this.#heading;
    this.#heading = null;
    if (heading && UNDERLINE.test(line.text)) {
      report.highlight(heading.line, line.number, 0.85);
      this.#isShown = true;
      this.#output = { notes: new FailureNotes(heading.test), since: line.number };
      return true;
    }
    if (this.#output && this.#show(this.#output, line, report)) return true;
    return this.#begin(line, report);
  }

  finish(report: Report): void {
    const { spoke, total, failed, skipped } = this.#totals;
    if (!spoke) return;
    report.tests({
      framework: 'automake',
      total,
      failedCount: failed,
      skippedCount: skipped,
      failed: failed > 0 ? this.#failed.list() : [],
    });
  }

  #begin(line: Line, report: Report): boolean | null {
    if (SUMMARY.test(line.text)) {
      this.#summary = line.number;
      this.#counts.clear();
      return true;
    }
    const serial = SERIAL.exec(line.text)?.groups;
    if (serial && UNDERLINE.test(report.previous(1)?.text ?? '')) {
      this.#totals.add(Number(serial['total']), Number(serial['failed']), 0);
      return false;
    }
    const { name, point } = RESULT.exec(line.text)?.groups ?? {};
    if (name === undefined) return null;
    const test = { name: point ?? name, suite: point === undefined ? null : name, file: null, line: null, logLine: line.number };
    this.#heading = { test: this.#failed.add(`${name} ${point ?? ''}`, test), line: line.number };
    // Other harnesses write so too, and what explains is above or in test-suite.log: it drives nothing out.
    report.highlight(line.number, line.number, 0.68);
    return true;
  }

  /** Returns whether the line belongs to the test's output. */
  #show({ notes, since }: { notes: FailureNotes; since: number }, line: Line, report: Report): boolean {
    const isOver = UNDERLINE.test(line.text) || ANY_RESULT.test(line.text) || line.number - since > MAX_OUTPUT_LINES;
    if (isOver || line.marker !== null) {
      this.#output = null;
      return false;
    }
    if (line.text.trim() !== '') report.highlight(line.number, line.number, 0.76);
    if (EXIT.test(line.text)) notes.endMessage();
    notes.say(line.text);
    return true;
  }

  /** Skipped tests are in the total; unexpected passes and errors are failures. The sums are shown where nothing tells more. */
  #count(since: number, line: Line, report: Report): boolean {
    const { word, count } = COUNT.exec(line.text)?.groups ?? {};
    if (word !== undefined) {
      this.#counts.set(word, Number(count));
      if (word !== 'ERROR') return true;
    } else if (UNDERLINE.test(line.text)) return true;
    this.#summary = null;
    const of = (name: string): number => this.#counts.get(name) ?? 0;
    const failed = of('FAIL') + of('XPASS') + of('ERROR');
    if (this.#counts.size > 0) this.#totals.add(of('TOTAL') - of('SKIP'), failed, of('SKIP'));
    if (failed > 0 && !this.#isShown) report.highlight(since, line.number, 0.6);
    return false;
  }
}
