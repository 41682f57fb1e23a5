import { FailedTests, lengthened, TestTotals } from '../../dispatch/failed-tests.ts';
import type { FailedTest } from '../../types.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { FailureFollower, qualified } from './frames.ts';

const LEVEL = /^\[(?:ERROR|INFO|WARNING)\] ?/;
const COUNTS =
  /^Tests run: ?(?<total>\d{1,9}), Failures: ?(?<failures>\d{1,9}), Errors: ?(?<errors>\d{1,9})(?:, Skipped: ?(?<skipped>\d{1,9}))?(?:, Flakes: ?\d{1,9})?(?<rest>, Time elapsed: .*)?$/;
const CLASS = / --? in (?<class>\S.*)$/;
const FAILED = /^(?<title>\S.*?)(?: --|\s) +Time elapsed: [\d.,]+ s(?:ec)? +<<< (?:FAILURE|ERROR)!$/;
const IN_CLASS = /^(?<name>.+)\((?<suite>[\w$.]+)\)$/;
const HEADING = /^(?<kind>Failed tests|Tests in error|Failures|Errors|Flakes|Flaked tests): *(?<entry>\S.*)?$/;
/** Where tests are run again, the list names them in full, with a line for each run below. */
const IN_FULL = /^(?<suite>(?:[a-z_][\w-]*\.){1,20}[A-Z][\w$]*)\.(?<name>[^\s.:(]+)$/;
const MODULE = /^ *T E S T S$/;

/** `testAdds(org.shop.CartTest): message` (to 2.12), and `CartTest.adds:12->helper:5 message`. */
const OLD_ENTRY = /^(?<name>[^():]+)\((?<suite>[\w$.]+)\)(?:\([\w$.]+\))?(?::| |$)/;
const ENTRY =
  /^(?<suite>[A-Z][\w$]*)(?:>[\w$]+)?\.(?<name>[^\s:(]+(?:\([^)]*\))?(?:\[[^\]]*\])?|[^:]+(?=:\d+))(?::(?<line>\d{1,7}))?(?:->| |$)/;

/** Lines of an entry of the summary: a message may have several. After that the list is another tool's, or has been cut off. */
const MAX_LINES_OF_ENTRY = 40;

/** Maven's surefire and failsafe: a line a class, a block a failed test, and a summary a module. */
export const surefire: Matcher = {
  id: 'surefire',
  tool: 'surefire',
  cause: 'test-failure',
  hints: [
    'Tests run:',
    '<<< FAILURE!',
    '<<< ERROR!',
    'Failed tests:',
    'Tests in error:',
    'Flakes:',
    'Flaked tests:',
    '[ERROR] Failures:',
    '[ERROR] Errors:',
    'T E S T S',
  ],
  createReader: () => new SurefireReader(),
};

interface Counts {
  total: number;
  failed: number;
  skipped: number;
}

class SurefireReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  readonly #follower = new FailureFollower();
  #class: string | null = null;
  /** What the classes said since the last summary of a module: counts when the log is cut off before the next. */
  #unsummed: Counts = { total: 0, failed: 0, skipped: 0 };
  /** Keys of the tests that failed in this module. */
  #inModule: string[] = [];
  #inSummary = false;
  /** Where the list of the summary went on for the last time. */
  #lastEntry = 0;
  /** The list of tests that failed, and passed when they were run again. */
  #inFlakes = false;
  #flakes: FailedTest[] = [];
  #entries: FailedTest[] = [];

  read(line: Line, report: Report): Answer {
    const text = line.text.startsWith('[') ? line.text.replace(LEVEL, '') : line.text;
    const counts = COUNTS.exec(text)?.groups;
    if (counts) {
      this.#readCounts(counts, line, report);
      return false;
    }
    const title = text.endsWith('!') ? FAILED.exec(text)?.groups?.['title'] : undefined;
    if (title !== undefined) {
      this.#openFailure(title, line, report);
      return true;
    }
    if (MODULE.test(text)) {
      this.#follower.close();
      this.#flush();
      return false;
    }
    const heading = HEADING.exec(text);
    if (heading) {
      this.#inSummary = true;
      this.#lastEntry = line.number;
      this.#inFlakes = /^Flake/.test(heading.groups?.['kind'] ?? '');
      this.#follower.close();
      if (heading.groups?.['entry'] !== undefined) this.#readEntry(heading.groups['entry'], line, report);
      return true;
    }
    if (this.#inSummary && line.number - this.#lastEntry > MAX_LINES_OF_ENTRY) this.#inSummary = false;
    if (this.#inSummary) {
      this.#readEntry(text.trim(), line, report);
      return true;
    }
    return this.#follower.read(text, line, report);
  }

  finish(report: Report): void {
    this.#flush();
    if (this.#failed.size === 0 && !this.#totals.spoke) return;
    const { total, failed, skipped, spoke } = this.#totals;
    report.tests({
      framework: 'surefire',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #readCounts(groups: Record<string, string>, line: Line, report: Report): void {
    this.#follower.close();
    const failed = (numberOf(groups['failures']) ?? 0) + (numberOf(groups['errors']) ?? 0);
    const counts = { total: numberOf(groups['total']) ?? 0, failed, skipped: numberOf(groups['skipped']) ?? 0 };
    if (groups['rest'] === undefined) {
      if (failed > 0) report.highlight(line.number, line.number, 0.6);
      // A virtual machine that crashed leaves a summary of nothing: then the classes' own figures count.
      if (counts.total > 0 || this.#unsummed.total === 0) this.#endModule(counts);
      else this.#flush();
      return;
    }
    this.#inSummary = false;
    this.#class = CLASS.exec(groups['rest'])?.groups?.['class'] ?? null;
    this.#unsummed.total += counts.total;
    this.#unsummed.failed += failed;
    this.#unsummed.skipped += counts.skipped;
    if (failed > 0) report.highlight(line.number, line.number, 0.5);
  }

  #openFailure(title: string, line: Line, report: Report): void {
    const { name, suite } = this.#split(title);
    const key = keyOf(suite, name);
    const test = this.#failed.add(key, { name, suite, file: null, line: null, logLine: line.number });
    if (!this.#inModule.includes(key) && test) this.#inModule.push(key);
    this.#inSummary = false;
    this.#follower.open(test, line);
    report.highlight(line.number, line.number, 0.9);
  }

  /** `adds(org.shop.CartTest)`, `org.shop.CartTest.adds`, or `adds` below the line of its class. */
  #split(title: string): { name: string; suite: string | null } {
    const inClass = IN_CLASS.exec(title)?.groups;
    const suite = inClass?.['suite'] ?? '';
    if (inClass && (suite === this.#class || suite.includes('.'))) return { name: inClass['name'] ?? title, suite };
    if (this.#class !== null && title.startsWith(`${this.#class}.`)) {
      return { name: title.slice(this.#class.length + 1), suite: this.#class };
    }
    if (title === this.#class) return { name: title, suite: null };
    const parts = qualified(title);
    return parts.suite === null ? { name: title, suite: this.#class } : { name: parts.name, suite: parts.suite };
  }

  #readEntry(text: string, line: Line, report: Report): void {
    const entry = (text.includes('(') ? OLD_ENTRY.exec(text) : null) ?? ENTRY.exec(text);
    const groups: Record<string, string | undefined> | undefined = entry?.groups ?? IN_FULL.exec(text)?.groups;
    if (!groups) return;
    this.#lastEntry = line.number;
    if (!this.#inFlakes) report.highlight(line.number, line.number, 0.85);
    const name = groups['name'] ?? text;
    const reason = lengthened(null, text.slice(entry?.[0].length ?? text.length).replace(/^\S{1,300}:\d{1,7} /, ''));
    const at = { file: null, line: numberOf(groups['line']), message: reason, frame: null, logLine: line.number };
    const list = this.#inFlakes ? this.#flakes : this.#entries;
    list.push({ name: name.replace(/ on instance .*$/, ''), suite: groups['suite'] ?? null, ...at });
  }

  /** A module's own figures replace what its classes said; tests that nobody told of otherwise come from its list. */
  #endModule(counts: Counts): void {
    if (counts.failed === 0) for (const key of this.#inModule) this.#failed.delete(key); // they passed when run again
    for (const flake of this.#flakes) this.#drop(flake);
    const toldInFull = this.#inModule.length >= counts.failed;
    for (const entry of this.#entries) {
      const known = this.#inModule.map((key) => this.#failed.get(key)).find((test) => test && isSame(test, entry));
      if (known) place(known, entry);
      else if (!toldInFull && counts.failed > 0) this.#failed.add(keyOf(entry.suite, entry.name), entry);
    }
    this.#totals.add(counts.total, counts.failed, counts.skipped);
    this.#reset();
  }

  #drop(flake: FailedTest): void {
    const isFlake = (key: string) => {
      const test = this.#failed.get(key);
      return test !== undefined && isSame(test, flake);
    };
    for (const key of this.#inModule.filter(isFlake)) this.#failed.delete(key);
    this.#inModule = this.#inModule.filter((key) => this.#failed.get(key));
  }

  #flush(): void {
    const { total, failed, skipped } = this.#unsummed;
    if (total > 0) this.#totals.add(total, failed, skipped);
    this.#reset();
  }

  #reset(): void {
    this.#unsummed = { total: 0, failed: 0, skipped: 0 };
    this.#inModule = [];
    this.#entries = [];
    this.#flakes = [];
    this.#inSummary = false;
    this.#class = null;
  }
}

function keyOf(suite: string | null, name: string): string {
  return `${suite ?? ''}#${name}`;
}

/** The list says the line in the test's own class, where the stack may only have shown a helper's. */
function place(test: FailedTest, entry: FailedTest): void {
  const isOwn = test.file?.startsWith(`${outerName(entry.suite)}.`) === true;
  if (entry.line === null || isOwn) return;
  test.file = null;
  test.line = entry.line;
}

/** The list names a class without its package, and a test without its parameters' types. */
function isSame(test: FailedTest, entry: FailedTest): boolean {
  return simpleName(test.suite) === simpleName(entry.suite) && test.name === entry.name;
}

/** Of a nested class the one whose file it stands in. */
function outerName(suite: string | null): string {
  return simpleName(suite).replace(/\$.*$/s, '');
}

function simpleName(suite: string | null): string {
  return (suite ?? '').slice((suite ?? '').lastIndexOf('.') + 1);
}
