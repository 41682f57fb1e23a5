import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { type Frame, frameOf, isOwnCode } from './frames.ts';

const DOUBLE_RULE = '='.repeat(70);
const DOUBLE_RULE_OF_TRIAL = '='.repeat(79);
const RULE = '-'.repeat(70);
const HEADING = /^(?:FAIL|ERROR|UNEXPECTED SUCCESS): (?<title>\S.*)$/;
/** `test_adds (tests.test_sums.TestSums.test_adds) (n=1)`; before Python 3.11 without the name at the end. */
const TITLE = /^(?<name>[^\s(]+) \((?<place>[\w.<>]+)\)(?<subtest> [([].*)?$/;
const NOSE_NAME = /^(?<suite>[\w.]+)\.(?<name>\w+)(?<parameters>\(.*\))?$/;
/** trial heads a block with the outcome alone; whose it is stands below the exception, one name a line. */
const HEADING_OF_TRIAL = /^\[(?:FAIL|ERROR|SUCCESS!\?!)\]$/;
const NAME_OF_TRIAL = /^(?<suite>[\w.]+)\.(?<name>\w+)$/;
const RAN = /^Ran (?<total>\d{1,9}) tests? in [\d.]+ ?s$/;
const OUTCOME = /^(?:OK|FAILED|NO TESTS RAN)(?: \((?<counts>[^)]*)\))?$/;
/** What the test printed follows its exception. */
const CAPTURED = /^(?:Stdout|Stderr):$|^-+ >> begin captured /;
/** Lines after `Ran 7 tests` in which its outcome is looked for. */
const OUTCOME_LINES = 5;

/** The runner of the standard library, which Django and nose2 use too, and trial's, which is like it: a block a failure, and a last line with the counts. */
export const unittest: Matcher = {
  id: 'unittest',
  tool: 'unittest',
  cause: 'test-failure',
  hints: [DOUBLE_RULE, ' tests in ', ' test in '],
  createReader: () => new UnittestReader('unittest'),
};

/** nose writes as unittest does, but names functions by their module and counts in capitals. */
export const nose: Matcher = { ...unittest, id: 'nose', tool: 'nose', createReader: () => new UnittestReader('nose') };

type Framework = 'unittest' | 'nose';

class UnittestReader implements LineReader {
  readonly #framework: Framework;
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  /** Failures of the present run, until its last line tells whose they are. */
  #pending: FailedTest[] = [];
  #isNose = false;
  #isTrial = false;
  #frames: Frame[] = [];
  #notes = new FailureNotes(undefined);
  #isAtException = false;
  #state: 'outside' | 'heading' | 'block' = 'outside';
  #total: number | null = null;
  #outcomeBy = 0;

  constructor(framework: Framework) {
    this.#framework = framework;
  }

  read(line: Line, report: Report): boolean | null {
    const total = RAN.exec(line.text)?.groups?.['total'];
    if (total !== undefined) return this.#ran(Number(total), line);
    if (this.#total !== null) return this.#readOutcome(line);
    if (line.text === DOUBLE_RULE || line.text === DOUBLE_RULE_OF_TRIAL) {
      this.#closeBlock();
      this.#state = 'heading';
      return true;
    }
    if (this.#state === 'heading') return this.#open(line, report);
    if (this.#state === 'outside') return null;
    this.#readBlock(line, report);
    return true;
  }

  finish(report: Report): void {
    this.#endRun('');
    if (this.#failed.size === 0 && !this.#totals.spoke) return;
    const { total, failed, skipped, spoke } = this.#totals;
    report.tests({
      framework: this.#framework,
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #open(line: Line, report: Report): boolean {
    this.#isTrial = HEADING_OF_TRIAL.test(line.text);
    const title = this.#isTrial ? line.text : HEADING.exec(line.text)?.groups?.['title'];
    this.#state = title === undefined ? 'outside' : 'block';
    if (title === undefined) return false;
    const test = testOf(title, line.number);
    if (!TITLE.test(title) && !this.#isTrial) this.#isNose = true;
    this.#pending.push(test);
    this.#notes = new FailureNotes(test);
    this.#frames = [];
    this.#isAtException = false;
    this.#highlight(line, report, 0.8);
    return true;
  }

  #readBlock(line: Line, report: Report): void {
    const frame = frameOf(line.text);
    if (frame) {
      if (this.#isAtException) this.#notes.startOver();
      this.#isAtException = false;
      this.#frames.push(frame);
      if (/[\\/]nose[\\/](?:case|failure|loader)\.py$/.test(frame.path)) this.#isNose = true;
      if (isOwnCode(frame.path)) this.#highlight(line, report, 0.75);
    } else if (/^[A-Za-z_][\w.]*(?:: |$)/.test(line.text) && line.text !== RULE) {
      this.#highlight(line, report, 0.85);
    }
    if (this.#isTrial) this.#readName(line, report);
    if (!frame) this.#readMessage(line.text);
  }

  /** Tests that failed alike share a block. */
  #readName(line: Line, report: Report): void {
    const groups = NAME_OF_TRIAL.exec(line.text)?.groups;
    const test = this.#pending.at(-1);
    if (!groups || !test) return;
    const own = { name: groups['name'] ?? '', suite: groups['suite'] ?? null };
    this.#notes.endMessage();
    if (!NAME_OF_TRIAL.test(report.previous(1)?.text ?? '')) Object.assign(test, own);
    else {
      this.#closeBlock();
      this.#state = 'block';
      this.#pending.push({ ...test, ...own, file: null, line: null, logLine: line.number });
    }
  }

  /** The exception stands at the margin below the frames, and what it says goes on to the end of the block. */
  #readMessage(text: string): void {
    this.#isAtException ||= this.#frames.length > 0 && /^[A-Za-z_]/.test(text);
    if (!this.#isAtException) return;
    if (CAPTURED.test(text) || text === RULE) this.#notes.endMessage();
    else this.#notes.say(text);
  }

  /** Both matchers read every block; once is enough. */
  #highlight(line: Line, report: Report, weight: number): void {
    if (this.#framework === 'unittest') report.highlight(line.number, line.number, weight);
  }

  /** The frame in the test itself says where it is; a fixture's or a module's failure is where the own code broke. */
  #closeBlock(): void {
    const test = this.#pending.at(-1);
    if (this.#state !== 'block' || !test) return;
    this.#state = 'outside';
    const name = test.name.replace(/[ ([].*$/, '');
    const own = this.#frames.filter(({ path }) => isOwnCode(path));
    const frame = own.find((candidate) => candidate.function === name) ?? own.at(-1);
    if (!frame) return;
    test.file = frame.path;
    test.line = frame.line;
    const broken = own.at(-1) ?? frame;
    test.frame ??= { file: broken.path, line: broken.line };
  }

  #ran(total: number, line: Line): boolean {
    this.#closeBlock();
    this.#total = total;
    this.#outcomeBy = line.number + OUTCOME_LINES;
    return true;
  }

  #readOutcome(line: Line): boolean {
    const outcome = OUTCOME.exec(line.text);
    if (outcome) this.#endRun(outcome.groups?.['counts'] ?? '');
    else if (line.number >= this.#outcomeBy) this.#endRun('');
    return this.#total !== null;
  }

  /** Both matchers come here: what the text counts is read only by the one whose run it is. */
  #endRun(text: string): void {
    this.#closeBlock();
    const isNose = this.#isNose || /\b[A-Z]{3,}=/.test(text);
    const isMine = isNose === (this.#framework === 'nose');
    if (isMine) for (const test of this.#pending) this.#failed.add(keyOf(test), test);
    if (isMine && this.#total !== null) this.#count(this.#total, text);
    this.#pending = [];
    this.#isNose = false;
    this.#total = null;
  }

  /** `failures=1, errors=2, skipped=3`; nose writes `SKIP=3`. */
  #count(total: number, text: string): void {
    const counts = new Map<string, string>();
    for (const [, word, count] of text.matchAll(/([A-Za-z ]+)=(\d{1,9})/g)) counts.set((word ?? '').trim(), count ?? '0');
    const of = (word: string) => numberOf(counts.get(word)) ?? 0;
    const failed = of('failures') + of('errors') + of('unexpected successes') + of('unexpectedSuccesses');
    this.#totals.add(Math.max(total, failed), failed, of('skipped') + of('skips') + of('SKIP'));
  }
}

/** Modules that could not be loaded have no name of their own: each is told. */
function keyOf(test: FailedTest): string {
  return test.name.startsWith('Failure: ') ? `${test.logLine}` : `${test.suite}.${test.name}`;
}

function testOf(title: string, logLine: number): FailedTest {
  const place = { file: null, line: null, message: null, frame: null, logLine };
  const groups = TITLE.exec(title)?.groups;
  if (!groups) {
    const dotted = NOSE_NAME.exec(title)?.groups;
    if (!dotted) return { name: title, suite: null, ...place };
    return { name: `${dotted['name']}${dotted['parameters'] ?? ''}`, suite: dotted['suite'] ?? null, ...place };
  }
  const name = groups['name'] ?? title;
  const suite = groups['place'] ?? '';
  const plain = suite.endsWith(`.${name}`) ? suite.slice(0, -name.length - 1) : suite;
  const isModule = plain === 'unittest.loader._FailedTest' || plain === 'unittest.loader.ModuleImportFailure';
  return { name: `${name}${groups['subtest'] ?? ''}`, suite: isModule ? null : plain, ...place };
}
