import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** `Failure → spec/queue_spec.lua @ 5`, without UTF-8 `Failure -> …`; the full name stands on the next line. */
const HEADING = /^(?:suite )?(?:Failure|Error) (?:→|->) (?<file>\S.{0,400}?) @ (?<line>\d{1,7})$/;
/** What follows a failure that has no stack: a pending test, or the end of the command. */
const AFTER = /^(?:Pending (?:→|->) |travis_(?:time|fold):|The command ")/;
/** `2 successes / 1 failure / 0 errors / 0 pending : 0.002023 seconds`. */
const TOTALS =
  /^(?<passed>\d{1,9}) success(?:es)? \/ (?<failed>\d{1,9}) failures? \/ (?<errors>\d{1,9}) errors? \/ (?<pending>\d{1,9}) pending : \d/;
const STACK = /^stack traceback:$/;

/** Lines of one failure: both values of a comparison are printed whole. */
const MAX_FAILURE_LINES = 80;

/** busted, for Lua. */
export const busted: Matcher = {
  id: 'busted',
  tool: 'busted',
  cause: 'test-failure',
  hints: [' success / ', ' successes / ', 'Failure → ', 'Error → ', 'Failure -> ', 'Error -> '],
  createReader: () => new BustedReader(),
};

interface Open {
  readonly notes: FailureNotes;
  readonly since: number;
  isInStack: boolean;
}

class BustedReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #place: { file: string; line: number | null; logLine: number } | null = null;
  #open: Open | null = null;

  read(line: Line, report: Report): boolean | null {
    const totals = TOTALS.exec(line.text)?.groups;
    if (totals) {
      this.#close();
      const failed = Number(totals['failed']) + Number(totals['errors']);
      this.#totals.add(Number(totals['passed']) + failed, failed, Number(totals['pending']));
      return false;
    }
    const heading = HEADING.exec(line.text)?.groups;
    if (heading) {
      this.#close();
      this.#place = { file: heading['file'] ?? '', line: numberOf(heading['line']), logLine: line.number };
      report.highlight(line.number, line.number, 0.9);
      return true;
    }
    if (this.#place) return this.#name(this.#place, line, report);
    return this.#open ? this.#follow(this.#open, line, report) : null;
  }

  finish(report: Report): void {
    const { spoke, total, failed, skipped } = this.#totals;
    if (!spoke && this.#failed.size === 0) return;
    report.tests({
      framework: 'busted',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #name(place: { file: string; line: number | null; logLine: number }, line: Line, report: Report): boolean {
    const name = line.text.trim();
    const test: Omit<FailedTest, 'message' | 'frame'> = { ...place, name, suite: null };
    this.#place = null;
    this.#open = {
      notes: new FailureNotes(this.#failed.add(`${place.file}\n${name}`, test)),
      since: line.number,
      isInStack: false,
    };
    report.highlight(line.number, line.number, 0.85);
    return true;
  }

  #follow(open: Open, line: Line, report: Report): boolean {
    const { notes, since } = open;
    const isBlank = line.text.trim() === '';
    const isOver = AFTER.test(line.text) || line.marker !== null || (isBlank && open.isInStack);
    if (isOver || line.number - since > MAX_FAILURE_LINES) {
      this.#close();
      return false;
    }
    if (STACK.test(line.text)) {
      open.isInStack = true;
      notes.endMessage();
    }
    notes.say(line.text);
    if (!isBlank) report.highlight(line.number, line.number, 0.76);
    return true;
  }

  #close(): void {
    this.#place = null;
    this.#open = null;
  }
}
