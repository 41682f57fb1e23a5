import { countsOf, FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import { MAX_FAILED_TESTS } from '../../limits.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest } from '../../types.ts';
import { noteLine } from '../javascript/stack.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** As scenarios are run: `  Scenario: adds        # features/cart.feature:2`. */
const SCENARIO = /^\s{2,6}(?:Scenario(?: Outline| Template)?|Example): .*# (?<place>\S{1,400}\.feature:\d{1,7})$/;
/** cucumber-js, below `Failures:`. */
const NUMBERED = /^\d{1,6}\) (?:Scenario(?: Outline)?|Example): (?<name>.*?) # (?<file>\S{1,400}\.feature):(?<line>\d{1,7})$/;
const BROKEN_STEP = /^\s+(?<mark>[✖?]) (?<step>\S.*?)(?: # \S+)?$/;
/** Ruby's and the JVM's list, and behave's. */
const LIST = /^Failing [Ss]cenarios:$/;
/** With the progress formatter, what broke stands together, of no scenario. */
const BROKEN_STEPS = /^\(::\) failed steps \(::\)$/;
const LISTED =
  /^(?:cucumber )?(?:file:)?(?<file>\S{1,400}\.feature):(?<line>\d{1,7}) # (?:Scenario(?: Outline)?|Example): (?<name>.*)$/;
const LISTED_BY_BEHAVE = /^ {2}(?<file>\S{1,400}\.feature):(?<line>\d{1,7}) {2}(?<name>\S.*)$/;
const TOTALS = /^(?<total>\d{1,9}) scenarios? \((?<counts>[^()]{1,200})\)$/;
const TOTALS_OF_BEHAVE = /^\d{1,9} scenarios? passed, \d{1,9} failed(?:, \d{1,9} \w+){0,4}$/;

/** What a step has said stands deeper than the steps. Tables and texts that belong to it do, too. */
const SAID = /^ {6,}(?![|"`])(?<text>\S.*)$/;
const RUBY_FRAME = /^\s*(?:\.\/)?(?<file>[^\s:]{1,400}\.(?:rb|py|java|kt)):(?<line>\d{1,7})(?::in\b.*)?$/;
const PYTHON_FRAME = /^\s*File "(?<file>[^"]{1,400})", line (?<line>\d{1,7}), in /;
const FOREIGN = /(?:^|[\\/])(?:gems|site-packages|dist-packages|node_modules)[\\/]/;

/** Lines of one failure, and of one scenario. */
const MAX_FAILURE_LINES = 60;

/** What a scenario has said while it ran, by its place. */
type Told = Pick<FailedTest, 'message' | 'frame'>;

const INDENTED = /^\s/;

/** Cucumber (Ruby, JavaScript, JVM) and behave: scenarios with what broke in them, a list of those that failed, and totals. */
export const cucumber: Matcher = {
  id: 'cucumber',
  tool: 'cucumber',
  cause: 'test-failure',
  hints: [
    'Scenario: ',
    'Scenario Outline: ',
    'failing scenarios:',
    '(::) failed steps (::)',
    ' scenarios (',
    ' scenario (',
    ' scenarios passed, ',
    ' scenario passed, ',
  ],
  createReader: () => new CucumberReader(),
};

class CucumberReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  readonly #told = new Map<string, Told>();
  #framework = 'cucumber';
  #inList = false;
  #brokenSince = 0;
  #open: { notes: FailureNotes; since: number; isNumbered: boolean } | null = null;

  read(line: Line, report: Report): boolean {
    const isIndented = INDENTED.test(line.text);
    if (!isIndented && this.#readTotals(line.text)) return false;
    if (!isIndented && LIST.test(line.text)) {
      this.#inList = true;
      this.#brokenSince = 0;
      this.#open = null;
      return true;
    }
    if (this.#inList) return this.#readListed(line, report);
    const place = isIndented ? SCENARIO.exec(line.text)?.groups?.['place'] : undefined;
    if (place !== undefined) return this.#follow(place, line);
    const numbered = isIndented ? undefined : NUMBERED.exec(line.text)?.groups;
    if (numbered) {
      const test = this.#add(numbered, line, report);
      this.#open = { notes: new FailureNotes(test), since: line.number, isNumbered: true };
      return true;
    }
    if (!isIndented && BROKEN_STEPS.test(line.text)) this.#brokenSince = line.number;
    if (this.#brokenSince > 0 && line.number - this.#brokenSince < MAX_FAILURE_LINES) {
      if (line.text !== '') report.highlight(line.number, line.number, 0.75);
      return true;
    }
    return this.#readBelow(line, report);
  }

  finish(report: Report): void {
    if (!this.#totals.spoke && this.#failed.size === 0) return;
    const { spoke, total, failed, skipped } = this.#totals;
    report.tests({
      framework: this.#framework,
      total: spoke ? total : null,
      failedCount: spoke ? Math.max(failed, this.#failed.size) : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #readTotals(text: string): boolean {
    const groups = TOTALS.exec(text)?.groups;
    const isBehave = !groups && TOTALS_OF_BEHAVE.test(text);
    if (!groups && !isBehave) return false;
    const counts = countsOf(isBehave ? text.replace(' scenarios', '').replace(' scenario', '') : (groups?.['counts'] ?? ''));
    const of = (...words: string[]) => words.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0);
    if (isBehave) this.#framework = 'behave';
    const skipped = of('skipped', 'pending');
    const failed = of('failed', 'error', 'errors', 'ambiguous');
    const total = isBehave ? of('passed', 'undefined') + failed : Number(groups?.['total']) - skipped;
    this.#totals.add(total, failed, skipped);
    this.#inList = false;
    this.#open = null;
    return true;
  }

  /** A scenario begins: whether it fails, the list at the end tells. */
  #follow(place: string, line: Line): boolean {
    const told: Told = { message: null, frame: null };
    if (this.#told.size < MAX_FAILED_TESTS) this.#told.set(detached(place), told);
    this.#open = { notes: new FailureNotes(told), since: line.number, isNumbered: false };
    return true;
  }

  #readListed(line: Line, report: Report): boolean {
    const listed = (LISTED.exec(line.text) ?? LISTED_BY_BEHAVE.exec(line.text))?.groups;
    this.#inList = listed !== undefined;
    if (listed) this.#add(listed, line, report);
    return this.#inList;
  }

  #add(groups: Record<string, string | undefined>, line: Line, report: Report): FailedTest | undefined {
    const { name = '', file = '' } = groups;
    const told = this.#told.get(`${file}:${groups['line']}`);
    report.highlight(line.number, line.number, 0.85);
    const place = { file, line: numberOf(groups['line']) };
    return this.#failed.add(`${file}:${groups['line']}`, { name, suite: null, ...place, ...told, logLine: line.number });
  }

  #readBelow(line: Line, report: Report): boolean {
    const open = this.#open;
    if (!open) return false;
    if (line.number - open.since > MAX_FAILURE_LINES) {
      this.#open = null;
      return false;
    }
    const said = SAID.exec(line.text)?.groups?.['text'];
    const step = open.isNumbered ? BROKEN_STEP.exec(line.text)?.groups : undefined;
    if (step || said !== undefined) report.highlight(line.number, line.number, 0.75);
    if (step?.['mark'] === '?') open.notes.say(`Undefined: ${step['step']}`);
    if (said !== undefined) note(open.notes, said);
    return true;
  }
}

function note(notes: FailureNotes, text: string): void {
  const frame = (RUBY_FRAME.exec(text) ?? PYTHON_FRAME.exec(text))?.groups;
  if (!frame) {
    noteLine(notes, text);
    return;
  }
  notes.endMessage();
  const { file = '' } = frame;
  if (!FOREIGN.test(file)) notes.place({ file, line: numberOf(frame['line']) });
}
