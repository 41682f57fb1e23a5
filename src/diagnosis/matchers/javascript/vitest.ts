import { countsOf, FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest } from '../../types.ts';
import type { Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { noteLine } from './stack.ts';

const FAILED = /^\s*FAIL\s{1,4}(?:\|[^|]{1,100}\| |[\w@/-]{1,60} {1,3})?(?<file>[^\s>]+\.\w+)(?<titles>(?: > .+)?)$/;
const SUITE_FAILED = /^\s*FAIL\s{1,4}(?:\|[^|]{1,100}\| |[\w@/-]{1,60} {1,3})?(?<file>[^\s>]+\.\w+) \[ .* \]$/;
const FRAME = /^\s*❯ (?:.{1,300} )?(?<file>[^\s:]{1,500}):(?<line>\d{1,7}):(?<column>\d{1,7})$/;
const TOTALS = /^\s*Tests\s{2}(?<counts>\d.*) \((?<total>\d{1,9})\)$/;
const RULE = /^\s*⎯{10,}/;
const SEPARATOR = ' > ';

/** Lines after a heading in which the first own stack frame is looked for. */
const MAX_FAILURE_LINES = 120;

/** vitest: `FAIL file > suite > test` with the failure and `❯ file:line:column`, and totals at the end. */
export const vitest: Matcher = {
  id: 'vitest',
  tool: 'vitest',
  cause: 'test-failure',
  hints: ['FAIL  ', 'Tests  '],
  createReader: () => new VitestReader(),
};

class VitestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  /** Tests whose failure is being read: vitest puts the headings of equal failures one below the other. */
  #open: { test: FailedTest | undefined; notes: FailureNotes }[] = [];
  #openSince = 0;
  /** A file that could not be loaded, until its stack has said where. */
  #broken: Finding | null = null;

  read(line: Line, report: Report): boolean | null {
    const totals = TOTALS.exec(line.text)?.groups;
    if (totals) {
      this.#tellBroken(report);
      this.#open = [];
      this.#addTotals(totals['counts'] ?? '', numberOf(totals['total']) ?? 0);
      return false;
    }
    const suite = SUITE_FAILED.exec(line.text)?.groups;
    if (suite) {
      this.#tellBroken(report);
      this.#broken = { path: suite['file'] ?? null, message: '', logLine: line.number };
      report.highlight(line.number, line.number, 0.8);
      return this.#openFailure(undefined, line);
    }
    const failed = FAILED.exec(line.text)?.groups;
    if (failed?.['titles']) return this.#addFailure(failed['file'] ?? '', failed['titles'], line, report);
    return this.#follow(line, report);
  }

  finish(report: Report): void {
    this.#tellBroken(report);
    if (this.#failed.size === 0 && !this.#totals.spoke) return;
    const { total, failed, skipped, spoke } = this.#totals;
    report.tests({
      framework: 'vitest',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #addTotals(text: string, total: number): void {
    const counts = countsOf(text);
    const skipped = (counts.get('skipped') ?? 0) + (counts.get('todo') ?? 0);
    this.#totals.add(total - skipped, counts.get('failed') ?? 0, skipped);
  }

  #addFailure(file: string, titles: string, line: Line, report: Report): boolean {
    this.#tellBroken(report);
    const parts = titles.split(SEPARATOR).slice(1);
    const name = parts.pop() ?? '';
    const suite = parts.length > 0 ? parts.join(SEPARATOR) : null;
    const test = this.#failed.add(`${file}${titles}`, { name, suite, file, line: null, logLine: line.number });
    report.highlight(line.number, line.number, 0.9);
    return this.#openFailure(test, line);
  }

  #openFailure(test: FailedTest | undefined, line: Line): boolean {
    if (line.number !== this.#openSince + 1) this.#open = [];
    this.#open.push({ test, notes: new FailureNotes(test) });
    this.#openSince = line.number;
    return true;
  }

  #follow(line: Line, report: Report): boolean | null {
    if (this.#open.length === 0) return null;
    const isBlank = line.text.trim() === '';
    if (!isBlank) report.highlight(line.number, line.number, 0.75);
    if (!isBlank && this.#broken?.message === '') {
      this.#broken = { ...this.#broken, message: detached(line.text.trim()), logLine: line.number };
      report.claim(line.number);
    }
    const frame = FRAME.exec(line.text)?.groups;
    const file = frame?.['file'] ?? '';
    const isOwn = frame !== undefined && !/node_modules|^node:/.test(file);
    if (isOwn && this.#broken?.path === file) {
      this.#broken = { ...this.#broken, line: numberOf(frame['line']), column: numberOf(frame['column']) };
    }
    for (const { test, notes } of this.#open) {
      noteLine(notes, line.text);
      if (isOwn) notes.place({ file, line: numberOf(frame['line']) });
      if (isOwn && test?.file === file) test.line ??= numberOf(frame['line']);
    }
    // The stack may begin in the code that is tested, and ends where a rule is drawn.
    const isPlaced = this.#open.every(({ test }) => test !== undefined && test.line !== null);
    const isOver = RULE.test(line.text) || isPlaced || (isOwn && this.#broken?.line !== undefined);
    if (!isOver && line.number - this.#openSince < MAX_FAILURE_LINES) return true;
    this.#open = [];
    this.#tellBroken(report);
    return false;
  }

  #tellBroken(report: Report): void {
    const broken = this.#broken;
    this.#broken = null;
    if (broken && broken.message !== '') report.diagnostic(broken);
  }
}
