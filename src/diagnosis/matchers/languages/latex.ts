import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { firstFindingOf, numberOf } from '../matcher.ts';

const FORMS = [
  // with -file-line-error: ./till.tex:3: Undefined control sequence.
  {
    expression:
      /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,400}\.(?:tex|ltx|sty|cls|bbl|toc|aux|dtx|tikz)):(?<line>\d{1,7}): (?!(?:error|warning|info|note|remark)\b)(?<message>\S.*)$/i,
  },
  // LaTeX Warning: Reference `total' on page 1 undefined on input line 4.
  {
    expression:
      /^(?:LaTeX(?: Font)?|(?:Package|Class) (?<code>[\w@-]{1,60})) Warning: (?<message>\S.*?)(?: on input line (?<line>\d{1,7})\.?)?$/,
    severity: 'warning',
  },
] as const;
/** Without the option no file is named, and the line stands below. */
const ERROR =
  /^! (?<message>(?:(?:LaTeX|Package|Class) .{0,200}?Error: |Undefined control sequence|Missing |Extra |Misplaced |Emergency stop|Illegal |Argument of |Use of |Paragraph ended |File ended |Too many |Runaway |TeX capacity exceeded|Double |Incomplete |Improper |Font |Dimension too large|I can't ).*)$/;
const LINE = /^l\.(?<line>\d{1,7}) /;
const MAX_LINES_TO_PLACE = 12;
/** It gives up because of what it has said before. */
const CONSEQUENCE = /^(?:Emergency stop|==> Fatal error occurred)/;

/** TeX and LaTeX: what stops them, and what they warn of. */
export const latex: Matcher = {
  id: 'latex',
  tool: 'latex',
  cause: 'compile-error',
  hints: [
    '.tex:',
    '.ltx:',
    '.sty:',
    '.cls:',
    '.bbl:',
    '.toc:',
    '.aux:',
    '.dtx:',
    '.tikz:',
    ' Warning: ',
    '! LaTeX ',
    '! Undefined ',
    '! Missing ',
    '! Extra ',
    '! Misplaced ',
    '! Illegal ',
    '! Argument of ',
    '! Use of ',
    '! Paragraph ended ',
    '! File ended ',
    '! Too many ',
    '! TeX capacity ',
    '! Double ',
    '! Incomplete ',
    '! Improper ',
    '! Font ',
    "! I can't ",
  ],
  createReader: () => new LatexReader(),
};

class LatexReader implements LineReader {
  #error: { message: string; logLine: number } | null = null;

  read(line: Line, report: Report): Answer {
    const message = ERROR.exec(line.text)?.groups?.['message'];
    if (message !== undefined) {
      this.finish(report);
      if (CONSEQUENCE.test(message)) return false;
      this.#error = { message, logLine: line.number };
      report.claim(line.number);
      return true;
    }
    if (this.#error) return this.#place(this.#error, line, report);
    if (report.isClaimed(line.number)) return false;
    const finding = firstFindingOf(FORMS, line);
    if (!finding || CONSEQUENCE.test(finding.message)) return null;
    if (finding.severity !== 'warning') report.highlight(line.number, line.number, 0.85);
    report.diagnostic({ ...finding, message: finding.message.trim() });
    return 'told';
  }

  finish(report: Report): void {
    if (this.#error) report.diagnostic({ ...this.#error, path: null });
    this.#error = null;
  }

  #place(error: { message: string; logLine: number }, line: Line, report: Report): boolean {
    const at = numberOf(LINE.exec(line.text)?.groups?.['line']);
    const isOver = at !== null || line.number - error.logLine >= MAX_LINES_TO_PLACE;
    if (!isOver) return true;
    this.#error = null;
    report.diagnostic({ ...error, path: null, line: at });
    report.highlight(error.logLine, line.number, 0.85);
    return false;
  }
}
