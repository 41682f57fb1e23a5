import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

const FORM = {
  expression:
    /^(?!(?:SKIPPED|XFAIL|XPASS) \[)(?<path>(?:[A-Za-z]:)?[^\s:][^:]*\.pyi?):(?<line>\d{1,9}):(?:(?<column>\d{1,9}):)?(?:(?<endLine>\d{1,9}):(?<endColumn>\d{1,9}):)? (?<severity>error|warning|note): (?<message>.*?)(?: {2}\[(?<code>[a-z][\w-]*)\])?$/,
} as const;
/** Of no line: a module that is there twice, or a wrong option. Others write `x.py: error:` of their options. */
const OF_NO_LINE = {
  expression:
    /^(?:(?<path>[^\s:][^:]*\.pyi?): (?=error: (?:Source file found twice|Duplicate module))|mypy: )(?<severity>error): (?<message>.*)$/,
} as const;
const CODE_AT_END = /^(?<rest>\S.*?) {2}\[(?<code>[a-z][\w-]*)\]$/;
/** `--pretty` breaks messages at the width of the terminal, which is 80 at least. */
const WRAPPED_FROM = 60;
const MAX_WRAPPED_LINES = 5;

/** mypy, plain, with columns and ends, and `--pretty`, which breaks long messages. */
export const mypy: Matcher = {
  id: 'mypy',
  tool: 'mypy',
  cause: 'compile-error',
  hints: [': error: ', ': note: ', ': warning: '],
  createReader: () => new MypyReader(),
};

class MypyReader implements LineReader {
  #open: Finding | null = null;
  #rest: string[] = [];

  read(line: Line, report: Report): Answer {
    const finding = findingOf(FORM, line) ?? findingOf(OF_NO_LINE, line);
    if (!finding) return this.#continue(line, report);
    this.#tell(report);
    if (finding.code !== null || line.text.length < WRAPPED_FROM) {
      report.diagnostic(finding);
      return 'told';
    }
    this.#open = finding;
    report.claim(line.number);
    return true;
  }

  finish(report: Report): void {
    this.#tell(report);
  }

  /** Only a code at its end shows that a line goes on with the message. */
  #continue(line: Line, report: Report): boolean | null {
    if (!this.#open) return null;
    const end = CODE_AT_END.exec(line.text)?.groups;
    if (end) {
      this.#open = {
        ...this.#open,
        code: end['code'] ?? null,
        message: [this.#open.message, ...this.#rest, end['rest']].join(' '),
      };
    } else if (/^\S/.test(line.text) && !line.text.startsWith('Found ') && this.#rest.length < MAX_WRAPPED_LINES) {
      this.#rest.push(line.text);
      return true;
    }
    this.#tell(report);
    return false;
  }

  #tell(report: Report): void {
    if (this.#open) report.diagnostic(this.#open);
    this.#open = null;
    this.#rest = [];
  }
}
