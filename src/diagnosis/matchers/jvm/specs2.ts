import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest } from '../../types.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const LEVEL = /^\[(?:info|error|warn|INFO|ERROR)\] ?/;
/** `x` has failed, `!` has thrown something. */
const FAILED = /^ {1,40}(?<mark>[x!✘]) (?<name>\S.*)$/;
const LOCATION = / ?\((?<file>[\w-]{1,200}\.(?:scala|java)):(?<line>\d{1,7})\)$/;
const SPECIFICATION = /^Total for specification (?<name>\S.*)$/;
const COUNTS =
  /^(?<total>\d{1,9}) examples?,(?: \d{1,9} expectations?,)? (?<failures>\d{1,9}) failures?, (?<errors>\d{1,9}) errors?(?:, (?<skipped>\d{1,9}) skipped)?(?:, \d{1,9} pending)?$/;

/** Lines below an example in which its place is told. */
const MAX_FAILURE_LINES = 12;

/** specs2, mostly within sbt: marked examples, and counts below the name of the specification. */
export const specs2: Matcher = {
  id: 'specs2',
  tool: 'specs2',
  cause: 'test-failure',
  hints: ['[error]  ', ' x ', ' ! ', 'Total for specification ', ' examples, ', ' example, '],
  createReader: () => new Specs2Reader(),
};

class Specs2Reader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  /** Of the specification that is being told; its name stands below. */
  #pending: FailedTest[] = [];
  #specification: string | null = null;
  #open: { test: FailedTest; notes: FailureNotes; since: number } | null = null;

  read(line: Line, report: Report): Answer {
    const text = line.text.replace(LEVEL, '');
    const specification = SPECIFICATION.exec(text)?.groups?.['name'];
    if (specification !== undefined) {
      this.#specification = detached(specification);
      return true;
    }
    const counts = COUNTS.exec(text)?.groups;
    if (counts) {
      this.#settle(counts);
      return false;
    }
    const name = FAILED.exec(text)?.groups?.['name'];
    if (name !== undefined && this.#pending.length < 500) return this.#begin(name, line);
    return this.#follow(text, line, report) ?? this.#specification !== null;
  }

  finish(report: Report): void {
    if (!this.#totals.spoke) return;
    const { total, failed, skipped } = this.#totals;
    report.tests({ framework: 'specs2', total, failedCount: failed, skippedCount: skipped, failed: this.#failed.list() });
  }

  #begin(name: string, line: Line): boolean {
    const at = { file: null, line: null, message: null, frame: null };
    const test: FailedTest = { name: detached(name), suite: null, ...at, logLine: line.number };
    this.#pending.push(test);
    this.#open = { test, notes: new FailureNotes(test), since: line.number };
    return true;
  }

  #follow(text: string, line: Line, report: Report): boolean | null {
    const open = this.#open;
    if (!open) return null;
    if (text.trim() === '' || line.number - open.since > MAX_FAILURE_LINES) {
      this.#open = null;
      return false;
    }
    const place = LOCATION.exec(text)?.groups;
    open.notes.say(text.replace(LOCATION, ''));
    if (!place) return true;
    const at = { file: place['file'] ?? '', line: numberOf(place['line']) };
    open.notes.place(at);
    Object.assign(open.test, at);
    // Without a place below it what looks like an example may be anything.
    report.highlight(open.since, line.number, 0.9);
    this.#open = null;
    return false;
  }

  /** Only the counts say that the marks above were examples. */
  #settle(counts: Record<string, string>): void {
    const failed = (numberOf(counts['failures']) ?? 0) + (numberOf(counts['errors']) ?? 0);
    const skipped = numberOf(counts['skipped']) ?? 0;
    this.#totals.add((numberOf(counts['total']) ?? 0) - skipped, failed, skipped);
    const told = failed === 0 ? [] : this.#pending.filter(({ file }) => file !== null);
    for (const test of told) this.#failed.add(`${this.#specification}\n${test.name}`, { ...test, suite: this.#specification });
    this.#pending = [];
    this.#specification = null;
    this.#open = null;
  }
}
