import { FailedTests, FailureNotes } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { ErlangStack } from './erlang-stack.ts';

/** rebar3: `%%% shop_SUITE ==> group.adds: FAILED`, and the reason behind the same words. */
const OF_REBAR = /^%%% (?<suite>[\w@]{1,200}) ==> (?<name>[^\s:]{1,300}): FAILED$/;
const REASON_OF_REBAR = /^%%% [\w@]{1,200} ==> ?(?<text>.*)$/;
const FAILED_OF_REBAR =
  /^Failed (?<failed>\d{1,9}) tests?\. (?:Skipped (?<skipped>\d{1,9}) \([\d, ]{1,30}\) tests?\. )?Passed (?<passed>\d{1,9}) tests?\./;
const GOOD_OF_REBAR =
  /^(?:Skipped (?<skipped>\d{1,9}) \([\d, ]{1,30}\) tests?\. Passed|All) (?<passed>\d{1,9}) tests? ?(?:passed)?\.$/;

/** ct_run: `shop_SUITE:adds failed on line 7`, `Reason: …`, then the number of the case. */
const BROKEN = /^(?<suite>[\w@]{1,200}):(?<name>[\w@]{1,200}) failed on line (?<line>\d{1,7})$/;
const REASON = /^Reason: (?<text>\S.*)$/;
const CASE =
  /^Testing (?<suite>[^\s:]{1,300}): \*{3} FAILED (?:(?:test case )?(?<number>\d{1,7}) of \d{1,7}|\{(?<module>[\w@]{1,200}),(?<name>\w{1,100})\}) \*{3}$/;
const COMPLETE =
  /^Testing [^\s:]{1,300}: TEST COMPLETE, (?<passed>\d{1,9}) ok, (?<failed>\d{1,9}) failed(?:, (?<skipped>\d{1,9}) skipped)? of \d{1,9} test cases$/;

/** Of an assertion only the line is told. */
const LINE_OF_ASSERTION = /^\s+line: (?<line>\d{1,7})$/;
/** Files of Erlang's own are told without their folder. */
const OF_ERLANG = /^[^/\\]+$/;

/** Lines of a reason, which is a term over many. */
const MAX_REASON_LINES = 20;
/** Lines between a reason and the number of its case. */
const MAX_CASE_DISTANCE = 40;

/** Erlang's Common Test, run by rebar3 or by ct_run. */
export const commonTest: Matcher = {
  id: 'common-test',
  tool: 'common_test',
  cause: 'test-failure',
  hints: ['%%% ', ' failed on line ', ': *** FAILED ', 'TEST COMPLETE, ', 'tests. Passed ', ' tests passed.'],
  createReader: () => new CommonTestReader(),
};

interface Open {
  readonly test: FailedTest | undefined;
  readonly notes: FailureNotes;
  readonly suite: string;
  readonly stack: ErlangStack;
  readonly since: number;
}

class CommonTestReader implements LineReader {
  readonly #failed = new FailedTests();
  /** What ct_run tells; rebar3 can be asked to show it beside its own. */
  readonly #cases = new FailedTests();
  #counts: { passed: number; failed: number; skipped: number } | null = null;
  #open: Open | null = null;
  /** What ct_run said before the number of the case. */
  #broken: { suite: string; name: string; line: number | null; reason: string; logLine: number } | null = null;

  read(line: Line, report: Report): boolean | null {
    const counts = (FAILED_OF_REBAR.exec(line.text) ?? COMPLETE.exec(line.text) ?? goodOf(line, report))?.groups;
    if (counts) {
      this.#add(counts);
      this.#open = null;
      return false;
    }
    const started = OF_REBAR.exec(line.text)?.groups;
    if (started) return this.#begin(started['suite'] ?? '', started['name'] ?? '', line, report);
    const broken = BROKEN.exec(line.text)?.groups;
    if (broken) {
      const { suite = '', name = '' } = broken;
      const names = { suite: detached(suite), name: detached(name) };
      this.#broken = { ...names, line: numberOf(broken['line']), reason: '', logLine: line.number };
      return true;
    }
    const failed = CASE.exec(line.text)?.groups;
    if (failed) {
      this.#tellCase(failed, line, report);
      return false;
    }
    return this.#broken?.reason === '' ? this.#followBroken(line, report) : this.#follow(line, report);
  }

