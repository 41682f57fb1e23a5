import { FailedTests, FailureNotes } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { CauseCategory, FailedTest } from '../../types.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { noteLine } from './stack.ts';

/** A browser that karma does not know, like jsdom, is called by its whole user agent. */
const AGENT = String.raw`(?:Mozilla\/5\.0|Node\.js) \([^()]{1,80}\)(?: [\w.]{1,40}\/[\w.]{1,40}| \(KHTML, like Gecko\)){1,8}`;
const BROWSER = String.raw`(?<browser>[A-Za-z][\w ]{0,60} [\d.]{1,40} \([^()]{1,60}\)|${AGENT})`;
const FAILED = new RegExp(`^${BROWSER} (?<name>\\S.*) FAILED$`);
const BROKEN = new RegExp(`^${BROWSER} ERROR$`);
const EXECUTED = new RegExp(
  `^${BROWSER}: Executed (?<executed>\\d{1,9}) of \\d{1,9}(?: \\((?<failed>\\d{1,9}) FAILED\\))?(?:.{0,20}\\(skipped (?<skipped>\\d{1,9})\\))?`,
);
/** `03 10 2026 11:43:14.911:ERROR [launcher]: Cannot start Chrome`. */
const SERVER = /^\d\d \d\d \d{4} [\d:.]{8,14}:ERROR \[(?<code>[^\]]{1,60})\]: (?<message>\S.*)$/;
/** karma-mocha-reporter: counts, then the failed tests as a tree. */
const COUNT = /^[✔✖ℹ√×i] (?<count>\d{1,9}) tests? (?<word>completed|failed|skipped)$/;
const FAILED_TREE = 'FAILED TESTS:';
const TREE = /^(?<indent> {2,40})(?<mark>[✖×] )?(?<title>\S.*)$/;
const TREE_BROWSER = new RegExp(`^\\s+${BROWSER}$`);
/** karma-spec-reporter: after the counts the failures again, each with its suites below. */
const LISTED = /^(?<index>\d{1,6})\) (?<name>\S.*)$/;
const LISTED_SUITE = /^ {5}(?<suite>\S.*)$/;

/** Lines of a failure in which its own frame is looked for. */
const MAX_FAILURE_LINES = 60;

/** Lines between the counts and the list. */
const MAX_LINES_TO_LIST = 6;

/** karma, whatever framework runs in the browser: reporters progress, dots, mocha and spec. */
export const karma: Matcher = {
  id: 'karma',
  tool: 'karma',
  cause: 'test-failure',
  hints: [
    ' (linux',
    ' (mac os',
    ' (windows',
    ' (ubuntu',
    '0.0.0)',
    ': Executed ',
    ':ERROR [',
    'FAILED TESTS:',
    ' tests completed',
    ' test completed',
    ' tests failed',
    ' test failed',
    ' tests skipped',
    ' test skipped',
  ],
  createReader: () => new KarmaReader(),
};

interface Counts {
  executed: number;
  failed: number;
  skipped: number;
}

class KarmaReader implements LineReader {
  readonly #failed = new FailedTests();
  /** What each browser said last: every line of progress repeats the counts. */
  readonly #browsers = new Map<string, Counts>();
  readonly #sum: Counts = { executed: 0, failed: 0, skipped: 0 };
  #open: FailedTest | null = null;
  #notes = new FailureNotes(undefined);
  #brokenSince = 0;
  #openSince = 0;
  /** Where the counts stood, below which karma-spec-reporter lists what failed; the number of the last of the list. */
  #countedSince = 0;
  #sawFailures = false;
  #listed = 0;
  /** Titles above the present line of the tree, by indentation. */
  #tree: { indent: number; title: string }[] | null = null;

  read(line: Line, report: Report): Answer {
    const { text } = line;
    if (this.#readServer(line, report)) return 'told';
    if (this.#readCounts(text)) {
      this.#countedSince = line.number;
      this.#sawFailures ||= text.endsWith(')') && text.includes(' FAILED)');
      return this.#expectsList(line);
    }
    const failed = text.endsWith(' FAILED') ? FAILED.exec(text)?.groups?.['name'] : undefined;
    if (failed !== undefined) return this.#addFailure(failed, null, line, report);
    if (text.endsWith(' ERROR') && BROKEN.test(text)) {
      this.#brokenSince = line.number;
      report.highlight(line.number, line.number, 0.8);
      return true;
    }
    if (text === FAILED_TREE && this.#sum.failed > 0) {
      this.#tree = [];
      this.#openSince = line.number;
      return true;
    }
    return this.#readListed(line, report) || this.#follow(line, report) || this.#expectsList(line);
  }

  finish(report: Report): void {
    for (const browser of this.#browsers.keys()) this.#close(browser);
    const { executed, failed, skipped } = this.#sum;
    if (executed + failed + skipped === 0 && this.#failed.size === 0) return;
    report.tests({
      framework: 'karma',
      total: executed,
      failedCount: failed,
      skippedCount: skipped,
      failed: this.#failed.list(),
    });
  }

  #readServer(line: Line, report: Report): boolean {
    const groups = SERVER.exec(line.text)?.groups;
    if (!groups) return false;
    const code = groups['code'] ?? '';
    report.diagnostic({ code, message: groups['message'] ?? '', logLine: line.number }, serverCauseOf(code));
    return true;
  }

  #readCounts(text: string): boolean {
    const groups = text.includes(': Executed ') ? EXECUTED.exec(text)?.groups : undefined;
    if (groups) {
      const browser = groups['browser'] ?? '';
      const executed = numberOf(groups['executed']) ?? 0;
      if ((this.#browsers.get(browser)?.executed ?? 0) > executed) this.#close(browser);
      if (this.#browsers.size < 100 || this.#browsers.has(browser)) {
        this.#browsers.set(browser, {
          executed,
          failed: numberOf(groups['failed']) ?? 0,
          skipped: numberOf(groups['skipped']) ?? 0,
        });
      }
      this.#open = null;
      return true;
    }
    const counted = COUNT.exec(text)?.groups;
    const count = numberOf(counted?.['count']);
    if (count === null) return false;
    if (counted?.['word'] === 'skipped') this.#sum.skipped += count;
    else this.#sum.executed += count;
    if (counted?.['word'] === 'failed') this.#sum.failed += count;
    return true;
  }

  /** Where the failures were told with their browsers already, there is no such list. */
  #expectsList(line: Line): boolean {
    return this.#failed.size === 0 && this.#sawFailures && line.number - this.#countedSince <= MAX_LINES_TO_LIST;
  }

