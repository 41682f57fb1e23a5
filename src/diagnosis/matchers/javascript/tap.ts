import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import { MAX_LOOK_BACK_LINES } from '../../limits.ts';
import { detached } from '../../log/text.ts';
import type { StackFrame, TestReport } from '../../types.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { noteLine, ownFrameOf } from './stack.ts';

const NOT_OK = /^(?<indent> {0,40})not ok\b(?: (?<index>\d{1,9}))?(?: -)?(?: (?<name>.*))?$/;
const SKIPPED = /^ok\b.* # skip\b/i;
/** `# TODO` and `# SKIP` say that the failure does not count. */
const DIRECTIVE = / # (?:todo|skip)\b/i;
const TIME = / # time=[\d.]+m?s$/;
const PLAN = /^1\.\.(?<count>\d{1,9})(?: # .*)?$/;
const COUNT = /^# (?<word>tests|pass|fail|cancelled|skipped|skip|todo)\s+(?<count>\d{1,9})$/;
/** Figures that add nothing to the others. */
const OF_NO_INTEREST = /^# (?:(?:pass|todo)\s+\d{1,9}|(?:fail|cancelled)\s+0)$/;
/** `location: 'test/a.js:5:3'` (Node.js). */
const LOCATION = /^\s+location: '(?<file>.{1,500}):(?<line>\d{1,7}):\d{1,7}'$/;
/** `at: Test.<anonymous> (test/a.js:5:3)` (tape), `at: 'test.js:2:23'` (AVA). */
const AT = /^\s+(?<frame>at): (?<rest>\S.*)$/;
/** `lineNumber: 5`, `line: 5`, `file: test/a.js` (node-tap). */
const FIELD = /^\s+(?<key>file|fileName|line|lineNumber): '?(?<value>[^']{1,500})'?$/;
/** `#   at t/sum.t line 5.` (Perl). */
const PERL = /^\s*#\s{2,}(?:Failed test .*)?at (?<file>\S{1,500}) line (?<line>\d{1,7})\.$/;

/** `# (in test file test/a.bats, line 5)` (bats). */
const BATS = /^\s*# \((?:in test file|from function .* in (?:test )?file) (?<file>[^,]{1,500}), line (?<line>\d{1,7})[,)]/;
/** What a block of YAML says of the failure; node:test writes `error`, tape the values. */
const YAML_KEY = /^\s+(?<key>[A-Za-z]\w*):(?: (?<value>.*))?$/;
const SAYING_KEYS = /^(?:error|message|expected|actual|found|wanted|got)$/;
const COMMENT = /^\s*# ?(?!\s*(?:Failed test|at \S+ line \d|Subtest: |Looks like you))(?<text>.*)$/;

