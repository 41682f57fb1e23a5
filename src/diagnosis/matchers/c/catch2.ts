import { countsOf, FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const RULE = '-'.repeat(79);
const PLACE = /^(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:()]{1,500})(?::(?<line>\d{1,7})|\((?<lineOfWindows>\d{1,7})\))$/;
const FAILED = /^(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:()]{1,500})(?::(?<line>\d{1,7})|\((?<lineOfWindows>\d{1,7})\)): FAILED:$/;
const TOTALS = /^test cases: +(?<total>\d{1,9}) \| (?<counts>.*)$/;
/** Tests that may fail, or that should. */
const EXPECTED = /\|\s*\d+ failed as expected/;
const ALL_PASSED = /^All tests passed \([\d,]+ assertions? in (?<total>\d{1,9}) test cases?\)$/;

/** Lines of a heading: the test's name, and a line for each section. */
const MAX_HEADING_LINES = 12;
const MAX_MESSAGE_LINES = 15;

/** Catch2: a heading with the test and its sections, then `path:line: FAILED:`. */
export const catch2: Matcher = {
  id: 'catch2',
  tool: 'catch2',
  cause: 'test-failure',
  hints: [
    '-------------------------------------------------------------------------------',
    ': failed:',
    'test cases: ',
    'all tests passed (',
  ],
  createReader: () => new Catch2Reader(),
};

class Catch2Reader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  /** Lines between two rules. */
  #heading: string[] | null = null;
  #test: string | null = null;
  #failureSince = 0;
  #notes = new FailureNotes(undefined);

  read(line: Line, report: Report): boolean {
    if (line.text === RULE) return this.#readRule();
    if (this.#heading) return this.#readHeading(this.#heading, line);
    const failure = FAILED.exec(line.text)?.groups;
    if (failure) return this.#readFailure(failure, line, report);
    if (this.#readTotals(line.text)) return false;
    if (this.#failureSince === 0 || line.text === '' || line.number - this.#failureSince > MAX_MESSAGE_LINES) {
      this.#failureSince = 0;
      return false;
    }
    this.#notes.say(line.text);
    report.highlight(line.number, line.number, 0.8);
    return true;
  }

  finish(report: Report): void {
    const { spoke, total, failed, skipped } = this.#totals;
    if (!spoke && this.#failed.size === 0) return;
    report.tests({
      framework: 'catch2',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  /** The first rule opens a heading, the second one closes it. */
  #readRule(): boolean {
    this.#failureSince = 0;
    if (this.#heading && this.#heading.length > 0) {
      this.#test = this.#heading[0] ?? null;
      this.#heading = null;
    } else this.#heading = [];
    return true;
  }

  #readHeading(heading: string[], { text }: Line): boolean {
    if (text === '' || heading.length >= MAX_HEADING_LINES || PLACE.test(text)) {
      this.#heading = null;
      return false;
    }
    heading.push(detached(text.trim()));
    return true;
  }

  #readFailure(groups: Record<string, string | undefined>, line: Line, report: Report): boolean {
    const name = this.#test;
    if (name === null) return false;
    const place = { file: groups['file'] ?? '', line: numberOf(groups['line'] ?? groups['lineOfWindows']) };
    const test = this.#failed.add(name, { name, suite: null, ...place, logLine: line.number });
    this.#notes.endMessage();
    if (test?.message === null && test.frame === null) {
      this.#notes = new FailureNotes(test);
      this.#notes.place(place);
    }
    this.#failureSince = line.number;
    report.highlight(line.number, line.number, 0.9);
    return true;
  }

  #readTotals(text: string): boolean {
    const all = ALL_PASSED.exec(text)?.groups?.['total'];
    const some = TOTALS.exec(text)?.groups;
    if (all === undefined && !some) return false;
    const counts = countsOf((some?.['counts'] ?? '').replace(EXPECTED, '').replace(/ {2,}/g, ' '));
    const skipped = counts.get('skipped') ?? 0;
    this.#totals.add(Math.max(0, Number(all ?? some?.['total']) - skipped), counts.get('failed') ?? 0, skipped);
    this.#test = null;
    return true;
  }
}
