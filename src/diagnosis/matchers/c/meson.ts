import { FailedTests } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';

/** `2/5 shop:unit / till FAIL            0.02s   exit status 1`; before 0.56 the time has a blank and the reason brackets. */
const RESULT =
  /^ {0,4}\d{1,6}\/\d{1,6} (?:\[[\d/]{1,20}\] {1,4})?(?<name>\S.*?) {1,100}(?<result>FAIL|ERROR|TIMEOUT|UNEXPECTEDPASS|INTERRUPT) {1,40}[\d.]{1,12} ?s(?: {1,40}(?<reason>\S.*?))?$/;
const COUNT = /^(?<word>Ok|OK|Expected Fail|Fail|FAIL|Unexpected Pass|Skipped|SKIP|Timeout|TIMEOUT): {1,40}(?<count>\d{1,9})\s*$/;
/** Below a failure, with `--print-errorlogs`: the command, and its output between rules. */
const COMMAND = /^>>> /;
const RULE = /^[―-]{20,}/;
const MAX_OUTPUT_LINES = 60;

/** Meson's tests: a line a test, and a table of how many ended how. */
export const meson: Matcher = {
  id: 'meson',
  tool: 'meson',
  cause: 'test-failure',
  hints: [
    ' FAIL     ',
    ' ERROR     ',
    ' TIMEOUT  ',
    ' UNEXPECTEDPASS',
    ' INTERRUPT ',
    'Expected Fail: ',
    'Unexpected Pass: ',
    'Ok:  ',
    'OK:   ',
  ],
  createReader: () => new MesonReader(),
};

class MesonReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #counts = new Map<string, number>();
  #outputSince = 0;

  read(line: Line, report: Report): Answer {
    const result = RESULT.exec(line.text)?.groups;
    if (result) {
      const { name = '', result: word = '', reason } = result;
      const message = [word === 'FAIL' ? '' : word.toLowerCase(), reason?.replace(/^\((?<text>.*)\)$/, '$<text>') ?? '']
        .filter(Boolean)
        .join(': ');
      const said = message === '' ? null : detached(message);
      this.#failed.add(name, { name, suite: null, file: null, line: null, message: said, logLine: line.number });
      report.highlight(line.number, line.number, 0.85);
      this.#outputSince = line.number;
      return true;
    }
    const count = COUNT.exec(line.text)?.groups;
    if (count) {
      this.#outputSince = 0;
      const word = (count['word'] ?? '').toLowerCase();
      this.#add(word === 'skip' ? 'skipped' : word, Number(count['count']));
      return true;
    }
    return this.#outputSince > 0 ? this.#follow(line, report) : null;
  }

  finish(report: Report): void {
    const of = (...words: string[]) => words.reduce((sum, word) => sum + (this.#counts.get(word) ?? 0), 0);
    const hasCounts = this.#counts.has('ok') && this.#counts.has('fail');
    if (this.#failed.size === 0 && !hasCounts) return;
    const failed = of('fail', 'timeout', 'unexpected pass');
    report.tests({
      framework: 'meson',
      total: hasCounts ? of('ok', 'expected fail') + failed : null,
      failedCount: hasCounts ? failed : this.#failed.size,
      skippedCount: hasCounts ? of('skipped') : null,
      failed: this.#failed.list(),
    });
  }

  #add(word: string, count: number): void {
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + count);
  }

  /** What the failed test has printed is what explains it. */
  #follow(line: Line, report: Report): boolean {
    const isFirst = line.number === this.#outputSince + 1;
    if (isFirst && !COMMAND.test(line.text)) return this.#end();
    if (line.number > this.#outputSince + 2 && RULE.test(line.text)) return this.#end();
    if (line.text.trim() !== '') report.highlight(line.number, line.number, 0.75);
    return line.number - this.#outputSince < MAX_OUTPUT_LINES || this.#end();
  }

  #end(): boolean {
    this.#outputSince = 0;
    return false;
  }
}
