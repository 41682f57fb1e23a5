import { detached } from '../../log/text.ts';
import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

/** xmllint and libxml2: `a.xml:1: parser error : message`. */
export const xmllint: Matcher = {
  id: 'xmllint',
  tool: 'xmllint',
  cause: 'compile-error',
  hints: ['parser error : ', 'parser warning : ', 'validity error : ', 'namespace error : ', 'schemas validity error '],
  patterns: [
    {
      expression:
        /^(?<path>[^\s:][^:]{0,400}):(?<line>\d{1,9}): (?:element [^\s:]{1,200}: )?(?:(?<code>(?:Relax-NG |Schemas |Schematron )?(?:parser|validity|namespace|I\/O)) )(?<severity>error|warning) : (?<message>\S.*)$/,
    },
  ],
};

/** HTML Tidy: `line 1 column 7 - Warning: message`, with the file before it when told to (`-emacs`-like `path:line:column`). */
export const tidy: Matcher = {
  id: 'tidy',
  tool: 'tidy',
  cause: 'lint',
  hints: [' - Warning: ', ' - Error: ', ': Warning: ', ': Error: '],
  patterns: [
    { expression: /^line (?<line>\d{1,9}) column (?<column>\d{1,9}) - (?<severity>Warning|Error): (?<message>\S.*)$/ },
    {
      expression:
        /^(?<path>[^\s:][^:]{0,400}\.x?html?):(?<line>\d{1,9}):(?<column>\d{1,9}): (?<severity>Warning|Error): (?<message>\S.*)$/,
    },
  ],
};

/** chktex: `Warning 1 in a.tex line 3: message`, below it the source and a caret; and its form of one line. */
export const chktex: Matcher = {
  id: 'chktex',
  tool: 'chktex',
  cause: 'lint',
  hints: ['.tex line ', '.tex:', '.ltx line ', '.sty line ', '.cls line '],
  createReader: () => new ChktexReader(),
};

const OF_ONE_LINE = {
  expression:
    /^(?<path>[^\s:][^:]{0,400}\.(?:tex|ltx|sty|cls)):(?<line>\d{1,9}):(?<column>\d{1,9}):(?<code>\d{1,3}):(?<message>\S.*)$/,
  severity: 'warning',
} as const;
const HEAD = {
  expression:
    /^(?<severity>Warning|Error|Message) (?<code>\d{1,3}) in (?<path>\S.{0,400}) line (?<line>\d{1,9}): (?<message>\S.*)$/,
};
const CARETS = /^ {0,1900}\^{1,100} {0,100}$/;

class ChktexReader implements LineReader {
  /** Waits for the caret, which says the column. */
  #pending: Finding | null = null;

  read(line: Line, report: Report): Answer {
    const head = findingOf(HEAD, line);
    if (head) {
      this.finish(report);
      this.#pending = { ...head, path: detached(head.path ?? ''), message: detached(head.message) };
      report.claim(line.number);
      return true;
    }
    const pending = this.#pending;
    if (!pending) {
      const finding = findingOf(OF_ONE_LINE, line);
      if (finding) report.diagnostic(finding);
      return finding ? 'told' : null;
    }
    if (line.number - pending.logLine < 2) return true;
    if (CARETS.test(line.text)) pending.column = line.text.indexOf('^') + 1;
    this.finish(report);
    return false;
  }

  finish(report: Report): void {
    if (this.#pending) report.diagnostic(this.#pending);
    this.#pending = null;
  }
}
