import { FailedTests, FailureNotes, lengthened } from '../../dispatch/failed-tests.ts';
import { MAX_FAILED_TESTS } from '../../limits.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { GotestsumSummary } from './gotestsum.ts';
import { type Location, locationOf, noteOutput, Said } from './output.ts';

const RESULT = /^\s*--- (?<result>FAIL|PASS|SKIP): (?<name>\S+) \([\d.]+s\)$/;
/** What go test itself says at the margin. */
const RESULT_BEGIN = /^(?:FAIL|PASS|ok|---|===|panic:|coverage:|exit status)/;
const PACKAGE = /^FAIL\t(?<name>\S+)(?:\t[\d.]+s| \[(?<reason>build|setup) failed\])?$/;
const RUNNING = /^=== (?:RUN|CONT|NAME)\s+(?<name>\S+)$/;
const FRAME = /^\t(?<file>\S{1,500}\.go):(?<line>\d{1,7})(?: \+0x[0-9a-f]+)?$/;
/** Go's own packages, and modules that were downloaded. */
const FOREIGN =
  /(?:\/go[^/]*|\/x64)\/src\/(?:bufio|bytes|context|crypto|database|encoding|errors|fmt|html|internal|io|log|math|net|os|path|reflect|regexp|runtime|sort|strings|sync|syscall|testing|text|time)\/|\/pkg\/mod\/|\/vendor\//;
const PANIC = /^panic: (?<message>.*)$/;

/** Lines after a result that are read as its output. */
const MAX_OUTPUT_LINES = 60;

/** `go test`: `--- FAIL: Name`, its output indented below, then `FAIL<tab>package`; alone or under gotestsum. */
export const goTest: Matcher = {
  id: 'go-test',
  tool: 'go test',
  cause: 'test-failure',
  hints: ['--- FAIL: ', '--- PASS: ', '--- SKIP: ', 'FAIL\t', 'panic: ', '=== ', '_test.go:', 'DONE '],
  createReader: () => new GoTestReader(),
};

class GoTestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #gotestsum = new GotestsumSummary();
  #inPackage: FailedTest[] = [];
  #open: { test: FailedTest | undefined; notes: FailureNotes; startLine: number } | null = null;
  /** What tests have printed before their result, by name. */
  readonly #said = new Map<string, Said>();
  /** The test whose output goes on on the next line. */
  #saying: Said | null = null;
  #running: string | null = null;
  #panicSince = 0;
  #passed = 0;
  #failures = 0;
  #skipped = 0;

  read(line: Line, report: Report): boolean | null {
    const isSummary = this.#gotestsum.read(line, report);
    if (this.#gotestsum.isOpen) return true;
    const result = RESULT.exec(line.text)?.groups;
    if (result) return this.#readResult(result['result'] ?? '', result['name'] ?? '', line, report);
    const ended = PACKAGE.exec(line.text)?.groups;
    if (ended) {
      this.#endPackage(ended['name'] ?? '');
      report.highlight(line.number, line.number, ended['reason'] === undefined ? 0.4 : 0.6);
      return false;
    }
    const running = RUNNING.exec(line.text)?.groups?.['name'];
    if (running !== undefined) {
      this.#open = null;
      this.#saying = null;
      this.#running = running;
      return false;
    }
    if (PANIC.test(line.text)) return this.#openPanic(line, report);
    if (this.#panicSince > 0) return this.#followPanic(line, report);
    const location = locationOf(line.text);
    if (!location && !isSummary && !this.#open && !this.#saying) return null;
    return this.#follow(location, line, report);
  }

  finish(report: Report): void {
    if (this.#gotestsum.spoke) {
      report.tests({ framework: 'go test', ...this.#gotestsum.result() });
      return;
    }
    this.#dropParents();
    const spoke = this.#passed + this.#failures + this.#skipped > 0;
    if (!spoke) return;
    // Only `-v` tells the tests that passed; without it the total is not known.
    const total = this.#passed > 0 ? this.#passed + this.#failures : null;
    report.tests({
      framework: 'go test',
      total,
      failedCount: this.#failures,
      skippedCount: total === null ? null : this.#skipped,
      failed: this.#failed.list(),
    });
  }

  #readResult(result: string, name: string, line: Line, report: Report): boolean {
    this.#open = null;
    this.#saying = null;
    if (result === 'PASS') this.#passed++;
    if (result === 'SKIP') this.#skipped++;
    if (result !== 'FAIL') return false;
    this.#failures++;
    const said = this.#said.get(name);
    const test = this.#failed.add(`${line.number}:${name}`, {
      name,
      suite: null,
      file: said?.file ?? null,
      line: said?.line ?? null,
      message: said?.message ?? null,
      frame: said?.frame ?? null,
      logLine: line.number,
    });
    if (said) report.highlight(said.logLine, said.logLine, 0.75);
    if (test) this.#inPackage.push(test);
    this.#open = { test, notes: new FailureNotes(test), startLine: line.number };
    report.highlight(line.number, line.number, 0.9);
    return true;
  }

  #openPanic(line: Line, report: Report): boolean {
    if (this.#inPackage.length === 0) return false;
    this.#panicSince = line.number;
    const test = this.#inPackage.at(-1);
    if (test) test.message ??= lengthened(null, line.text.replace(/ \[recovered.*\]$/, ''));
    report.highlight(line.number, line.number, 0.9);
    return true;
  }

  /** The first frame that is not Go's own says where. */
  #followPanic(line: Line, report: Report): boolean {
    const frame = FRAME.exec(line.text)?.groups;
    const isOwn = frame !== undefined && !FOREIGN.test(frame['file'] ?? '');
    if (!isOwn && line.number - this.#panicSince < MAX_OUTPUT_LINES) return true;
    this.#panicSince = 0;
    const test = this.#inPackage.at(-1);
    if (!isOwn || !test) return false;
    test.file ??= frame['file'] ?? null;
    test.line ??= numberOf(frame['line']);
    test.frame ??= { file: detached(frame['file'] ?? ''), line: numberOf(frame['line']) };
    report.highlight(line.number, line.number, 0.8);
    return false;
  }

  #follow(location: Location | null, line: Line, report: Report): boolean {
    const open = this.#open;
    const isBelow = open !== null && line.number - open.startLine < MAX_OUTPUT_LINES;
    const isOutput = isBelow && (/^\s/.test(line.text) || (isExample(open.test) && !RESULT_BEGIN.test(line.text)));
    if (!isOutput) {
      this.#open = null;
      return this.#note(location, line);
    }
    report.highlight(line.number, line.number, 0.75);
    noteOutput(open.notes, location, line.text);
    if (location && open.test && open.test.file === null) {
      open.test.file = detached(location.file);
      open.test.line = location.line;
    }
    return true;
  }

  /** With `-v` a test speaks before its result. Returns whether the next line is wanted, too. */
  #note(location: Location | null, line: Line): boolean {
    const saying = this.#saying;
    if (!location && saying && line.number - saying.logLine < MAX_OUTPUT_LINES && saying.goOn(line.text)) return true;
    this.#saying = null;
    if (!location || this.#running === null || this.#said.has(this.#running) || this.#said.size >= MAX_FAILED_TESTS) return false;
    this.#saying = new Said(location, line.number);
    this.#said.set(detached(this.#running), this.#saying);
    return true;
  }

  #endPackage(name: string): void {
    for (const test of this.#inPackage) test.suite = detached(name);
    this.#inPackage = [];
    this.#said.clear();
    this.#saying = null;
    this.#running = null;
    this.#panicSince = 0;
  }

  /** A test fails with its subtests; only the subtests say why. Their results stand right below. */
  #dropParents(): void {
    const names = this.#failed.keys().map((key) => ({ key, name: key.slice(key.indexOf(':') + 1) }));
    names.forEach(({ key, name }, index) => {
      if (!names[index + 1]?.name.startsWith(`${name}/`)) return;
      this.#failed.delete(key);
      this.#failures--;
    });
  }
}

/** An example's output is compared as it is: `got:` and `want:` stand at the margin. */
function isExample(test: FailedTest | undefined): boolean {
  return test?.name.startsWith('Example') === true;
}
