import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

const FORM = {
  expression:
    /^\s*(?<path>(?:[A-Za-z]:)?[^\s:][^:]*):(?<line>\d{1,9}):(?<column>\d{1,9}) - (?<severity>error|warning|information)(?: (?!TS\d))?: (?<message>.*?)(?: \((?<code>report[A-Za-z]+)\))?$/,
} as const;
/** Lines that explain a message are indented by non-breaking and plain spaces. */
const DETAIL = /^[\s\u00a0]{4,}\S.*?(?: \((?<code>report[A-Za-z]+)\))?$/;

/** pyright and basedpyright: a line a finding, and deeper ones that explain it, the last of which has the rule. */
export const pyright: Matcher = {
  id: 'pyright',
  tool: 'pyright',
  cause: 'compile-error',
  hints: [' - error: ', ' - warning: ', ' - information: '],
  createReader: () => new PyrightReader(),
};

class PyrightReader implements LineReader {
  #open: Finding | null = null;

  read(line: Line, report: Report): Answer {
    const finding = findingOf(FORM, line);
    if (finding) {
      this.#tell(report);
      this.#open = finding.code === null ? finding : null;
      if (finding.code === null) return true;
      report.diagnostic(finding);
      return 'told';
    }
    if (!this.#open) return null;
    const detail = DETAIL.exec(line.text);
    if (!detail) {
      this.#tell(report);
      return false;
    }
    const code = detail.groups?.['code'];
    if (code === undefined) return true;
    this.#open = { ...this.#open, code };
    this.#tell(report);
    return false;
  }

  finish(report: Report): void {
    this.#tell(report);
  }

  #tell(report: Report): void {
    if (this.#open) report.diagnostic(this.#open);
    this.#open = null;
  }
}
