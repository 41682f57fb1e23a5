import { countsOf, FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest } from '../../types.ts';
import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { noteLine } from './stack.ts';

const FILE = /^\s*FAIL\s+(?:\S+\s+)?(?<file>\S+\.\w+)(?: \([\d.]+ ?(?:m?s|MB heap size)\)){0,2}$/;
/** The reporter for GitHub tells each file's failures once more, in a group. */
const GROUP = /^(?:::group::)?Errors thrown in (?<file>\S+)$/;
const HEADING = /^\s*● (?<title>\S.*)$/;
/** PHPUnit writes `Tests: 5, …`. */
const TOTALS = /^Tests:\s+(?<counts>(?:\d{1,9} [a-z]{1,20}, ){0,6}\d{1,9} total)$/;
const NOT_A_TEST = /^(?:Console|Validation (?:Error|Warning)|Deprecation Warning|Cannot log after|Multiple configurations)/;
const SUITE_FAILED = 'Test suite failed to run';
const SEPARATOR = ' › ';

/** `Jest: "global" coverage threshold for lines (99%) not met: 72.72%`: no test has failed, so it drives out what tests print. */
const THRESHOLD = /^Jest: .{1,300} coverage threshold for .{1,100} not met/;

/** Lines after a heading in which the first own stack frame is looked for. */
const MAX_FAILURE_LINES = 120;

/** jest: `FAIL file`, then `● suite › test` with the failure, and totals at the end. */
export const jest: Matcher = {
  id: 'jest',
  tool: 'jest',
  cause: 'test-failure',
  hints: ['FAIL ', '● ', 'Tests: ', 'Errors thrown in ', 'coverage threshold for'],
  createReader: () => new JestReader(),
};

class JestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #file: string | null = null;
  #open: { test: FailedTest | undefined; notes: FailureNotes; startLine: number; broken: Finding | null } | null = null;

  read(line: Line, report: Report): Answer {
    const file = (FILE.exec(line.text) ?? GROUP.exec(line.text))?.groups?.['file'];
    if (file !== undefined) {
      this.#file = file;
      this.#close(report);
      return false;
    }
    const totals = TOTALS.exec(line.text)?.groups?.['counts'];
    if (totals !== undefined) {
      this.#close(report);
      this.#addTotals(totals);
      return false;
    }
    if (THRESHOLD.test(line.text)) {
      this.#close(report);
      report.highlight(line.number, line.number, 0.85);
      return false;
    }
    const title = HEADING.exec(line.text)?.groups?.['title'];
    if (title !== undefined) return this.#openFailure(title, line, report);
    return this.#follow(line, report);
  }

  finish(report: Report): void {
    this.#close(report);
    if (this.#failed.size === 0 && !this.#totals.spoke) return;
    const { total, failed, skipped, spoke } = this.#totals;
    report.tests({
      framework: 'jest',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #addTotals(text: string): void {
    const counts = countsOf(text);
    const skipped = (counts.get('skipped') ?? 0) + (counts.get('todo') ?? 0);
    this.#totals.add((counts.get('total') ?? skipped) - skipped, counts.get('failed') ?? 0, skipped);
  }

  #openFailure(title: string, line: Line, report: Report): Answer {
    this.#close(report);
    if (NOT_A_TEST.test(title)) return null;
    if (this.#file === null) return false;
    if (title === SUITE_FAILED) {
      const broken = { path: this.#file, message: '', logLine: line.number };
      this.#open = { test: undefined, notes: new FailureNotes(undefined), startLine: line.number, broken };
      report.highlight(line.number, line.number, 0.8);
      return true;
    }
    const parts = title.split(SEPARATOR);
    const name = parts.pop() ?? title;
    const suite = parts.length > 0 ? parts.join(SEPARATOR) : null;
    const key = `${this.#file}\n${title}`;
    if (this.#failed.get(key)) return false;
    const test = this.#failed.add(key, { name, suite, file: this.#file, line: null, logLine: line.number });
    this.#open = { test, notes: new FailureNotes(test), startLine: line.number, broken: null };
    report.highlight(line.number, line.number, 0.9);
    return true;
  }

  /** Reads on to the first stack frame in the test's own file, which says the line. */
  #follow(line: Line, report: Report): Answer {
    const open = this.#open;
    if (!open) return null;
    const isBlank = line.text.trim() === '';
    if (!isBlank) report.highlight(line.number, line.number, 0.75);
    if (!isBlank && open.broken?.message === '') {
      open.broken = { ...open.broken, message: detached(line.text.trim()), logLine: line.number };
      report.claim(line.number);
    }
    const frame = noteLine(open.notes, line.text);
    const isOfFile = frame !== null && isSameFile(frame.file, open.test?.file ?? open.broken?.path ?? null);
    if (isOfFile && open.test) open.test.line ??= frame.line;
    if (isOfFile && open.broken) open.broken = { ...open.broken, line: frame.line, column: frame.column };
    // The stack may begin in the code that is tested.
    if (!isOfFile && line.number - open.startLine < MAX_FAILURE_LINES) return true;
    this.#close(report);
    return false;
  }

  /** A file that could not be loaded is told with the line at which its own stack begins. */
  #close(report: Report): void {
    const broken = this.#open?.broken;
    this.#open = null;
    if (broken && broken.message !== '') report.diagnostic(broken);
  }
}

/** Frames are told from where jest was started, or by their whole path. */
function isSameFile(frame: string, file: string | null): boolean {
  return file !== null && (frame === file || frame.endsWith(`/${file}`) || file.endsWith(`/${frame}`));
}
