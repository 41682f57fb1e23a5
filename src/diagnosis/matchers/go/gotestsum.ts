import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import { MAX_FAILED_TESTS } from '../../limits.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { locationOf, noteOutput } from './output.ts';

const SECTION = /^=== (?:Failed|Skipped|Errors)$/;
const FAILED = /^=== FAIL: (?<suite>\S+) (?<name>\S+)(?: \(re-run (?<run>\d{1,4})\))? \([\d.]+s\)$/;
const DONE =
  /^DONE (?:(?<runs>\d{1,4}) runs, )?(?<total>\d{1,9}) tests?(?:, (?<skipped>\d{1,9}) skipped)?(?:, (?<failed>\d{1,9}) failures?)?(?:, \d{1,9} errors?)? in [\d.]+s$/;

/** Lines of a test's output that are read for its message. */
const MAX_OUTPUT_LINES = 60;

interface Told {
  readonly test: FailedTest;
  /** The last run in which it failed: 0 is the first, the others are re-runs. */
  run: number;
}

/**
 * What gotestsum says at the end: `=== Failed`, a block for each failure, and `DONE 6 tests, 1 skipped, 3 failures in 1s`. Where
 * it runs failed tests again, only those count that failed to the last.
 */
export class GotestsumSummary {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #told = new Map<string, Told>();
  #isOpen = false;
  #open: { notes: FailureNotes; test: FailedTest; since: number } | null = null;
  /** Failures of summaries that named none. */
  #unnamed = 0;

  get spoke(): boolean {
    return this.#totals.spoke;
  }

  /** Whether the line is of the summary, which repeats what tests have printed. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Reads a line; those of the summary are nobody else's. */
  read(line: Line, report: Report): boolean {
    const done = DONE.exec(line.text)?.groups;
    const isHeading = line.text.startsWith('=== ');
    if (done) this.#end(done);
    else if (isHeading && SECTION.test(line.text)) this.#isOpen = true;
    if (!this.#isOpen) return done !== undefined;
    const failed = isHeading ? FAILED.exec(line.text)?.groups : undefined;
    if (failed) this.#fail(failed, line, report);
    else if (line.text === '' || isHeading) this.#open = null;
    else this.#follow(line, report);
    return true;
  }

  /** The counts of all runs, and the tests that failed. */
  result(): { total: number; failedCount: number; skippedCount: number; failed: FailedTest[] } {
    const { total, failed, skipped } = this.#totals;
    const failedCount = this.#failed.size > 0 ? failed : this.#unnamed;
    return { total, failedCount, skippedCount: skipped, failed: this.#failed.list() };
  }

  #fail(groups: Record<string, string | undefined>, line: Line, report: Report): void {
    const { suite = '', name = '' } = groups;
    const key = `${suite}\n${name}`;
    const run = numberOf(groups['run']) ?? 0;
    const known = this.#told.get(key);
    this.#open = null;
    if (known) {
      known.run = run;
      return;
    }
    if (this.#told.size >= MAX_FAILED_TESTS) return;
    const place = { file: null, line: null, message: null, frame: null, logLine: line.number };
    const test: FailedTest = { name: detached(name), suite: detached(suite), ...place };
    this.#told.set(detached(key), { test, run });
    this.#open = { notes: new FailureNotes(test), test, since: line.number };
    report.highlight(line.number, line.number, 0.9);
  }

  #follow(line: Line, report: Report): void {
    const open = this.#open;
    if (!open || line.number - open.since > MAX_OUTPUT_LINES || /^\s*--- FAIL: /.test(line.text)) return;
    const location = locationOf(line.text);
    noteOutput(open.notes, location, line.text);
    report.highlight(line.number, line.number, 0.75);
    if (!location || open.test.file !== null) return;
    open.test.file = detached(location.file);
    open.test.line = location.line;
  }

  /** Re-runs repeat the figures of the runs before; the first run has all tests. Only the last one names those that failed. */
  #end(groups: Record<string, string | undefined>): void {
    const of = (name: string) => numberOf(groups[name]) ?? 0;
    const lastRun = groups['runs'] === undefined ? 0 : of('runs') - 1;
    const parents = [...this.#told.keys()].filter((key) => [...this.#told.keys()].some((other) => other.startsWith(`${key}/`)));
    const named = [...this.#told].filter(([key, { run }]) => run === lastRun && !parents.includes(key));
    for (const [key, { test }] of named) this.#failed.add(key, test);
    if (groups['runs'] === undefined) this.#totals.add(of('total') - of('skipped') - parents.length, named.length, of('skipped'));
    else this.#totals.add(-parents.length, named.length, 0);
    // A run whose failures passed when they were run again names none, too.
    if (groups['runs'] !== undefined) this.#unnamed = 0;
    else if (this.#told.size === 0) this.#unnamed += of('failed');
    this.#told = new Map();
    this.#isOpen = false;
    this.#open = null;
  }
}
