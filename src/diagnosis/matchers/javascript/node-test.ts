import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest, TestReport } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { SpecTree } from './spec-tree.ts';
import { noteLine } from './stack.ts';

const COUNT = /^ℹ (?<word>tests|fail|cancelled|skipped) (?<count>\d{1,9})$/;
const FAILED_SECTION = '✖ failing tests:';
/** The dot reporter sums nothing up, and tells no places above. */
const FAILED_OF_DOTS = 'Failed tests:';
const DOTS = /^[.X]+$/;
/** What may fail, or was left out, is told among the failures. */
const OTHER_OF_DOTS = /^[⚠﹣] /;
const OF_SUITE = /^\s+'\d{1,9} subtests? failed'$/;
const PLACE = /^test at (?<file>\S.{0,500}):(?<line>\d{1,7}):\d{1,7}$/;
const TEST = /^✖ (?<name>\S.*?)(?: \([\d.]+ms\))?(?: # (?:TODO|SKIP)\b.*)?$/;

/** What is still to be done may fail. */
const EXPECTED = / # (?:TODO|SKIP)\b/;

/** Lines of a failure that are shown. */
const MAX_FAILURE_LINES = 30;
/** Lines from one failure to the next below the dots. */
const MAX_DOTTED_LINES = 100;

/** node:test with its spec reporter: counts, then the failing tests again, each with its place. */
export const nodeTest: Matcher = {
  id: 'node-test',
  tool: 'node:test',
  cause: 'test-failure',
  hints: ['ℹ tests ', 'ℹ fail ', 'ℹ cancelled ', 'ℹ skipped ', '✖ failing tests:', 'test at ', 'Failed tests:', '▶ ', ' ✖ '],
  createReader: () => new NodeTestReader(),
};

class NodeTestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #inFailures = false;
  #place: { file: string; line: number | null } | null = null;
  #openSince = 0;
  #notes: FailureNotes | null = null;
  #dots: DottedFailures | null = null;
  readonly #tree = new SpecTree();

  read(line: Line, report: Report): boolean {
    if (line.text === FAILED_OF_DOTS && DOTS.test(report.previous(2)?.text ?? '')) this.#dots = new DottedFailures(line, report);
    if (this.#dots) return this.#dots.read(line, report);
    if (line.text === FAILED_SECTION) this.#inFailures = true;
    else if (this.#readCount(line.text)) return false;
    if (!this.#inFailures) {
      this.#tree.read(line.text);
      return false;
    }
    const place = PLACE.exec(line.text)?.groups;
    if (place) {
      this.#place = { file: place['file'] ?? '', line: numberOf(place['line']) };
      this.#openSince = line.number;
      return true;
    }
    this.#follow(line, report);
    return line.number - this.#openSince < MAX_FAILURE_LINES;
  }

  finish(report: Report): void {
    if (this.#dots) report.tests(this.#dots.result());
    if (!this.#totals.spoke) return;
    const { total, failed, skipped } = this.#totals;
    report.tests({
      framework: 'node:test',
      total,
      failedCount: failed,
      skippedCount: skipped,
      failed: this.#failed.list(),
    });
  }

  #readCount(text: string): boolean {
    const groups = COUNT.exec(text)?.groups;
    const count = numberOf(groups?.['count']);
    if (count === null) return false;
    this.#inFailures = false;
    const word = groups?.['word'];
    if (word === 'tests') this.#totals.add(count, 0, 0);
    else if (word === 'skipped') this.#totals.add(-count, 0, count);
    else this.#totals.add(0, count, 0);
    return true;
  }

  #follow(line: Line, report: Report): void {
    const place = this.#place;
    if (place) {
      const name = TEST.exec(line.text)?.groups?.['name'];
      this.#place = null;
      this.#notes = null;
      if (name === undefined || EXPECTED.test(line.text)) return;
      const key = `${place.file}:${place.line}\n${name}`;
      const test = this.#failed.add(key, {
        name,
        suite: this.#tree.take(name),
        file: place.file,
        line: place.line,
        logLine: line.number,
      });
      this.#notes = new FailureNotes(test);
      report.highlight(line.number - 1, line.number, 0.9);
      this.#openSince = line.number;
      return;
    }
    if (line.text.startsWith('  ') && line.number - this.#openSince < MAX_FAILURE_LINES) {
      report.highlight(line.number, line.number, 0.75);
      if (this.#notes) noteLine(this.#notes, line.text);
    }
  }
}

/** What stands below the dots: a name at the margin, and how it failed. Suites are told like tests, and told after them. */
class DottedFailures {
  readonly #failed = new FailedTests();
  readonly #dots: number;
  #suites = 0;
  #since: number;
  #open: { key: string; test: FailedTest | undefined; notes: FailureNotes } | null = null;

  constructor(heading: Line, report: Report) {
    this.#since = heading.number;
    this.#dots = report.previous(2)?.text.length ?? 0;
  }

  read(line: Line, report: Report): boolean {
    const name = TEST.exec(line.text)?.groups?.['name'];
    if (name !== undefined) {
      const key = `${line.number}\n${name}`;
      const test = this.#failed.add(key, { name, suite: null, file: null, line: null, logLine: line.number });
      this.#open = { key, test, notes: new FailureNotes(test) };
      this.#since = line.number;
      report.highlight(line.number, line.number, 0.9);
      return true;
    }
    if (OTHER_OF_DOTS.test(line.text)) {
      this.#open = null;
      this.#since = line.number;
    }
    if (this.#open && OF_SUITE.test(line.text)) {
      this.#failed.delete(this.#open.key);
      this.#open = null;
      this.#suites++;
    }
    if (this.#open && line.text.trim() !== '') this.#note(this.#open, line, report);
    return line.number - this.#since < MAX_DOTTED_LINES;
  }

  result(): TestReport {
    const { size } = this.#failed;
    const total = Math.max(size, this.#dots - this.#suites);
    return { framework: 'node:test', total, failedCount: size, skippedCount: null, failed: this.#failed.list() };
  }

  #note({ test, notes }: { test: FailedTest | undefined; notes: FailureNotes }, line: Line, report: Report): void {
    report.highlight(line.number, line.number, 0.75);
    const frame = noteLine(notes, line.text);
    if (!frame || !test || test.file !== null) return;
    test.file = detached(frame.file);
    test.line = frame.line;
  }
}