/** tape writes the name of a test as a comment above its assertions. */
const TEST_OF_TAPE = /^# (?!(?:tests|pass|fail|skip|todo|cancelled|suites|time|duration_ms)\b|(?:SKIP|TODO) )(?<name>\S.*)$/;
const OPERATOR_OF_TAPE = /^\s+operator: \w+$/;
/** node-tap's classic reporter: no numbers, the tests on the line above, and mocha's counts. */
const CLASSIC = /^ {2}not ok (?!\d|- )/;
const TESTS_ABOVE = /^ {2}(?<name>[^\s~].*)$/;
const COUNT_OF_CLASSIC = /^ {2}(?<count>\d{1,9}) (?<word>passing(?= \()|pending$|failing$)/;

/** Suites in suites. */
const MAX_PARENTS = 30;

/** Lines below a `not ok` in which its place is looked for. */
const MAX_FAILURE_LINES = 60;

/** The Test Anything Protocol, as node:test, tape, node-tap, mocha, bats and many others speak it. */
export const tap: Matcher = {
  id: 'tap',
  tool: 'tap',
  cause: 'test-failure',
  hints: [
    'not ok',
    '1..',
    '# tests ',
    '# pass ',
    '# fail ',
    '# skip',
    '# todo ',
    '# cancelled ',
    ' passing (',
    ' pending',
    ' failing',
  ],
  createReader: () => new TapReader(),
};

interface Failure {
  name: string;
  suites: string[];
  file: string | null;
  line: number | null;
  logLine: number;
  indent: number;
  message: string | null;
  frame: StackFrame | null;
}

/** A suite that has been opened with a brace. */
interface Parent {
  readonly name: string;
  readonly depth: number;
  readonly logLine: number;
}

/** A failure whose lines are being read. */
interface OpenFailure {
  readonly failure: Failure;
  readonly notes: FailureNotes;
  /** The key of the YAML block below it; `null` outside of one. */
  key: string | null;
  isYaml: boolean;
  /** The comment above, which is the name of a test if it is tape that speaks. */
  readonly testAbove: string | null;
}

class TapReader implements LineReader {
  /** Failures whose parents may still come: TAP writes a suite after its tests. */
  #pending: Failure[] = [];
  #open: OpenFailure | null = null;
  readonly #failed = new FailedTests();
  readonly #counts = new TestTotals();
  #parents: Parent[] = [];
  #planned = 0;
  #failures = 0;
  #skips = 0;
  #tellsSkipped = false;
  #isClassic = false;

  read(line: Line, report: Report): Answer {
    const { text } = line;
    const notOk = NOT_OK.exec(text)?.groups;
    if (notOk) return this.#addFailure(notOk['indent'] ?? '', notOk['name'] ?? `test ${notOk['index'] ?? ''}`, line, report);
    if (this.#isClassic && this.#readClassicCount(text)) return false;
    // Plans, counts and skipped tests stand at the margin.
    if (text.startsWith(' ')) return this.#follow(line, report);
    if (OF_NO_INTEREST.test(text)) return null;
    if (SKIPPED.test(text)) this.#skips++;
    if (this.#readCounts(text)) return false;
    return this.#follow(line, report);
  }

  finish(report: Report): void {
    this.#settle();
    if (this.#failed.size === 0 && !this.#counts.spoke) return;
    report.tests({ framework: 'tap', ...this.#figures(), failed: this.#failed.list() });
  }

  /** Some sum up without a word of what was skipped: mocha leaves it out of its sum, tape counts it with what passed. */
  #figures(): Pick<TestReport, 'total' | 'failedCount' | 'skippedCount'> {
    const { total, failed, skipped, spoke } = this.#counts;
    // Between braces stand plans of their own.
    const isPlanned = this.#planned > 0 && this.#planned + this.#skips >= this.#failures;
    const planned = Math.max(0, this.#planned - this.#skips);
    if (!spoke) {
      return { total: isPlanned ? planned : null, failedCount: this.#failures, skippedCount: isPlanned ? this.#skips : null };
    }
    if (this.#tellsSkipped) return { total, failedCount: failed, skippedCount: skipped };
    const holdsSkipped = isPlanned && total >= this.#planned;
    return { total: holdsSkipped ? planned : total, failedCount: failed, skippedCount: this.#skips };
  }

  #readCounts(text: string): boolean {
    const plan = numberOf(PLAN.exec(text)?.groups?.['count']);
    if (plan !== null) {
      this.#settle();
      this.#planned += plan;
      return true;
    }
    const groups = COUNT.exec(text)?.groups;
    const count = numberOf(groups?.['count']);
    if (count === null) return false;
    const word = groups?.['word'] ?? '';
    if (word === 'tests') this.#counts.add(count, 0, 0);
    if (!this.#counts.spoke) return true;
    if (word === 'fail' || word === 'cancelled') this.#counts.add(0, count, 0);
    if (word === 'skip' || word === 'skipped') {
      this.#counts.add(-count, 0, count);
      this.#tellsSkipped = true;
    }
    return true;
  }

  #readClassicCount(text: string): boolean {
    const groups = COUNT_OF_CLASSIC.exec(text)?.groups;
    const count = numberOf(groups?.['count']);
    if (count === null) return false;
    const word = groups?.['word'];
    this.#counts.add(word === 'pending' ? 0 : count, word === 'failing' ? count : 0, word === 'pending' ? count : 0);
    this.#tellsSkipped = true;
    return true;
  }

  #addFailure(indent: string, description: string, line: Line, report: Report): boolean {
    this.#open = null;
    if (DIRECTIVE.test(` ${description}`)) return false;
    const name = description.replace(/ \{$/, '').replace(TIME, '').trim();
    const depth = indent.length;
    if (description.endsWith(' {')) return this.#openParent({ name, depth, logLine: line.number });
    if (CLASSIC.test(line.text)) this.#isClassic = true;
    const above = CLASSIC.test(line.text) ? TESTS_ABOVE.exec(report.previous(1)?.text ?? '')?.groups?.['name'] : undefined;
    const parents = above === undefined ? this.#parentsOf(depth) : detached(above).split(' > ');
    const children = this.#pending.filter((failure) => failure.indent > depth);
    if (children.length > 0) {
      for (const child of children) {
        child.suites.unshift(name);
        child.indent = depth;
      }
      return false;
    }
    if (depth === 0) this.#settle();
    const place = { file: null, line: null, logLine: line.number, message: null, frame: null };
    const failure: Failure = { name, suites: parents, ...place, indent: depth };
    const testAbove = depth === 0 ? nearestAbove(report, TEST_OF_TAPE) : null;
    this.#open = { failure, notes: new FailureNotes(failure), key: null, isYaml: false, testAbove };
    this.#pending.push(failure);
    report.highlight(line.number, line.number, 0.9);
    return true;
  }

  /** node-tap and vitest write a suite before its tests, and these between braces. */
  #openParent(parent: Parent): boolean {
    if (parent.depth === 0) this.#settle();
    this.#parentsOf(parent.depth);
    if (this.#parents.length < MAX_PARENTS) this.#parents.push(parent);
    return false;
  }

  /** The names of the suites between whose braces something of this depth stands. */
  #parentsOf(depth: number): string[] {
    while ((this.#parents.at(-1)?.depth ?? -1) >= depth) this.#parents.pop();
    return this.#parents.map(({ name }) => name);
  }

  #follow(line: Line, report: Report): boolean {
    const open = this.#open;
    if (!open || /^\s*(?:ok\b|\.\.\.$)/.test(line.text) || line.number - open.failure.logLine > MAX_FAILURE_LINES) {
      this.#open = null;
      return false;
    }
    if (line.text.trim() !== '') report.highlight(line.number, line.number, 0.75);
    if (open.testAbove !== null && open.failure.suites.length === 0 && OPERATOR_OF_TAPE.test(line.text)) {
      open.failure.suites.push(open.testAbove);
    }
    readPlace(open.failure, line.text);
    readReason(open, line.text);
    return true;
  }

  /** No parent can come any more for what is at the margin. */
  #settle(): void {
    for (const { name, suites, file, line, logLine, message, frame } of this.#pending) {
      const suite = suites.length > 0 ? suites.join(' › ') : null;
      this.#failed.add(`${suite}\n${name}\n${file}:${line}`, { name, suite, file, line, message, frame, logLine });
      this.#failures++;
    }
    this.#pending = [];
  }
}

function nearestAbove(report: Report, expression: RegExp): string | null {
  for (let distance = 1; distance <= MAX_LOOK_BACK_LINES; distance++) {
    const name = expression.exec(report.previous(distance)?.text ?? '')?.groups?.['name'];
    if (name !== undefined) return detached(name);
  }
  return null;
}

/** The message: of a YAML block the keys that tell it, of comments and plain lines all up to a stack. */
function readReason(open: OpenFailure, text: string): void {
  if (/^\s*---$/.test(text)) open.isYaml = true;
  else if (open.isYaml) readYaml(open, text);
  else readComment(open.notes, text);
}

function readComment(notes: FailureNotes, text: string): void {
  if (!/^\s*#/.test(text)) {
    noteLine(notes, text);
    return;
  }
  const place = PERL.exec(text)?.groups ?? BATS.exec(text)?.groups;
  const comment = COMMENT.exec(text)?.groups?.['text'];
  if (place) notes.place({ file: place['file'] ?? '', line: numberOf(place['line']) });
  else if (comment !== undefined) notes.say(comment);
}

function readYaml(open: OpenFailure, text: string): void {
  const groups = YAML_KEY.exec(text)?.groups;
  const isKey = groups !== undefined && text.length - text.trimStart().length <= open.failure.indent + 4;
  if (isKey) open.key = groups['key'] ?? null;
  const value = isKey ? (groups['value'] ?? '') : text;
  if (open.key === 'stack' || open.key === 'at') {
    if (open.failure.frame !== null) return;
    const frame = ownFrameOf(`at ${value.trim().replace(/^at /, '')}`);
    if (frame) open.notes.place(frame);
  } else if (open.key !== null && SAYING_KEYS.test(open.key)) open.notes.say(said(open.key, value, isKey));
}

/** `error: 'a'` says `a`; of values the key is told, too. */
function said(key: string, value: string, isKey: boolean): string {
  const plain = value.replace(/^[|>]-?$/, '').replace(/^(?<quote>['"])(?<text>.*)\k<quote>$/, '$<text>');
  return isKey && key !== 'error' && key !== 'message' ? `${key}: ${plain}` : plain;
}

function readPlace(failure: Failure, text: string): void {
  if (failure.file !== null && failure.line !== null) return;
  const place = LOCATION.exec(text)?.groups ?? PERL.exec(text)?.groups ?? BATS.exec(text)?.groups;
  if (place) {
    failure.file ??= place['file'] ?? null;
    failure.line ??= numberOf(place['line']);
    return;
  }
  const field = FIELD.exec(text)?.groups;
  if (field) {
    if (field['key']?.startsWith('file')) failure.file ??= field['value'] ?? null;
    else failure.line ??= numberOf(field['value']);
    return;
  }
  if (failure.line !== null) return;
  const frame = ownFrameOf(AT.test(text) ? text.replace(/at: /, 'at ').replaceAll("'", '') : text);
  if (!frame) return;
  failure.file ??= frame.file;
  failure.line ??= frame.line;
}
