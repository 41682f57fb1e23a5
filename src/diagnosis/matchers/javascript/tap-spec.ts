import { FailedTests, TestTotals } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { ownFrameOf } from './stack.ts';

const FAILED = /^ {4}[✖×] (?<name>\S.*)$/;
const UNDERLINE = /^ {4}-{3,}$/;
const FRAME = /^ {6}at: (?<frame>\S.*)$/;
const SECTION = /^ {2}Failed Tests: There (?:was|were) \d{1,9} failures?$/;
const LISTED = /^ {6}[✖×] (?<name>\S.*)$/;
const LISTED_TEST = /^ {4}(?<name>[^\s✖×].*)$/;
const COUNT = /^ {2}(?<word>total|passing|failing|skipped): {2,10}(?<count>\d{1,9})$/;

/** Lines of one failure, and from one to the next. */
const MAX_FAILURE_LINES = 40;
const MAX_PLACES = 500;

/** tap-spec, with which tape is often read: each failure with its values, at the end the failures by test, and counts. */
export const tapSpec: Matcher = {
  id: 'tap-spec',
  tool: 'tap-spec',
  cause: 'test-failure',
  hints: ['    ✖ ', '    × ', 'Failed Tests: There w', '  total: ', '  failing: ', '  skipped: '],
  createReader: () => new TapSpecReader(),
};

class TapSpecReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  /** Where what failed stands, by its name, in the order in which it was told. */
  readonly #places = new Map<string, { file: string; line: number | null }[]>();
  #open: { name: string; since: number } | null = null;
  #listedSince = 0;
  #test: string | null = null;

  read(line: Line, report: Report): Answer {
    if (SECTION.test(line.text)) {
      this.#listedSince = line.number;
      return true;
    }
    if (this.#readCount(line.text)) {
      this.#listedSince = 0;
      return false;
    }
    if (this.#listedSince > 0) return this.#readListed(line, report);
    const name = FAILED.exec(line.text)?.groups?.['name'];
    if (name !== undefined) {
      this.#open = { name: detached(name), since: line.number };
      return true;
    }
    return this.#follow(line, report);
  }

  finish(report: Report): void {
    if (this.#failed.size === 0) return;
    const { total, failed, skipped, spoke } = this.#totals;
    report.tests({
      framework: 'tap-spec',
      total: spoke ? total : null,
      failedCount: Math.max(failed, this.#failed.size),
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #readCount(text: string): boolean {
    const groups = this.#failed.size > 0 ? COUNT.exec(text)?.groups : undefined;
    const count = numberOf(groups?.['count']);
    if (count === null) return false;
    const word = groups?.['word'];
    this.#totals.add(word === 'total' ? count : 0, word === 'failing' ? count : 0, word === 'skipped' ? count : 0);
    return true;
  }

  #readListed(line: Line, report: Report): boolean {
    const name = LISTED.exec(line.text)?.groups?.['name'];
    this.#test = LISTED_TEST.exec(line.text)?.groups?.['name'] ?? this.#test;
    if (name !== undefined) {
      const place = this.#places.get(name)?.shift() ?? { file: null, line: null };
      const test = { name, suite: this.#test, ...place, logLine: line.number };
      this.#failed.add(`${line.number}`, test);
      this.#listedSince = line.number;
      report.highlight(line.number, line.number, 0.8);
    }
    return line.number - this.#listedSince <= MAX_FAILURE_LINES;
  }

  /** A failure is underlined, which no other tool's is that marks it alike. */
  #follow(line: Line, report: Report): boolean {
    const open = this.#open;
    if (!open) return false;
    const distance = line.number - open.since;
    if (distance > MAX_FAILURE_LINES || (distance === 1 && !UNDERLINE.test(line.text))) {
      this.#open = null;
      return false;
    }
    if (distance === 1) report.highlight(open.since, open.since, 0.9);
    else if (line.text.trim() !== '') report.highlight(line.number, line.number, 0.7);
    const frame = ownFrameOf(`at ${FRAME.exec(line.text)?.groups?.['frame'] ?? ''}`);
    if (!frame) return true;
    const known = this.#places.get(open.name);
    const place = { file: detached(frame.file), line: frame.line };
    if (known) known.push(place);
    else if (this.#places.size < MAX_PLACES) this.#places.set(open.name, [place]);
    this.#open = null;
    return false;
  }
}
