import { FailedTests, FailureNotes, lengthened } from '../../dispatch/failed-tests.ts';
import { detached } from '../../log/text.ts';
import type { FailedTest } from '../../types.ts';
import { noteLine } from '../javascript/stack.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { attributesOf, unescapedXml } from './xml-text.ts';

/** A tag may be cut off by the end of the line: values may hold line feeds. */
const TAG = /<(?<name>testcase|failure|error|skipped|\/testcase)\b(?<rest>(?:[^"'<>]|"[^"]*(?:"|$)|'[^']*(?:'|$))*)/g;
const SOURCE = /^[^\s:]{1,400}[\\/][^\s:\\/]{1,200}\.\w{1,5}$/;
/** Around what was said. */
const MARKUP = /<!\[CDATA\[|\]\]>|<\/\w{1,20}>|^\s*>/g;
/** Lines of one failure. */
const MAX_FAILURE_LINES = 40;

/** JUnit's report in XML, which frameworks of all languages can write, where a step prints it. */
export const junitXml: Matcher = {
  id: 'junit-xml',
  tool: 'junit-xml',
  cause: 'test-failure',
  hints: ['<testcase ', '</testcase>'],
  createReader: () => new JunitXmlReader(),
};

interface Case {
  readonly name: string;
  readonly suite: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly logLine: number;
  isSkipped: boolean;
  failure: { test: FailedTest | undefined; notes: FailureNotes; since: number } | null;
}

class JunitXmlReader implements LineReader {
  readonly #failed = new FailedTests();
  #total = 0;
  #failures = 0;
  #skipped = 0;
  #open: Case | null = null;

  read(line: Line, report: Report): boolean {
    let end = 0;
    for (let match = TAG.exec(line.text); match; match = TAG.exec(line.text)) {
      const { name = '', rest = '' } = match.groups ?? {};
      end = match.index + match[0].length;
      this.#readTag(name, rest, line, report);
    }
    const failure = this.#open?.failure;
    if (failure && line.number - failure.since < MAX_FAILURE_LINES) note(failure, line, end, report);
    return this.#open !== null && line.number - this.#open.logLine < MAX_FAILURE_LINES * 2;
  }

  finish(report: Report): void {
    this.#close();
    if (this.#total === 0) return;
    report.tests({
      framework: 'junit-xml',
      total: this.#total - this.#skipped,
      failedCount: this.#failures,
      skippedCount: this.#skipped,
      failed: this.#failed.list(),
    });
  }

  #readTag(name: string, rest: string, line: Line, report: Report): void {
    if (name === '/testcase') this.#close();
    else if (name === 'testcase') {
      this.#close();
      if (rest.endsWith('/')) this.#total++;
      else this.#open = caseOf(rest, line);
    } else if (name === 'skipped' && this.#open) this.#open.isSkipped = true;
    else if (this.#open?.failure === null) this.#fail(this.#open, rest, line, report);
  }

  #fail(open: Case, rest: string, line: Line, report: Report): void {
    const { name, suite, file, line: at, logLine } = open;
    const said = attributesOf(`${rest}"`).get('message') ?? '';
    const message = said.split('\n').reduce<string | null>(lengthened, null);
    const test = this.#failed.add(`${file}\n${suite}\n${name}`, { name, suite, file, line: at, message, logLine });
    open.failure = { test, notes: new FailureNotes(test), since: line.number };
    report.highlight(logLine, logLine, 0.85);
  }

  #close(): void {
    if (this.#open) {
      this.#total++;
      if (this.#open.failure) this.#failures++;
      else if (this.#open.isSkipped) this.#skipped++;
    }
    this.#open = null;
  }
}

/** What stands behind the tag and below it: the message where no attribute tells it, and the stack. */
function note({ test, notes }: NonNullable<Case['failure']>, line: Line, from: number, report: Report): void {
  if (line.text.trim() !== '') report.highlight(line.number, line.number, 0.75);
  const frame = noteLine(notes, unescapedXml(line.text.slice(from).replace(MARKUP, '')));
  if (!frame || !test) return;
  test.file ??= detached(frame.file);
  const isOfFile = test.file === frame.file || frame.file.endsWith(`/${test.file}`) || test.file.endsWith(`/${frame.file}`);
  if (isOfFile) test.line ??= frame.line;
}

function caseOf(rest: string, line: Line): Case {
  const attributes = attributesOf(rest);
  const suite = attributes.get('classname') ?? '';
  // vitest names the file where others name the class.
  const file = attributes.get('file') || (SOURCE.test(suite) ? suite : null);
  return {
    name: detached(attributes.get('name') ?? ''),
    suite: suite === '' ? null : detached(suite),
    file: file === null ? null : detached(file),
    line: numberOf(attributes.get('line')),
    logLine: line.number,
    isSkipped: false,
    failure: null,
  };
}
