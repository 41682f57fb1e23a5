import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest, StackFrame } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** CTest's `-V` puts the number of its test before each line. */
const STATUS = /^(?:\d{1,6}: )?\s*\[ {0,2}(?<status>RUN|OK|FAILED|SKIPPED|PASSED|={10})\s*\] (?<rest>\S.*)$/;
const TEST = /^(?<suite>[\w/<>:]{1,300})\.(?<name>[^\s,(]{1,300})(?:, where (?:Get|Type)Param.*?)?(?: \(\d+ ms\))?$/;
/** Linux: `test.cc:5: Failure`; Windows: `test.cc(5): error: Expected …`. */
const FAILURE =
  /^(?:\d{1,6}: )?(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:()]{1,500})(?::(?<line>\d{1,7}): Failure|\((?<lineOfWindows>\d{1,7})\): error:.*)$/;
const RAN = /^(?<total>\d{1,9}) tests? from \d+ (?:test suites?|test cases?) ran\./;
const PASSED = /^(?<count>\d{1,9}) tests?\.$/;
const LISTED = /^(?<count>\d{1,9}) tests?, listed below:$/;

/** Lines after a failure that are read as its message. */
const MAX_MESSAGE_LINES = 12;

/** GoogleTest: `[ RUN      ] Suite.Name`, what failed, `[  FAILED  ] Suite.Name`, and a summary. */
export const gtest: Matcher = {
  id: 'gtest',
  tool: 'gtest',
  cause: 'test-failure',
  hints: [
    '[ run      ] ',
    '[       ok ] ',
    '[  failed  ] ',
    '[  skipped ] ',
    '[  passed  ] ',
    '[==========] ',
    ': failure',
    '): error: ',
  ],
  createReader: () => new GtestReader(),
};

class GtestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  /** Counts the programs that ran: two may have a test of one name. */
  #program = 0;
  #running: string | null = null;
  #runningSince = 0;
  #place: StackFrame | null = null;
  /** What the first assertion that failed says. */
  #reason: Pick<FailedTest, 'message' | 'frame'> = { message: null, frame: null };
  #notes = new FailureNotes(undefined);
  #failureSince = 0;

  read(line: Line, report: Report): boolean | null {
    const groups = STATUS.exec(line.text)?.groups;
    if (groups) {
      this.#failureSince = 0;
      this.#readStatus(groups['status'] ?? '', groups['rest'] ?? '', line, report);
      return false;
    }
    const failure = this.#running === null ? undefined : FAILURE.exec(line.text)?.groups;
    if (failure) {
      const at = numberOf(failure['line'] ?? failure['lineOfWindows']);
      if (this.#place) this.#notes.endMessage();
      else this.#openReason({ file: detached(failure['file'] ?? ''), line: at }, line.text);
      this.#failureSince = line.number;
      report.highlight(line.number, line.number, 0.9);
      return true;
    }
    if (this.#failureSince === 0) return FAILURE.test(line.text) ? false : null;
    if (line.text === '' || line.number - this.#failureSince > MAX_MESSAGE_LINES) return false;
    this.#notes.say(line.text);
    report.highlight(line.number, line.number, 0.8);
    return true;
  }

  finish(report: Report): void {
    // A program that crashes ends in the middle of a test.
    if (this.#running !== null) {
      this.#add(this.#running, this.#runningSince);
      this.#totals.add(0, 1, 0);
      report.highlight(this.#runningSince, this.#runningSince, 0.8);
    }
    const { spoke, total, failed, skipped } = this.#totals;
    if (!spoke && this.#failed.size === 0) return;
    report.tests({
      framework: 'gtest',
      total: spoke && total > 0 ? total : null,
      failedCount: Math.max(failed, this.#failed.size),
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #readStatus(status: string, rest: string, line: Line, report: Report): void {
    if (status.startsWith('=')) {
      const total = RAN.exec(rest)?.groups?.['total'];
      this.#running = null;
      if (total === undefined) this.#program++;
      else this.#totals.add(Number(total), 0, 0);
    } else if (status === 'RUN') {
      this.#running = detached(rest);
      this.#runningSince = line.number;
      this.#place = null;
    } else if (status === 'FAILED') this.#readFailed(rest, line, report);
    else if (status === 'SKIPPED') this.#totals.skipped += Number(LISTED.exec(rest)?.groups?.['count'] ?? 0);
    if (status === 'OK' || status === 'SKIPPED' || PASSED.test(rest)) this.#running = null;
  }

  #readFailed(rest: string, line: Line, report: Report): void {
    this.#running = null;
    const count = LISTED.exec(rest)?.groups?.['count'];
    if (count !== undefined) this.#totals.failed += Number(count);
    else if (this.#add(rest, line.number)) report.highlight(line.number, line.number, 0.85);
  }

  /** On Windows the message begins on the line of the place. */
  #openReason(place: StackFrame, text: string): void {
    this.#place = place;
    this.#reason = { message: null, frame: place };
    this.#notes = new FailureNotes(this.#reason);
    this.#notes.say(/\): error: (?<message>.*)$/.exec(text)?.groups?.['message'] ?? '');
  }

  /** Says whether the text names a test. */
  #add(text: string, logLine: number): boolean {
    const groups = TEST.exec(text)?.groups;
    if (!groups) return false;
    const { suite = '', name = '' } = groups;
    this.#failed.add(`${this.#program}:${suite}.${name}`, {
      name,
      suite,
      file: this.#place?.file ?? null,
      line: this.#place?.line ?? null,
      ...(this.#place ? this.#reason : {}),
      logLine,
    });
    this.#place = null;
    return true;
  }
}
