import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const RESULT = /^test (?<name>\S.*?)(?: - should panic)? \.\.\. (?:.*\s)?FAILED(?: <[\d.]+s>)?$/;
const STDOUT = /^---- (?<name>\S.*?)(?: - should panic)? std(?:out|err) ----$/;
const TOTALS = /^test result: (?:ok|FAILED)\. (?<passed>\d{1,9}) passed; (?<failed>\d{1,9}) failed; (?<ignored>\d{1,9}) ignored;/;
/** From Rust 1.73 on the place comes first and the message on the next line. */
const PANIC = /^thread '(?<thread>[^']*)' (?:\(\d+\) )?panicked at (?<file>[^\s:]+\.rs):(?<line>\d{1,7}):\d{1,7}:$/;
const OLD_PANIC = /^thread '(?<thread>[^']*)' panicked at '(?<message>.*)', (?<file>[^\s:']+\.rs):(?<line>\d{1,7})(?::\d{1,7})?$/;
const OLD_PANIC_START = /^thread '[^']*' panicked at '/;
const OLD_PANIC_END = /', (?<file>[^\s:']+\.rs):(?<line>\d{1,7})(?::\d{1,7})?$/;
/** Since Rust 1.86 a test that ought to panic and does not is told with its place. */
const NO_PANIC = /^note: test did not panic as expected at (?<file>[^\s:]+\.rs):(?<line>\d{1,7}):\d{1,7}$/;
/** `src/lib.rs - add (line 3)`. */
const DOCTEST = /^(?<file>\S+\.rs) - .*\(line (?<line>\d{1,7})\)/;
const OF_RUST_ITSELF = /^(?:\/rustc\/|library[\\/]|lib(?:core|std|alloc)[\\/]|src[\\/]lib(?:core|std)[\\/])/;

/** A frame of a backtrace: `             at ./src/lib.rs:15:9`. */
const FRAME = /^\s+at (?:\.\/)?(?<file>[^\s:]{1,500}\.rs):(?<line>\d{1,7})(?::\d{1,7})?$/;
const FOREIGN = /^\/rustc\/|\/\.cargo\/registry\/|\/rustlib\//;

/** Lines of a test's output that an excerpt shows. */
const MAX_OUTPUT_LINES = 25;

/** `cargo test`: a line a test, the output of those that failed, their names, and a line with the totals a test binary. */
export const cargoTest: Matcher = {
  id: 'cargo-test',
  tool: 'cargo test',
  cause: 'test-failure',
  hints: [' ... failed', ' stdout ----', ' stderr ----', 'test result: ', "thread '", "', src/", "', tests/"],
  createReader: () => new CargoTestReader(),
};

class CargoTestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #open: { name: string; since: number; notes: FailureNotes } | null = null;
  /** A panic outside of a test, whose message comes on the next line. */
  #panic: { file: string; line: number | null; logLine: number } | null = null;

  read(line: Line, report: Report): Answer {
    const name = (RESULT.exec(line.text) ?? STDOUT.exec(line.text))?.groups?.['name'];
    if (name !== undefined) return this.#openTest(name, line, report);
    const totals = TOTALS.exec(line.text)?.groups;
    if (totals) {
      this.#open = null;
      const [passed, failed, ignored] = [Number(totals['passed']), Number(totals['failed']), Number(totals['ignored'])];
      this.#totals.add(passed + failed, failed, ignored);
      return false;
    }
    if (this.#panic) return this.#readMessage(line, report);
    const panic = (PANIC.exec(line.text) ?? OLD_PANIC.exec(line.text))?.groups;
    if (panic) return this.#readPanic(panic, line, report);
    return this.#open ? this.#follow(this.#open, line, report) : null;
  }

  finish(report: Report): void {
    if (!this.#totals.spoke && this.#failed.size === 0) return;
    const { spoke, total, failed, skipped } = this.#totals;
    report.tests({
      framework: 'cargo test',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #openTest(title: string, line: Line, report: Report): boolean {
    const doctest = DOCTEST.exec(title)?.groups;
    const at = doctest ? -1 : title.lastIndexOf('::');
    const test = this.#failed.add(title, {
      name: at < 0 ? title : title.slice(at + 2),
      suite: at < 0 ? null : title.slice(0, at),
      file: doctest?.['file'] ?? null,
      line: numberOf(doctest?.['line']),
      logLine: line.number,
    });
    const isOutput = line.text.startsWith('----');
    this.#open = isOutput ? { name: title, since: line.number, notes: new FailureNotes(test) } : null;
    report.highlight(line.number, line.number, isOutput ? 0.9 : 0.7);
    return isOutput;
  }

  #readPanic(panic: Record<string, string>, line: Line, report: Report): boolean {
    report.highlight(line.number, line.number, 0.85);
    const thread = panic['thread'] ?? '';
    const test = this.#failed.get(this.#open?.name ?? thread);
    if (test) {
      this.#place(test.name, panic);
      // What the test had printed before is not why it failed.
      this.#open?.notes.startOver();
      this.#open?.notes.say(panic['message'] ?? '');
      return this.#open !== null;
    }
    // A test that has not told its result yet; or the program itself.
    if (thread !== 'main' && thread !== 'rustc') return false;
    const { file = '', message } = panic;
    const at = {
      path: OF_RUST_ITSELF.test(file) ? null : file,
      line: OF_RUST_ITSELF.test(file) ? null : numberOf(panic['line']),
    };
    if (message !== undefined) {
      report.diagnostic({ tool: 'rust', ...at, message, logLine: line.number }, 'crash');
      return false;
    }
    this.#panic = { file: at.path ?? '', line: at.line, logLine: line.number };
    return true;
  }

  #readMessage(line: Line, report: Report): boolean {
    const panic = this.#panic;
    this.#panic = null;
    if (!panic) return false;
    const { file, line: at, logLine } = panic;
    report.highlight(line.number, line.number, 0.85);
    report.diagnostic({ tool: 'rust', path: file || null, line: at, message: line.text.trim(), logLine }, 'crash');
    return false;
  }

  #follow(open: { name: string; since: number; notes: FailureNotes }, line: Line, report: Report): boolean {
    const late = OLD_PANIC_END.exec(line.text)?.groups ?? NO_PANIC.exec(line.text)?.groups;
    if (late) this.#place(open.name, late);
    const isEnd = line.text === 'failures:' || line.number - open.since > MAX_OUTPUT_LINES;
    if (isEnd) {
      this.#open = null;
      return false;
    }
    noteOutput(open.notes, line.text);
    const isNote = line.text === '' || line.text.startsWith('note: ');
    if (!isNote) report.highlight(line.number, line.number, OLD_PANIC_START.test(line.text) ? 0.85 : 0.75);
    return true;
  }

  #place(name: string, at: Record<string, string>): void {
    const test = this.#failed.get(this.#open?.name ?? name);
    if (!test || OF_RUST_ITSELF.test(at['file'] ?? '')) return;
    test.file ??= at['file'] ?? null;
    test.line ??= numberOf(at['line']);
    test.frame ??= { file: at['file'] ?? '', line: numberOf(at['line']) };
  }
}

/** Up to the stack everything is the message; a panic in a library has its own frame further down. */
export function noteOutput(notes: FailureNotes, text: string): void {
  const frame = FRAME.exec(text)?.groups;
  if (frame && !FOREIGN.test(frame['file'] ?? '')) notes.place({ file: frame['file'] ?? '', line: numberOf(frame['line']) });
  if (/^\s*(?:stack backtrace:|note: (?!test did not panic))/.test(text)) notes.endMessage();
  else notes.say(text.replace(/^thread '[^']*' panicked at '|^note: /, '').replace(OLD_PANIC_END, ''));
}
