import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const SECTION = /^There (?:was|were) \d{1,9} (?:PHPUnit )?(?:test )?(?<kind>[a-z]+)(?: tests?| triggered .*)?:?$/;
const HEADING = /^\d{1,6}\) (?<suite>[A-Za-z_][\w\\]*)::(?<name>\w+(?: with data set (?:#\d+|"(?:[^"]|"(?! ?\(|$))*"))?)/;
const FRAME = /^(?<file>(?:[A-Za-z]:)?[^\s:]+\.php):(?<line>\d{1,7})$/;
const SUMMARY = /^Tests: (?<total>\d{1,9}), Assertions: \d{1,9}(?<counts>(?:, [A-Z][A-Za-z ]*: \d{1,9}){0,12})\.$/;
const GOOD = /^OK \((?<total>\d{1,9}) tests?, \d{1,9} assertions?\)$/;

/** `--testdox`: ` ✘ Adds`, and below it what went wrong behind a line; lists of failures come later, or never. */
const TESTDOX = /^ {1,2}✘ (?<name>\S.*?)(?: \[[\d.]+ m?s\])?$/;
const BEHIND_LINE = /^ {3}(?:[│├┐┴┊](?<text>.*)|$)/;
const TESTDOX_SUITE = /^[A-Z][\w \\()/-]{0,200}$/;

/** Lines from the heading of a section to its first failure. */
const MAX_GAP_LINES = 3;
/** Lines of a failure that an excerpt shows. */
const MAX_FAILURE_LINES = 25;

/** PHPUnit: sections of errors and failures, each with a numbered list, and the totals. */
export const phpunit: Matcher = {
  id: 'phpunit',
  tool: 'phpunit',
  cause: 'test-failure',
  hints: ['there was 1 ', 'there were ', 'assertions: ', ' assertions)', ' assertion)', '::test', '.php:', ' ✘ '],
  createReader: () => new PhpunitReader(),
};

/** A test of `--testdox`; whether the line is PHPUnit's, the next one tells. */
interface Documented {
  readonly name: string;
  readonly logLine: number;
  test: FailedTest | undefined;
  notes: FailureNotes;
}

class PhpunitReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  /** What `--testdox` told, for logs that hold no list of failures. */
  readonly #documented = new FailedTests();
  #testdox: Documented | null = null;
  #inFailures = false;
  /** Where the section begins, while none of its failures has come. */
  #sectionLine: number | null = null;
  #open: { test: FailedTest | undefined; notes: FailureNotes; fileName: string; since: number } | null = null;

  read(line: Line, report: Report): boolean | null {
    const kind = SECTION.exec(line.text)?.groups?.['kind'];
    if (kind !== undefined) {
      this.#inFailures = /^(?:error|failure)/.test(kind);
      this.#open = null;
      this.#sectionLine = line.number;
      return this.#inFailures;
    }
    const total = this.#readTotals(line.text);
    if (total) return false;
    if (!this.#inFailures) return this.#readTestdox(line, report);
    const heading = HEADING.exec(line.text)?.groups;
    if (heading) this.#openTest(heading, line, report);
    else if (this.#isOthers(line.number)) return null;
    else this.#follow(line, report);
    return true;
  }

  /** JUnit's own runner heads the section alike, and its failures otherwise. */
  #isOthers(line: number): boolean {
    if (this.#sectionLine === null || line - this.#sectionLine <= MAX_GAP_LINES) return false;
    this.#inFailures = false;
    return true;
  }

  finish(report: Report): void {
    const told = this.#failed.size > 0 ? this.#failed : this.#documented;
    if (!this.#totals.spoke && told.size === 0) return;
    const { spoke, total, failed, skipped } = this.#totals;
    report.tests({
      framework: 'phpunit',
      total: spoke ? total : null,
      failedCount: spoke ? failed : told.size,
      skippedCount: spoke ? skipped : null,
      failed: told.list(),
    });
  }

  /** Others mark what failed with the same sign; the line below is PHPUnit's alone. */
  #readTestdox(line: Line, report: Report): boolean | null {
    const name = TESTDOX.exec(line.text)?.groups?.['name'];
    if (name !== undefined) {
      this.#testdox = {
        name: detached(name),
        logLine: line.number,
        test: undefined,
        notes: new FailureNotes(undefined),
      };
      return true;
    }
    const open = this.#testdox;
    if (!open) return null;
    const text = BEHIND_LINE.exec(line.text)?.groups?.['text'];
    if (text === undefined || line.number - open.logLine > MAX_FAILURE_LINES) {
      this.#testdox = null;
      return false;
    }
    if (line.number === open.logLine + 1) this.#document(open, report);
    if (text.trim() !== '') report.highlight(line.number, line.number, 0.75);
    const frame = FRAME.exec(text.trim())?.groups;
    const at = { file: detached(frame?.['file'] ?? ''), line: numberOf(frame?.['line']) };
    if (!frame) open.notes.say(text);
    else if (!/[\\/]vendor[\\/]/.test(at.file)) {
      open.notes.endMessage();
      open.notes.place(at);
      if (open.test && open.test.file === null) Object.assign(open.test, at);
    }
    return true;
  }

  #document(open: Documented, report: Report): void {
    const { name, logLine } = open;
    const suite = suiteAbove(report, 2);
    open.test = this.#documented.add(`${suite}::${name}`, { name, suite, file: null, line: null, logLine });
    open.notes = new FailureNotes(open.test);
    report.highlight(logLine, logLine, 0.85);
  }

  #readTotals(text: string): boolean {
    const summary = (SUMMARY.exec(text) ?? GOOD.exec(text))?.groups;
    if (!summary) return false;
    const { counts = '' } = summary;
    const of = (word: string) => (counts === '' ? 0 : Number(new RegExp(`, ${word}: (\\d+)`).exec(counts)?.[1] ?? 0));
    this.#totals.add(Number(summary['total']), of('Errors') + of('Failures'), of('Skipped') + of('Incomplete'));
    this.#inFailures = false;
    this.#open = null;
    return true;
  }

  #openTest(heading: Record<string, string>, line: Line, report: Report): void {
    const { suite = '', name = '' } = heading;
    this.#sectionLine = null;
    const test = this.#failed.add(`${suite}::${name}`, { name, suite, file: null, line: null, logLine: line.number });
    this.#open = {
      test,
      notes: new FailureNotes(test),
      fileName: `${suite.slice(suite.lastIndexOf('\\') + 1)}.php`,
      since: line.number,
    };
    report.highlight(line.number, line.number, 0.9);
  }

  #follow(line: Line, report: Report): void {
    const open = this.#open;
    if (!open || line.text === '' || line.text === '--') return;
    if (line.number - open.since <= MAX_FAILURE_LINES) report.highlight(line.number, line.number, 0.78);
    const frame = FRAME.exec(line.text)?.groups;
    if (!frame) {
      open.notes.say(line.text);
      return;
    }
    open.notes.endMessage();
    const file = frame['file'] ?? '';
    if (!/[\\/]vendor[\\/]/.test(file)) open.notes.place({ file, line: numberOf(frame['line']) });
    if (!open.test) return;
    // The frame in the test's own file says more than where the exception came from.
    const isOwn = (path: string | null) => path?.replaceAll('\\', '/').endsWith(`/${open.fileName}`) === true;
    if (open.test.file !== null && (isOwn(open.test.file) || !isOwn(file))) return;
    open.test.file = file;
    open.test.line = numberOf(frame['line']);
  }
}

/** The class, in words, stands at the margin above its tests. */
function suiteAbove(report: Report, from: number): string | null {
  for (let distance = from; distance < from + 40; distance++) {
    const text = report.previous(distance)?.text;
    if (text === undefined) return null;
    if (TESTDOX_SUITE.test(text)) return detached(text);
  }
  return null;
}
