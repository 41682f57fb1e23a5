import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest } from '../../types.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { noteLine } from './stack.ts';

/** Of the lines outside of failures only these say something. */
const NOTABLE =
  /^\s*(?:\(Run Starting\)|Running:|\d{1,9} (?:passing|pending|failing)|[✖×] (?:\d|ERROR: ))|Exception during run: /;
const COUNT = /^\s{1,4}(?<count>\d{1,9}) (?<word>passing(?= \([\d.]+ ?(?:ms|[smhd])\)$)|pending$|failing$)/;
/** Before mocha 1.14: `✖ 3 of 24 tests failed:`. */
const OLD_FAILING = /^\s{1,4}[✖×] (?<count>\d{1,9}) of (?<total>\d{1,9}) tests? failed:$/;
const HEADING = /^\s{2}(?<index>\d{1,6})\) (?<title>\S.*)$/;
/** A title below the heading: nested suites, then the test. The failure itself is indented less. */
const TITLE = /^\s{7,}(?<title>\S.*)$/;
const CANNOT_LOAD = /^\s*(?:✖ ERROR: |.{0,20}Exception during run: )(?<message>\w*Error(?: \[\w+\])?: .+)$/;
const RUN_STARTS = /^\s*\(Run Starting\)$/;
const SPEC_FILE = /^\s*Running:\s+(?<file>\S.*?)\s+\(\d+ of \d+\)$/;
/** A timeout has no stack; since mocha 6 the file of the test stands behind its message. */
const TIMED_OUT = /^\s*Error: Timeout of \d{1,9}ms exceeded\. .{0,300} \((?<file>[^()]{1,500})\)$/;
const LOOKS_LIKE_TEST = /(?:^|[/\\._-])(?:tests?|specs?|__tests__|cypress|e2e)(?=[/\\._-])/i;

/** Lines after a heading that still belong to its failure. */
const MAX_FAILURE_LINES = 120;
/** Lines from the counts, or from one heading, to the next: a difference may be long. */
const MAX_GAP_LINES = 400;

const HINTS = [' passing (', ' pending', ' failing', ' tests failed:', ' test failed:', 'Exception during run: ', '✖ ERROR: '];
const CYPRESS_HINTS = ['(Run Starting)', 'Running: '];

/** mocha (reporters spec, dot, min, list, …): after the counts the failures, each with a number, its titles and a stack. */
export const mocha: Matcher = {
  id: 'mocha',
  tool: 'mocha',
  cause: 'test-failure',
  hints: [...HINTS, '(Run Starting)'],
  createReader: () => new MochaReader('mocha'),
};

/** Cypress runs mocha once for each spec file, which it names above. */
export const cypress: Matcher = {
  id: 'cypress',
  tool: 'cypress',
  cause: 'test-failure',
  hints: [...HINTS, ...CYPRESS_HINTS],
  createReader: () => new MochaReader('cypress'),
};

interface Failure {
  titles: string[];
  startLine: number;
  /** Until the last title has been read. */
  test: FailedTest | null;
  notes: FailureNotes | null;
  hasTestFrame: boolean;
}

class MochaReader implements LineReader {
  readonly #framework: 'mocha' | 'cypress';
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #isCypress = false;
  #specFile: string | null = null;
  /** Failures that the summary announced, and how many of them have been read. */
  #announced = 0;
  #read = 0;
  /** The line that announced them, or of the last heading. */
  #last = 0;
  #open: Failure | null = null;

  constructor(framework: 'mocha' | 'cypress') {
    this.#framework = framework;
  }

