import { countsOf, FailedTests, FailureNotes, lengthened, TestTotals } from '../../dispatch/failed-tests.ts';
import { MAX_FAILED_TESTS } from '../../limits.ts';
import { detached } from '../../log/text.ts';
import type { Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { frameOf, isOwnCode } from './frames.ts';

const SECTION =
  /^={3,} (?<title>FAILURES|ERRORS|short test summary info|warnings summary|passes|PASSES|X(?:FAILURES|PASSES)|test session starts|slowest .*|rerun test summary info|tests coverage) ={3,}$/;
/** Padded to 80 columns: of a long title little or nothing of the line is left. */
const HEADING = /^(?:_{1,80})? (?!_(?: |$))(?<title>\S.*) _{1,80}$/;
/** Before pytest 3.3 a title that fills the line has nothing left of it, and is told by its length. */
const LONG_HEADING = /^ (?<title>[A-Za-z_][\w.]{0,300}(?:\[.{1,1000}\])?)$/;
const LONG = 76;
/** Of a doctest it may be a text, of a plugin's tests a file with data. */
const LOCATION = /^(?<file>(?:[A-Za-z]:)?[^\s:]{1,500}\.(?:pyx?|rst|txt|md|ipynb|ya?ml)):(?<line>\d{1,7}):(?: .*)?$/;
/** Parameters, in brackets, may hold blanks, dashes and colons. */
const SUMMARY =
  /^(?<kind>FAILED|ERROR) (?<file>[^\s:]{1,500}\.(?:pyx?|rst|txt|md|ipynb|ya?ml))(?:::(?<id>[^[]{1,500}?(?:\[.*?\])?))?(?: - (?<message>.*))?$/;
/** With `-v`, as tests end: `tests/test_a.py::test_b FAILED [ 50%]`; with xdist the other way round. */
const LIVE =
  /^(?:\[gw\d+\] \[ *\d+%\] FAILED )?(?<file>[^\s:]{1,500}\.py)::(?<id>[^[\s]{1,500}(?:\[.*\])?)(?<status> FAILED(?: +\[ *\d+%\])?)?$/;
const TOTALS = /^=*\s?(?<counts>\d{1,9} (?:failed|passed|skipped|deselected|xfailed|xpassed|errors?|warnings?)\b.*) in [\d.]+ ?s/;
const TEST_FILE = /(?:^|[\\/])test_[^\\/]*$|_test\.py$/;
const COLLECTION = /^ERROR collecting (?<file>\S.*)$/;
const CONFTEST = /^ImportError while loading conftest '(?<file>[^']+)'\.$/;
const USAGE = /^(?:pytest|py\.test|__main__\.py)(?:\.exe)?: error: (?<message>.*)$/;
/** pytest itself or a plugin has crashed; the exception is the last such line that names one. */
const INTERNAL = /^INTERNALERROR> (?<message>[A-Za-z_][\w.]*(?:Error|Exception|Exit)\b.*)$/;

const SUMMARY_SECTION = 'short test summary info';

/** pytest: a FAILURES section with a heading a test, a short summary, and a last line with the totals. */
export const pytest: Matcher = {
  id: 'pytest',
  tool: 'pytest',
  cause: 'test-failure',
  hints: [
    '=== ',
    '__ ',
    '_ test',
    '.py::',
    'pytest: error: ',
    'py.test: error: ',
    '.py: error: ',
    '.exe: error: ',
    'internalerror> ',
    'while loading conftest',
    // The last line: `1 failed, 3 passed in 0.12s`, with plugins also `2 rerun in`.
    ...['passed', 'failed', 'skipped', 'deselected', 'error', 'errors', 'warning', 'warnings', 'rerun', 'reruns'].map(
      (word) => `${word} in `,
    ),
  ],
  createReader: () => new PytestReader(),
};

/** A file that could not be collected, until its exception has been read. */
interface Uncollected {
  readonly path: string;
  readonly logLine: number;
  line: number | null;
  /** What is said instead of an exception: `import file mismatch:` and what follows. */
  text: string[];
}

class PytestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #section: string | null = null;
  #heading: string | null = null;
  #notes = new FailureNotes(undefined);
  /** What the present failure has shown last: a place is followed by another exception or by nothing. */
  #shown: 'message' | 'values' | 'place' | 'native frame' | 'output' | null = null;
  /** How often each title has been told in this run: two files may have a test of one name. */
  #told = new Map<string, number>();
  #uncollected: Uncollected | null = null;
  #internal: Finding | null = null;
  /** What `-v` told, for logs that break off before the failures are shown. */
  readonly #live = new FailedTests();

  read(line: Line, report: Report): boolean | null {
    const section = SECTION.exec(line.text)?.groups?.['title'];
    const totals = section === undefined ? TOTALS.exec(line.text)?.groups?.['counts'] : undefined;
    if (section !== undefined || totals !== undefined) {
      this.#closeUncollected(report);
      this.#section = section ?? null;
      this.#heading = null;
      if (totals !== undefined) this.#addTotals(totals);
      if (section === undefined || section === 'test session starts') this.#told = new Map();
      return section === SUMMARY_SECTION;
    }
    if (this.#section === 'FAILURES' || this.#section === 'ERRORS') this.#readFailure(line, report);
    else if (this.#section === SUMMARY_SECTION) this.#readSummary(line, report);
    else if (!this.#readOutside(line, report) && !isOfSection(line.text)) return null;
    return this.#heading !== null || this.#uncollected !== null || this.#section === SUMMARY_SECTION;
  }

  finish(report: Report): void {
    this.#closeUncollected(report);
    if (this.#internal) report.diagnostic(this.#internal, 'crash');
    const failures = this.#failed.size === 0 && !this.#totals.spoke ? this.#live : this.#failed;
    if (failures.size === 0 && !this.#totals.spoke) return;
    const { total, failed, skipped, spoke } = this.#totals;
    report.tests({
      framework: 'pytest',
      total: spoke ? total : null,
      failedCount: spoke ? failed : failures.size,
      skippedCount: spoke ? skipped : null,
      failed: failures.list(),
    });
  }

  #addTotals(text: string): void {
    const counts = countsOf(text);
    const of = (...words: string[]) => words.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0);
    const failed = of('failed', 'error', 'errors');
    this.#totals.add(of('passed', 'xfailed', 'xpassed') + failed, failed, of('skipped'));
  }

  /**
   * Before any test: a wrong option, a `conftest.py` that can't be loaded, pytest's own crash. Returns whether the line
   * says something.
   */
  #readOutside(line: Line, report: Report): boolean {
    const isLive = this.#readLive(line);
    const internal = INTERNAL.exec(line.text)?.groups?.['message'];
    if (internal !== undefined) this.#internal = { message: internal, logLine: line.number };
    const usage = USAGE.exec(line.text)?.groups?.['message'];
    if (usage !== undefined) report.diagnostic({ message: usage, logLine: line.number }, 'build-config');
    const conftest = CONFTEST.exec(line.text)?.groups?.['file'];
    if (conftest !== undefined) this.#uncollected = { path: conftest, line: null, logLine: line.number, text: [] };
    else if (this.#uncollected) this.#readUncollected(this.#uncollected, line, report);
    else return isLive || internal !== undefined || usage !== undefined;
    return true;
  }

  #readLive(line: Line): boolean {
    if (!line.text.startsWith('[') && !line.text.includes(' FAILED')) return false;
    const groups = LIVE.exec(line.text)?.groups;
    if (!groups || (groups['status'] === undefined && !line.text.startsWith('['))) return false;
    const { name, suite } = splitId(groups['id'] ?? '');
    this.#live.add(line.text, { name, suite, file: groups['file'] ?? null, line: null, logLine: line.number });
    return true;
  }

  #readFailure(line: Line, report: Report): void {
    const long = line.text.length > LONG ? LONG_HEADING.exec(line.text) : null;
    const title = (HEADING.exec(line.text) ?? long)?.groups?.['title'];
    if (title !== undefined) {
      this.#open(title, line, report);
      return;
    }
    if (this.#uncollected) this.#readUncollected(this.#uncollected, line, report);
    if (this.#heading === null) return;
    if (/^E {3}/.test(line.text)) report.highlight(line.number, line.number, 0.85);
    const location = LOCATION.exec(line.text)?.groups;
    const frame = location ? null : frameOf(line.text);
    const file = location?.['file'] ?? frame?.path;
    if (file === undefined) {
      this.#readMessage(line.text);
      return;
    }
    const place = { file, line: location ? numberOf(location['line']) : (frame?.line ?? null) };
    if (this.#shown !== 'output' && isOwnCode(file)) this.#notes.place(place, 'innermost-last');
    if (this.#shown !== 'output') this.#shown = location ? 'place' : 'native frame';
    if (location) report.highlight(line.number, line.number, 0.8);
    const test = this.#failed.get(this.#heading);
    // The innermost frame comes last; the one in the test's own file says the test's line.
    if (test && (test.file === null || TEST_FILE.test(file)) && (location || isOwnCode(file))) {
      test.file = file;
      test.line = place.line;
    }
  }

  /**
   * `E   ` marks the lines of the exception; of several the last one counts. `--tb=native` prints it below the frames, and
   * a doctest what it expected.
   */
  #readMessage(text: string): void {
    if (/^-+ Captured .* -+$/.test(text)) this.#shown = 'output';
    if (this.#shown === 'output' || text === '') return;
    const isMarked = /^E(?: {3}|$)/.test(text);
    const isBare = this.#shown === 'native frame' && /^[A-Za-z_][\w.]*(?:: |$)/.test(text);
    if (/^(?:Expected|Got):$/.test(text)) this.#shown = 'values';
    if (isMarked || isBare || this.#shown === 'values') {
      if (this.#shown === 'place' || isBare) this.#notes.startOver();
      if (this.#shown !== 'values') this.#shown = 'message';
      this.#notes.say(isMarked ? text.slice(1) : text);
    }
  }

  #readUncollected(uncollected: Uncollected, line: Line, report: Report): void {
    const location = LOCATION.exec(line.text)?.groups;
    if (location && uncollected.path.endsWith(location['file'] ?? '')) uncollected.line ??= numberOf(location['line']);
    if (!/^E {3}/.test(line.text)) {
      if (uncollected.text.length < 2 && line.text !== '') uncollected.text.push(line.text.trim());
      return;
    }
    report.highlight(line.number, line.number, 0.85);
    const message = line.text.slice(4);
    const frame = frameOf(message);
    if (frame?.path.endsWith(uncollected.path)) uncollected.line ??= frame.line;
    if (!/^\S/.test(message)) return;
    uncollected.text = [message];
    this.#closeUncollected(report);
  }

  #closeUncollected(report: Report): void {
    if (!this.#uncollected) return;
    const { path, line, logLine, text } = this.#uncollected;
    this.#uncollected = null;
    const test = this.#failed.get(path);
    if (test) {
      test.line = line;
      test.message ??= text.length > 0 ? lengthened(null, text.join(' ')) : null;
      test.frame ??= line === null ? null : { file: path, line };
    }
    if (text.length > 0) report.diagnostic({ path, line, message: text.join(' '), logLine });
  }

  #open(title: string, line: Line, report: Report): void {
    this.#closeUncollected(report);
    const collecting = COLLECTION.exec(title)?.groups?.['file'];
    if (collecting !== undefined) {
      this.#uncollected = { path: collecting, line: null, logLine: line.number, text: [] };
      this.#heading = null;
      // A file that can't be collected counts as one error; it is named as in pytest's JUnit report.
      const name = collecting.replace(/\.py$/, '').replaceAll(/[\\/]/g, '.');
      this.#failed.add(collecting, { name, suite: null, file: collecting, line: null, logLine: line.number });
      return;
    }
    const path = title.replace(/^ERROR at (?:setup|teardown) of /, '').replace(/^\[doctest\] /, '');
    const { name, suite } = dotted(path);
    this.#heading = this.#keyOf('heading', title.startsWith('ERROR') ? 'ERROR' : 'FAILED', path);
    const test = this.#failed.add(this.#heading, { name, suite, file: null, line: null, logLine: line.number });
    this.#notes = new FailureNotes(test);
    this.#shown = null;
    report.highlight(line.number, line.number, 0.8);
  }

  /** The test that a title means: the list at the end tells them in the order of the failures. */
  #keyOf(place: 'heading' | 'summary', kind: string, path: string): string {
    const title = `${place} ${kind} ${path}`;
    const count = (this.#told.get(title) ?? 0) + 1;
    if (this.#told.size < MAX_FAILED_TESTS) this.#told.set(detached(title), count);
    return count === 1 ? path : `${path}\n${count}`;
  }

  /** `FAILED test_a.py::TestB::test_c - message`: completes what the heading began, or stands alone (`--tb=no`). */
  #readSummary(line: Line, report: Report): void {
    const groups = SUMMARY.exec(line.text)?.groups;
    if (!groups) return;
    report.highlight(line.number, line.number, 0.85);
    const id = groups['id'];
    if (id === undefined) return;
    const { name, suite } = splitId(id);
    const key = this.#keyOf('summary', groups['kind'] ?? '', suite === null ? name : `${suite}.${name}`);
    const test = this.#failed.add(key, {
      name,
      suite,
      file: groups['file'] ?? null,
      line: null,
      message: lengthened(null, groups['message'] ?? ''),
      logLine: line.number,
    });
    // A doctest's file stands above with its whole path.
    if (test && !test.file?.endsWith(groups['file'] ?? '')) {
      test.file = groups['file'] ?? null;
      test.line = null;
    }
  }
}

/** `TestB::test_c[a::b]`: parameters may hold colons. */
/** Whether a section would make something of the line. */
function isOfSection(text: string): boolean {
  return HEADING.test(text) || LONG_HEADING.test(text) || SUMMARY.test(text);
}

function splitId(id: string): { name: string; suite: string | null } {
  const at = id.lastIndexOf('::', id.includes('[') ? id.indexOf('[') : undefined);
  if (at < 0) return { name: id, suite: null };
  return { name: id.slice(at + 2), suite: id.slice(0, at).replaceAll('::', '.') };
}

/** `TestB.test_c[1.5]`: parameters may hold dots. */
function dotted(title: string): { name: string; suite: string | null } {
  if (/\.(?:rst|txt|md)$/.test(title)) return { name: title, suite: null };
  const bracket = title.indexOf('[');
  const at = title.lastIndexOf('.', bracket < 0 ? undefined : bracket);
  return at < 0 ? { name: title, suite: null } : { name: title.slice(at + 1), suite: title.slice(0, at) };
}
