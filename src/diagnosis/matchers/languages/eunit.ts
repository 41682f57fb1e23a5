import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { ErlangStack } from './erlang-stack.ts';

const BEGIN = /^(?:===> )?Performing EUnit tests\.\.\.$/;
/** `  1) shop_tests:adds_test/0`, with a description behind a colon. */
const HEADING = /^ {1,4}\d{1,6}\) (?<suite>[a-z][\w@]{0,200}):(?<name>[^\s:/]{1,200})\/\d{1,3}(?::\d{1,7})?(?:: (?<title>.*))?$/;
const REASON = /^\s+Failure\/Error: (?<text>.*)$/;
const AFTER_REASON = /^\s+(?:%% |Output: )/;
const FRAME = /^\s+%% (?<file>\S{1,400}\.erl):(?<line>\d{1,7}):in /;
/** Modules of EUnit itself. */
const FOREIGN = /^(?:.*\/)?(?:eunit\w*|proc_lib|gen_server|lists)\.erl$/;
const TOTALS = /^(?<total>\d{1,9}) tests?, (?<failed>\d{1,9}) failures?(?:, (?<skipped>\d{1,9}) skips?)?$/;

/** Lines of one failure: a reason is a term over many. */
const MAX_FAILURE_LINES = 40;

/** EUnit under rebar3, which tells failures in RSpec's form. */
export const eunit: Matcher = {
  id: 'eunit',
  tool: 'eunit',
  cause: 'test-failure',
  hints: ['performing eunit tests'],
  createReader: () => new EunitReader(),
};

interface Open {
  readonly test: FailedTest | undefined;
  readonly notes: FailureNotes;
  readonly stack: ErlangStack;
}

class EunitReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #isRunning = false;
  #since = 0;
  #open: Open | null = null;

  read(line: Line, report: Report): boolean {
    if (BEGIN.test(line.text)) {
      this.#isRunning = true;
      this.#since = line.number;
      return true;
    }
    if (!this.#isRunning) return false;
    const totals = TOTALS.exec(line.text)?.groups;
    if (totals) {
      const skipped = Number(totals['skipped'] ?? 0);
      this.#totals.add(Number(totals['total']) - skipped, Number(totals['failed']), skipped);
      this.#isRunning = false;
      return false;
    }
    const heading = HEADING.exec(line.text)?.groups;
    if (heading) this.#begin(heading, line, report);
    else if (this.#open && line.number - this.#since < MAX_FAILURE_LINES) this.#note(this.#open, line, report);
    return true;
  }

  finish(report: Report): void {
    if (this.#failed.size === 0 && !this.#totals.spoke) return;
    const { spoke, total, failed, skipped } = this.#totals;
    report.tests({
      framework: 'eunit',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #begin(groups: Record<string, string | undefined>, line: Line, report: Report): void {
    const { suite = '', name: functionName = '', title } = groups;
    const name = title ? `${functionName}: ${title}` : functionName;
    const test = this.#failed.add(`${suite}:${name}`, { name, suite, file: null, line: null, logLine: line.number });
    this.#open = { test, notes: new FailureNotes(test), stack: new ErlangStack() };
    this.#since = line.number;
    report.highlight(line.number, line.number, 0.9);
  }

  /** The reason is told first, then the stack: as a term, or as lines behind `%%`. */
  #note({ test, notes, stack }: Open, line: Line, report: Report): void {
    if (line.text !== '') report.highlight(line.number, line.number, 0.76);
    const behind = FRAME.exec(line.text)?.groups;
    const frame = behind ? { file: behind['file'] ?? '', line: numberOf(behind['line']) } : stack.read(line.text);
    if (AFTER_REASON.test(line.text) || stack.isBeginning(line.text)) notes.endMessage();
    else notes.say(REASON.exec(line.text)?.groups?.['text'] ?? line.text);
    if (!frame || FOREIGN.test(frame.file)) return;
    notes.place(frame);
    if (test?.file === null) Object.assign(test, { file: detached(frame.file), line: frame.line });
  }
}