  finish(report: Report): void {
    const counts = this.#counts;
    const failed = this.#failed.size > 0 ? this.#failed : this.#cases;
    if (failed.size === 0 && !counts) return;
    report.tests({
      framework: 'common_test',
      total: counts ? counts.passed + counts.failed : null,
      failedCount: counts ? counts.failed : failed.size,
      skippedCount: counts?.skipped ?? null,
      failed: failed.list(),
    });
  }

  #add(counts: Record<string, string | undefined>): void {
    const of = (word: string) => Number(counts[word] ?? 0);
    const known = this.#counts ?? { passed: 0, failed: 0, skipped: 0 };
    this.#counts = {
      passed: known.passed + of('passed'),
      failed: known.failed + of('failed'),
      skipped: known.skipped + of('skipped'),
    };
  }

  #begin(suite: string, name: string, line: Line, report: Report): boolean {
    const test = this.#failed.add(`${suite}:${name}`, { name, suite, file: null, line: null, logLine: line.number });
    this.#open = { test, notes: new FailureNotes(test), suite: detached(suite), stack: new ErlangStack(), since: line.number };
    report.highlight(line.number, line.number, 0.9);
    return true;
  }

  #follow(line: Line, report: Report): boolean | null {
    const open = this.#open;
    if (!open) return GOOD_OF_REBAR.test(line.text) ? false : null;
    const isFirst = line.number === open.since + 1;
    const text = isFirst ? (REASON_OF_REBAR.exec(line.text)?.groups?.['text'] ?? '') : line.text;
    const isOver = (!isFirst && (text === '' || text === '.')) || line.number - open.since > MAX_REASON_LINES;
    if (isOver) {
      this.#open = null;
      return false;
    }
    if (line.text !== '') report.highlight(line.number, line.number, 0.78);
    this.#note(open, text);
    return true;
  }

  #note({ test, notes, suite, stack }: Open, text: string): void {
    const frame = stack.read(text);
    const at = LINE_OF_ASSERTION.exec(text)?.groups?.['line'];
    if (stack.isBeginning(text)) notes.endMessage();
    else if (at === undefined) notes.say(text);
    if (frame && !OF_ERLANG.test(frame.file)) {
      notes.place(frame);
      if (test?.file === null && frame.file.endsWith(`${suite}.erl`)) Object.assign(test, frame);
    }
    if (test && at !== undefined) test.line ??= numberOf(at);
  }

  /** The reason stands right below, and explains all there is. */
  #followBroken(line: Line, report: Report): boolean {
    const broken = this.#broken;
    const text = REASON.exec(line.text)?.groups?.['text'];
    if (!broken) return false;
    if (text === undefined) this.#broken = null;
    else {
      broken.reason = detached(text);
      report.highlight(broken.logLine, line.number, 0.9);
    }
    return false;
  }

  /** What fails by its own word is told to have failed in the test server; its case has only a number. */
  #tellCase(groups: Record<string, string | undefined>, line: Line, report: Report): void {
    const suite = groups['module'] ?? (groups['suite'] ?? '').replace(/^.*\./, '');
    const broken = this.#broken && line.number - this.#broken.logLine < MAX_CASE_DISTANCE ? this.#broken : null;
    this.#broken = null;
    const isNamed = broken?.suite === suite;
    const name = groups['name'] ?? (isNamed ? broken.name : `test case ${groups['number']}`);
    const at = { file: isNamed ? `${suite}.erl` : null, line: isNamed ? broken.line : null };
    const message = broken?.reason || null;
    this.#cases.add(`${suite}:${name}`, { name, suite, ...at, message, logLine: broken?.logLine ?? line.number });
    report.highlight(line.number, line.number, broken ? 0.4 : 0.85);
  }
}

/** `All 3 tests passed.` is anybody's; rebar3 writes it below the dots of its suites. */
function goodOf(line: Line, report: Report): RegExpExecArray | null {
  const good = GOOD_OF_REBAR.exec(line.text);
  return good && /^%%% [\w@]{1,200}: /.test(report.previous(1)?.text ?? '') ? good : null;
}
