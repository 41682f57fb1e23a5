import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import { MAX_LOOK_BACK_LINES } from '../../limits.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest, StackFrame } from '../../types.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { ownPlaceOf } from './frames.ts';

const LEVEL = /^\[(?:info|error|warn|INFO|ERROR)\] ?/;
const SUITE = /^(?<suite>[A-Z][\w$]*(?:Spec|Test|Tests|Suite|Specs|Properties|Check)):$/;
const FAILED = /^\s*(?:- )?(?<name>\S.*?) \*\*\* FAILED \*\*\*(?: \([^)]*\))?$/;
const LOCATION = / ?\((?<file>[\w-]{1,200}\.scala):(?<line>\d{1,7})\)$/;
const TOTALS =
  /^Tests: succeeded (?<passed>\d{1,9}), failed (?<failed>\d{1,9}), canceled (?<canceled>\d{1,9}), ignored (?<ignored>\d{1,9}), pending (?<pending>\d{1,9})$/;
const ABORTED = /\*\*\* ABORTED \*\*\*$/;

/** Lines below a failed test in which its place is looked for. */
const MAX_FAILURE_LINES = 12;

/** ScalaTest, alone or within sbt, Maven or Gradle: `- name *** FAILED ***`, and its totals. */
export const scalatest: Matcher = {
  id: 'scalatest',
  tool: 'scalatest',
  cause: 'test-failure',
  hints: ['*** FAILED ***', '*** ABORTED ***', 'Tests: succeeded ', 'Spec:', 'Suite:'],
  createReader: () => new ScalatestReader(),
};

class ScalatestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #suite: string | null = null;
  #open: { test: FailedTest | undefined; notes: FailureNotes; since: number; inStack: boolean } | null = null;

  read(line: Line, report: Report): Answer {
    const text = line.text.replace(LEVEL, '');
    const suite = SUITE.exec(text)?.groups?.['suite'];
    if (suite !== undefined) {
      this.#suite = detached(suite);
      this.#open = null;
      return false;
    }
    const totals = TOTALS.exec(text)?.groups;
    if (totals) {
      this.#addTotals(totals);
      return false;
    }
    const isAborted = ABORTED.test(text);
    if (isAborted) report.highlight(line.number, line.number, 0.85);
    const name = FAILED.exec(text)?.groups?.['name'];
    if (name !== undefined && !/^\d+ (?:TESTS?|SUITES?)$/.test(name)) return this.#fail(name, line, report);
    return this.#follow(text, line, report) ?? (isAborted ? false : null);
  }

  finish(report: Report): void {
    if (this.#failed.size === 0 && !this.#totals.spoke) return;
    const { total, failed, skipped, spoke } = this.#totals;
    report.tests({
      framework: 'scalatest',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #addTotals(groups: Record<string, string>): void {
    const of = (name: string) => numberOf(groups[name]) ?? 0;
    const skipped = of('canceled') + of('ignored') + of('pending');
    this.#totals.add(of('passed') + of('failed'), of('failed'), skipped);
    this.#open = null;
  }

  #fail(name: string, line: Line, report: Report): boolean {
    this.#suite = suiteAbove(report) ?? this.#suite;
    const key = `${this.#suite}#${name}`;
    const test = this.#failed.add(key, { name, suite: this.#suite, file: null, line: null, logLine: line.number });
    this.#open = { test, notes: new FailureNotes(test), since: line.number, inStack: false };
    report.highlight(line.number, line.number, 0.9);
    return true;
  }

  /** Returns whether the next line is wanted; `null` where no failure is open. */
  #follow(text: string, line: Line, report: Report): boolean | null {
    const open = this.#open;
    if (!open) return null;
    const isInside = /^\s/.test(text) && line.number - open.since <= MAX_FAILURE_LINES;
    if (!isInside) {
      this.#open = null;
      return false;
    }
    const isStack = /^\s+at /.test(text);
    if (open.inStack && !isStack) {
      this.#open = null;
      return false;
    }
    open.inStack = isStack;
    if (!isStack) report.highlight(line.number, line.number, 0.8);
    const place = isStack ? ownPlaceOf(text) : placeOf(text);
    if (isStack) open.notes.endMessage();
    else if (!/^\s*\.\.\.$/.test(text)) open.notes.say(text.replace(LOCATION, ''));
    if (!place) return true;
    open.notes.place(place);
    // An exception begins in the code that is tested: the test's own frame stands below.
    const isOwn = !isStack || place.file.startsWith(`${this.#suite?.split('.').at(-1)}.`);
    if (open.test && (open.test.line === null || isOwn)) {
      open.test.file = place.file;
      open.test.line = place.line;
    }
    if (isOwn) this.#open = null;
    return !isOwn;
  }
}

/** Where the assertion stands: ScalaTest writes it behind its message. */
function placeOf(text: string): StackFrame | null {
  const groups = LOCATION.exec(text)?.groups;
  return groups ? { file: groups['file'] ?? '', line: numberOf(groups['line']) } : null;
}

/** The heading of the tests above the present line, where it is near. */
function suiteAbove(report: Report): string | null {
  for (let distance = 1; distance <= MAX_LOOK_BACK_LINES; distance++) {
    const above = report.previous(distance)?.text.replace(LEVEL, '') ?? '';
    const suite = SUITE.exec(above)?.groups?.['suite'];
    if (suite !== undefined) return detached(suite);
  }
  return null;
}
