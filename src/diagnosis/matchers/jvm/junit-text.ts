import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { FailureFollower } from './frames.ts';

const SECTION = /^There (?:was|were) \d{1,9} (?:failures?|errors?):$/;
/** JUnit 3 writes the exception behind the name, JUnit 4 on the next line. */
const HEADING =
  /^\d{1,7}\) (?<name>[^()]{1,500})\((?<suite>(?:[a-z_]\w{0,100}\.){0,20}[A-Z][\w$]{0,200})\)(?<message>[\w$.]{1,300}(?:Error|Exception|Failure)\b.*)?$/;
/** Two blanks stand between the figures, where surefire has one. */
const TOTALS = /^Tests run: (?<total>\d{1,9}), {2}Failures: (?<failures>\d{1,9})(?:, {2}Errors: (?<errors>\d{1,9}))?$/;
const OK = /^OK \((?<total>\d{1,9}) tests?\)$/;

/** Lines from the heading of a section to its first failure. */
const MAX_GAP_LINES = 3;

/** JUnit's own runner for the terminal, as Bazel, Android and makefiles start it: `1) adds(org.shop.CartTest)`. */
export const junitText: Matcher = {
  id: 'junit-text',
  tool: 'junit',
  cause: 'test-failure',
  hints: ['There was 1 ', 'There were ', ',  Failures: ', 'OK ('],
  createReader: () => new JunitTextReader(),
};

class JunitTextReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  readonly #follower = new FailureFollower();
  #inSection = false;
  /** Where the section begins, while none of its failures has come. */
  #sectionLine: number | null = null;

  read(line: Line, report: Report): Answer {
    const { text } = line;
    if (SECTION.test(text)) {
      this.#inSection = true;
      this.#sectionLine = line.number;
      return true;
    }
    if (this.#readTotals(text)) {
      this.#inSection = false;
      this.#follower.close();
      return false;
    }
    if (!this.#inSection) return null;
    const heading = HEADING.exec(text)?.groups;
    if (heading) this.#open(heading, line, report);
    else if (this.#isOthers(line.number)) return null;
    else this.#follower.read(text, line, report);
    return true;
  }

  /** PHPUnit heads the section alike, and its failures otherwise. */
  #isOthers(line: number): boolean {
    if (this.#sectionLine === null || line - this.#sectionLine <= MAX_GAP_LINES) return false;
    this.#inSection = false;
    return true;
  }

  /** PHPUnit heads its failures alike: only with the counts it is known who speaks. */
  finish(report: Report): void {
    if (!this.#totals.spoke) return;
    const { total, failed } = this.#totals;
    const told = failed > 0 ? this.#failed.list() : [];
    report.tests({ framework: 'junit', total, failedCount: failed, skippedCount: null, failed: told });
  }

  #readTotals(text: string): boolean {
    const groups = (TOTALS.exec(text) ?? OK.exec(text))?.groups;
    if (!groups) return false;
    const of = (name: string) => numberOf(groups[name]) ?? 0;
    this.#totals.add(of('total'), of('failures') + of('errors'), 0);
    return true;
  }

  #open(groups: Record<string, string | undefined>, line: Line, report: Report): void {
    const { name = '', suite = '', message } = groups;
    this.#sectionLine = null;
    const test = this.#failed.add(`${suite}#${name}`, { name, suite, file: null, line: null, logLine: line.number });
    this.#follower.open(test, line);
    if (message !== undefined) new FailureNotes(test).say(message);
    report.highlight(line.number, line.number, 0.9);
  }
}
