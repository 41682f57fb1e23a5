import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { FOREIGN } from './frames.ts';

const HEADING = /^ {1,4}\d{1,5}\) (?<name>\S.*)$/;
/** rebar3 tells EUnit's failures in RSpec's form: `shop_tests:adds_test/0`. */
const OF_EUNIT = /^ {1,4}\d{1,5}\) [a-z][\w@]{0,100}:[^\s/]{1,200}\/\d/;
const REASON = /^\s+(?:(?:\d+\.\d+\) )?Failure\/Error: |Got \d+ failures?|Expected pending )/;
const FRAME = /^\s+# (?:\.\/)?(?<file>[^\s:]+_spec\.rb):(?<line>\d{1,7})(?::in |$)/;
const ANY_FRAME = /^\s+# (?:\.\/)?(?<file>[^\s:]{1,500}\.\w{2,5}):(?<line>\d{1,7})(?::in |$)/;
const EXAMPLE = /^rspec '?(?:\.\/)?(?<file>[^\s:[']+?)(?::(?<line>\d{1,7})|\[[\d:]+\])'?(?: # (?<name>.*))?$/;
const TOTALS =
  /^(?<total>\d{1,9}) examples?, (?<failed>\d{1,9}) failures?(?:, (?<pending>\d{1,9}) pending)?(?:, (?<errors>\d{1,9}) errors? occurred outside of examples)?$/;
const NOT_LOADED =
  /^An error occurred (?:while loading|in an? `?\S+ hook(?:`? for)?) (?:\.\/)?(?<path>\S+?)\.?(?: - Did you mean\?)?$/;
const EXCEPTION = /^(?<name>[A-Z][\w:]*(?:Error|Exception|NotFound|Invalid)):$/;
const OUTER_FRAME = /^# (?:\.\/)?(?<file>[^\s:]+\.rb):(?<line>\d{1,7})(?::in |$)/;

/** Lines from a heading to its reason. What goes on longer without one is a list of another tool. */
const MAX_LINES_TO_REASON = 12;
/** Lines of a failure that an excerpt shows. */
const MAX_FAILURE_LINES = 25;
/** Lines in which a file that could not be loaded says why. */
const MAX_LOAD_ERROR_LINES = 30;

/** RSpec: a `Failures:` list with the reasons, the totals, and a list of `rspec file:line # name`. */
export const rspec: Matcher = {
  id: 'rspec',
  tool: 'rspec',
  cause: 'test-failure',
  hints: [
    'Failures:',
    'Failure/Error:',
    "rspec './",
    'rspec ./',
    'rspec spec/',
    ' examples, ',
    ' example, ',
    'an error occurred while loading',
  ],
  createReader: () => new RspecReader(),
};

class RspecReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  /** How often a name has been told: in the reasons, and in the list of commands. */
  #told = new Map<string, number>();
  #listed = new Map<string, number>();
  #inFailures = false;
  /** Where the list of failures began, or its last entry. */
  #lastHeading = 0;
  #heading: Line | null = null;
  #open: { test: FailedTest | undefined; notes: FailureNotes; isAtSource: boolean; since: number } | null = null;
  #unloaded: { path: string; line: number | null; message: string; exception: string | null; logLine: number } | null = null;

  read(line: Line, report: Report): boolean | null {
    const totals = TOTALS.exec(line.text)?.groups;
    if (totals) {
      if (!isOfHspec(report)) this.#endRun(totals);
      return false;
    }
    const example = EXAMPLE.exec(line.text)?.groups;
    if (example) {
      this.#readExample(example, line, report);
      return false;
    }
    if (line.text === 'Failures:') {
      this.#inFailures = true;
      this.#lastHeading = line.number;
      return true;
    }
    const path = NOT_LOADED.exec(line.text)?.groups?.['path'];
    if (path !== undefined) {
      this.#unloaded = { path, line: null, message: '', exception: null, logLine: line.number };
      return true;
    }
    if (this.#unloaded) return this.#followUnloaded(line, report);
    if (this.#inFailures) return this.#follow(line, report);
    return REASON.test(line.text) || HEADING.test(line.text) ? false : null;
  }

  finish(report: Report): void {
    this.#tellUnloaded(report);
    if (!this.#totals.spoke && this.#failed.size === 0) return;
    const { spoke, total, failed, skipped } = this.#totals;
    report.tests({
      framework: 'rspec',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #endRun(totals: Record<string, string | undefined>): void {
    const of = (name: string) => Number(totals[name] ?? 0);
    this.#totals.add(of('total') - of('pending'), of('failed'), of('pending'));
    this.#inFailures = false;
    this.#open = null;
    this.#listed = new Map();
  }

  #keyOf(name: string, counts: Map<string, number>): string {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return `${name}\n${count}`;
  }

  #follow(line: Line, report: Report): boolean | null {
    if (HEADING.test(line.text)) {
      this.#heading = line;
      this.#lastHeading = line.number;
      this.#open = null;
      return true;
    }
    if (this.#heading && REASON.test(line.text)) this.#openExample(this.#heading, report);
    if (/^(?:Finished in |Failed examples:|Top \d)/.test(line.text)) {
      this.#inFailures = false;
      return false;
    }
    const open = this.#open;
    if (!open) {
      this.#inFailures = line.number - this.#lastHeading <= MAX_LINES_TO_REASON;
      return this.#inFailures;
    }
    const isShown = line.text !== '' && line.number - open.since <= MAX_FAILURE_LINES;
    if (isShown) report.highlight(line.number, line.number, line.text.includes('Failure/Error:') ? 0.85 : 0.75);
    this.#note(open, line.text);
    const frame = FRAME.exec(line.text)?.groups;
    if (frame && open.test && open.test.file === null) {
      open.test.file = frame['file'] ?? null;
      open.test.line = numberOf(frame['line']);
    }
    return true;
  }

  /** Below the line of the test's source, and a blank one, stands what went wrong; then the stack. */
  #note(open: { notes: FailureNotes; isAtSource: boolean }, text: string): void {
    const frame = ANY_FRAME.exec(text)?.groups;
    if (frame) open.notes.endMessage();
    if (frame && !FOREIGN.test(frame['file'] ?? '')) {
      open.notes.place({ file: frame['file'] ?? '', line: numberOf(frame['line']) });
    }
    if (REASON.test(text)) open.isAtSource = true;
    else if (text === '') open.isAtSource = false;
    if (!open.isAtSource) open.notes.say(text);
  }

  /** Other frameworks list failures under the same heading; the first line below the name says that it is RSpec's. */
  #openExample(heading: Line, report: Report): void {
    this.#heading = null;
    if (OF_EUNIT.test(heading.text)) return;
    const name = HEADING.exec(heading.text)?.groups?.['name'] ?? '';
    const test = { name, suite: null, file: null, line: null, logLine: heading.number };
    const kept = this.#failed.add(this.#keyOf(name, this.#told), test);
    this.#open = { test: kept, notes: new FailureNotes(kept), isAtSource: false, since: heading.number };
    report.highlight(heading.number, heading.number, 0.9);
  }

  /** The command that runs the example again tells where it stands, and its name where the reasons were not printed. */
  #readExample(example: Record<string, string | undefined>, line: Line, report: Report): void {
    const { name, file = null } = example;
    if (name === undefined) return;
    report.highlight(line.number, line.number, 0.6);
    const key = this.#keyOf(name, this.#listed);
    const at = numberOf(example['line']);
    const test = this.#failed.add(key, { name, suite: null, file, line: at, logLine: line.number });
    if (!test || file === null || at === null) return;
    test.file = file;
    test.line = at;
  }

  #followUnloaded(line: Line, report: Report): boolean {
    const unloaded = this.#unloaded;
    if (!unloaded) return false;
    if (line.text !== '') report.highlight(line.number, line.number, 0.8);
    const exception = EXCEPTION.exec(line.text)?.groups?.['name'];
    if (exception !== undefined) unloaded.exception = exception;
    else if (unloaded.exception !== null && unloaded.message === '') unloaded.message = line.text.trim();
    const frame = OUTER_FRAME.exec(line.text)?.groups;
    if (frame?.['file'] === unloaded.path) unloaded.line = numberOf(frame['line']);
    if (unloaded.line === null && line.number - unloaded.logLine < MAX_LOAD_ERROR_LINES) return true;
    this.#tellUnloaded(report);
    return false;
  }

  #tellUnloaded(report: Report): void {
    const unloaded = this.#unloaded;
    this.#unloaded = null;
    if (!unloaded) return;
    const { line: at, logLine } = unloaded;
    // What is required by `--require` is told by its name.
    const path = /[/.]/.test(unloaded.path) ? unloaded.path : null;
    const message = [unloaded.exception, unloaded.message].filter(Boolean).join(': ') || 'An error occurred while loading';
    report.diagnostic({ path, line: at, message, logLine }, unloaded.exception === 'SyntaxError' ? 'compile-error' : undefined);
  }
}

/** hspec prints the same totals, but says above them with which seed it ran, and nothing of files. */
function isOfHspec(report: Report): boolean {
  if (report.previous(1)?.text.includes('(files took ')) return false;
  return [2, 3].some((distance) => report.previous(distance)?.text.startsWith('Randomized with seed '));
}