  #readListed(line: Line, report: Report): boolean {
    const isDue = this.#listed > 0 || this.#expectsList(line);
    const listed = isDue ? LISTED.exec(line.text)?.groups : undefined;
    if (listed && numberOf(listed['index']) === this.#listed + 1) {
      this.#listed++;
      return this.#addFailure(listed['name'] ?? '', null, line, report);
    }
    const isBelow = this.#listed > 0 && line.number === this.#openSince + 1;
    const suite = isBelow ? LISTED_SUITE.exec(line.text)?.groups?.['suite'] : undefined;
    if (this.#open && suite !== undefined) this.#open.suite = detached(suite);
    return suite !== undefined;
  }

  #close(browser: string): void {
    const counts = this.#browsers.get(browser);
    if (!counts) return;
    this.#browsers.delete(browser);
    this.#sum.executed += counts.executed;
    this.#sum.failed += counts.failed;
    this.#sum.skipped += counts.skipped;
  }

  #addFailure(name: string, suite: string | null, line: Line, report: Report): boolean {
    const test = { name, suite, file: null, line: null, logLine: line.number };
    this.#open = this.#failed.add(`${suite}\n${name}`, test) ?? null;
    this.#notes = new FailureNotes(this.#open ?? undefined);
    this.#openSince = line.number;
    report.highlight(line.number, line.number, 0.9);
    return true;
  }

  #follow(line: Line, report: Report): boolean {
    if (this.#brokenSince > 0) {
      const isFirst = line.number === this.#brokenSince + 1;
      if (isFirst && /^\s*An error was thrown in afterAll$/.test(line.text)) {
        this.#brokenSince++;
        return true;
      }
      if (isFirst && line.text.trim() !== '') {
        const message = line.text.trim();
        report.diagnostic({ message, logLine: line.number }, message.startsWith('Disconnected') ? 'timeout' : 'compile-error');
      }
      this.#brokenSince = 0;
      return false;
    }
    if (this.#tree && !this.#open) return this.#climb(this.#tree, line, report);
    if (!this.#open) return false;
    if (line.text.trim() !== '') report.highlight(line.number, line.number, 0.75);
    else if (this.#tree) this.#open = null;
    this.#readFrame(line.text);
    return line.number - this.#openSince < MAX_FAILURE_LINES;
  }

  /** Reads the tree of failed tests: suites above, a mark before each test. */
  #climb(tree: { indent: number; title: string }[], line: Line, report: Report): boolean {
    const groups = TREE.exec(line.text)?.groups;
    if (!groups || TREE_BROWSER.test(line.text))
      return line.text.trim() === '' && line.number - this.#openSince < MAX_FAILURE_LINES;
    const indent = groups['indent']?.length ?? 0;
    while ((tree.at(-1)?.indent ?? -1) >= indent) tree.pop();
    const title = groups['title'] ?? '';
    if (groups['mark'] === undefined) {
      tree.push({ indent, title });
      return true;
    }
    const suites = tree.map((node) => node.title);
    return this.#addFailure(title, suites.length > 0 ? suites.join(' › ') : null, line, report);
  }

  #readFrame(text: string): void {
    if (!this.#open || TREE_BROWSER.test(text)) return;
    const frame = noteLine(this.#notes, text.replace(/ <- .*$/, ')').replace(/\?[\da-f]{1,64}(?=:\d)/, ''));
    if (!frame || this.#open.line !== null) return;
    this.#open.file = frame.file;
    this.#open.line = frame.line;
  }
}

/** The part of karma that speaks says what went wrong; reporters only repeat what the browsers said. */
function serverCauseOf(part: string): CauseCategory | undefined {
  if (/launcher/i.test(part)) return 'toolchain';
  return /^(?:config|plugin|karma|karma-server|preprocess|middleware)/.test(part) ? 'build-config' : undefined;
}
