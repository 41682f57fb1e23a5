import type { Finding, Line, LineReader, Matcher, Report } from '../../matcher.ts';
import { findingOf } from '../../matcher.ts';
import { detached } from '../../text.ts';

const LEVEL = '(?<severity>remark|warning|error|(?:catastrophic|fatal|internal|command-line) error|[Ee]rror|[Ww]arning)';
const FORMS = [
  // Analog Devices: "a.c", line 12 (col. 4): cc0188: {D} warning: …; its driver and Wind River's name the tool
  new RegExp(
    `^(?:\\w{1,20}: )?"(?<path>[^"]{1,500})", line (?<line>\\d{1,7})(?: \\(col\\. (?<column>\\d{1,7})\\))?: (?<code>[a-z]{2}\\d{4}): (?:\\{[A-Z]\\} )?${LEVEL}: *(?<message>.*)$`,
  ),
  // Diab, HP: "a.c", line 12: warning (dcc:1234): …; cc: "a.c", line 12: error 1000: …
  new RegExp(
    `^(?:\\w{1,20}: )?"(?<path>[^"]{1,500})", line (?<line>\\d{1,7}): ${LEVEL} (?:\\((?<code>\\w{1,10}:\\d{1,5})\\)|(?<code>\\d{1,5})): *(?<message>.*)$`,
  ),
  // CoolFlux, and others of the same make: Warning in "a.c", line 12, column 4: …
  new RegExp(
    `^(?:\\w{1,20}: )?${LEVEL} in "(?<path>[^"]{1,500})", line (?<line>\\d{1,7})(?:, column (?<column>\\d{1,7}))?: *(?<message>.*)$`,
  ),
  // HP's C++: Error 422: "a.C", line 5 # …
  /^(?<severity>Error|Warning)(?: \(future\))? (?<code>\d{1,5}): "(?<path>[^"]{1,500})", line (?<line>\d{1,7}) # *(?<message>.*)$/,
  // "a.c", line 12: error #20: …; "a.c", line 12 (col. 4): …; "a.c", line 12: error:  #20: …
  new RegExp(
    `^"(?<path>[^"]{1,500})", line (?<line>\\d{1,7})(?: \\*?\\(col\\. (?<column>\\d{1,7})\\)\\*?)?: ${LEVEL}(?:: {1,2}#| #)?(?<code>(?<=#)\\d{1,5}(?:-D)?)?: *(?<message>.*)$`,
  ),
  // IAR: "a.c",12 Error[Pe020]: …
  /^"(?<path>[^"]{1,500})",(?<line>\d{1,7}) {1,2}(?<severity>Fatal error|Error|Warning|Remark)\[(?<code>[A-Z][a-z]\d{3,4})\]: *(?<message>.*)$/,
  // TI's assembler: "a.asm", ERROR! at line 5: [E0002] …
  /^"(?<path>[^"]{1,500})", (?<severity>ERROR|WARNING|REMARK)! {1,4}at line (?<line>\d{1,7}): *(?:\[(?<code>[A-Z]\d{4})\] *)?(?<message>.*)$/,
].map((expression) => ({ expression }));

/**
 * Compilers with EDG's front end, which many makers of embedded compilers use (Arm 5, Green Hills, TI, IAR):
 * the path in quotes, then the line.
 */
export const edg: Matcher = {
  id: 'edg',
  tool: 'edg',
  cause: 'compile-error',
  hints: ['", line ', '" line ', ' error[', ' warning[', ' remark[', '! at line ', '!   at line '],
  createReader: () => new EdgReader(),
};

/** IAR and Green Hills begin a long message on the line after the place, or wrap it: the rest is indented deeply. */
const CONTINUATION = /^ {6,}(?<text>[^\s^].*)$/;
const BEGINNING = /^ {4,}(?<text>\S.*)$/;
const MAX_CONTINUATION_LINES = 4;

class EdgReader implements LineReader {
  #open: { finding: Finding; lines: number } | null = null;

  read(line: Line, report: Report): boolean {
    const form = this.#open?.finding.message === '' ? BEGINNING : CONTINUATION;
    const more = this.#open === null ? undefined : form.exec(line.text)?.groups?.['text'];
    if (this.#open && more !== undefined && this.#open.lines < MAX_CONTINUATION_LINES) {
      const { finding, lines } = this.#open;
      this.#open = { finding: { ...finding, message: `${finding.message} ${detached(more)}`.trim() }, lines: lines + 1 };
      return true;
    }
    this.finish(report);
    const finding = findingOfForms(line);
    if (!finding) return false;
    this.#open = { finding, lines: 0 };
    report.claim(line.number);
    return true;
  }

  finish(report: Report): void {
    if (this.#open && this.#open.finding.message !== '') report.diagnostic(this.#open.finding);
    this.#open = null;
  }
}

function findingOfForms(line: Line): Finding | null {
  for (const form of FORMS) {
    const finding = findingOf(form, line);
    // Kept until the message has been read whole: it must not hold on to the log.
    if (finding) {
      return {
        ...finding,
        path: detached(finding.path ?? ''),
        code: finding.code === null ? null : detached(finding.code ?? ''),
        message: detached(finding.message),
      };
    }
  }
  return null;
}