  read(line: Line, report: Report): Answer {
    const isNotable = NOTABLE.test(line.text);
    if (!isNotable && this.#announced === 0) return null;
    if (isNotable && RUN_STARTS.test(line.text)) this.#isCypress = true;
    if (this.#isCypress !== (this.#framework === 'cypress')) return false;
    if (isNotable) {
      if (this.#readCounts(line.text)) {
        this.#last = line.number;
        return this.#announced > this.#read;
      }
      this.#readRun(line, report);
    }
    if (this.#announced === 0) return false;
    if (!this.#readHeading(line, report)) this.#follow(line, report);
    return this.#isReading(line);
  }

  finish(report: Report): void {
    if (this.#failed.size === 0 && !this.#totals.spoke) return;
    const { total, failed, skipped } = this.#totals;
    report.tests({
      framework: this.#framework,
      total,
      failedCount: failed,
      skippedCount: skipped,
      failed: this.#failed.list(),
    });
  }

  /** Reads which spec file is run, and what kept the files from being loaded. */
  #readRun(line: Line, report: Report): void {
    const specFile = SPEC_FILE.exec(line.text)?.groups?.['file'];
    if (specFile !== undefined) this.#specFile = specFile;
    const message = CANNOT_LOAD.exec(line.text)?.groups?.['message'];
    if (message !== undefined) report.diagnostic({ message, logLine: line.number }, 'compile-error');
  }

  /** Reads a line of the summary: `3 passing (5ms)`, `1 pending`, `2 failing`. */
  #readCounts(text: string): boolean {
    const groups = COUNT.exec(text)?.groups;
    const count = numberOf(groups?.['count']);
    if (count !== null) return this.#readCount(count, groups?.['word']);
    const old = OLD_FAILING.exec(text)?.groups;
    if (!old) return false;
    this.#announce(numberOf(old['count']) ?? 0);
    this.#totals.add(numberOf(old['total']) ?? 0, this.#announced, 0);
    return true;
  }

  #readCount(count: number, word: string | undefined): boolean {
    if (word === 'passing') {
      this.#announce(0);
      this.#totals.add(count, 0, 0);
      return true;
    }
    if (!this.#totals.spoke) return false;
    if (word === 'pending') {
      this.#totals.add(0, 0, count);
      return true;
    }
    this.#announce(count);
    this.#totals.add(count, count, 0);
    return true;
  }

  #announce(failures: number): void {
    this.#announced = failures;
    this.#read = 0;
    this.#open = null;
  }

  /** `  1) suite`, then the titles below; up to mocha 4 all titles stand on the line of the number. */
  #readHeading(line: Line, report: Report): boolean {
    const heading = HEADING.exec(line.text)?.groups;
    if (!heading || numberOf(heading['index']) !== this.#read + 1 || this.#read >= this.#announced) return false;
    this.#read++;
    this.#last = line.number;
    this.#open = { titles: [], startLine: line.number, test: null, notes: null, hasTestFrame: false };
    this.#addTitle(this.#open, heading['title'] ?? '');
    report.highlight(line.number, line.number, 0.9);
    return true;
  }

  #addTitle(failure: Failure, title: string): void {
    failure.titles.push(title.endsWith(':') ? title.slice(0, -1) : title);
    if (title.endsWith(':')) this.#complete(failure);
  }

  #complete(failure: Failure): void {
    const name = failure.titles.at(-1) ?? '';
    const suite = failure.titles.length > 1 ? failure.titles.slice(0, -1).join(' › ') : null;
    const key = `${this.#specFile}\n${failure.titles.join('\n')}`;
    failure.test = this.#failed.add(key, { name, suite, file: this.#specFile, line: null, logLine: failure.startLine }) ?? null;
    failure.notes = new FailureNotes(failure.test ?? undefined);
    failure.titles = [];
  }

  #follow(line: Line, report: Report): void {
    const failure = this.#open;
    if (!failure) return;
    if (failure.titles.length > 0) {
      const title = TITLE.exec(line.text)?.groups?.['title'];
      if (title === undefined) this.#complete(failure);
      else {
        this.#addTitle(failure, title);
        return;
      }
    }
    if (line.text.trim() === '') return;
    const isRecent = line.number - failure.startLine < MAX_FAILURE_LINES;
    if (isRecent) report.highlight(line.number, line.number, 0.75);
    const late = isRecent ? TIMED_OUT.exec(line.text)?.groups?.['file'] : undefined;
    if (late !== undefined && failure.test) failure.test.file ??= detached(late);
    const frame = failure.notes && isRecent ? noteLine(failure.notes, line.text) : null;
    if (!frame || !failure.test || failure.hasTestFrame) return;
    const isTest = LOOKS_LIKE_TEST.test(frame.file);
    if (failure.test.line !== null && !isTest) return;
    failure.hasTestFrame = isTest;
    if (this.#specFile !== null && !frame.file.endsWith(this.#specFile)) return;
    failure.test.file = frame.file;
    failure.test.line = frame.line;
  }

  /** After the last failure only its own lines are asked for. */
  #isReading(line: Line): boolean {
    const start = this.#open?.startLine ?? line.number;
    const isLast = this.#read >= this.#announced;
    const isOver = isLast && (this.#open?.hasTestFrame === true || line.number - start >= MAX_FAILURE_LINES);
    if (isOver || line.number - this.#last >= MAX_GAP_LINES) {
      this.#announced = 0;
      this.#open = null;
      return false;
    }
    return true;
  }
}
