import { detached } from '../../log/text.ts';
import { levelOf } from '../languages/form.ts';
import type { Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

const LEVEL = '(?<severity>remark|info|warning|error|(?:catastrophic|fatal|internal|command-line) error|[Ee]rror|[Ww]arning)';
/** HP: cc: "a.c", line 12: error 1000: … */
const OF_HP = new RegExp(
  `^(?:\\w{1,20}: )?"(?<path>[^"]{1,500})", line (?<line>\\d{1,7}): ${LEVEL} (?<code>\\d{1,5}): *(?<message>.*)$`,
);
/** Ordered: the first that fits decides. */
const QUOTED = [
  // Analog Devices: "a.c", line 12 (col. 4): cc0188: {D} warning: …
  new RegExp(
    `^"(?<path>[^"]{1,500})", line (?<line>\\d{1,7})(?: \\(col\\. (?<column>\\d{1,7})\\))?: (?<code>[a-z]{2}\\d{4}): {1,2}(?:\\{[A-Z]\\} )?${LEVEL}: *(?<message>.*)$`,
  ),
  // Diab: "a.c", line 12: warning (dcc:1234): …
  new RegExp(`^"(?<path>[^"]{1,500})", line (?<line>\\d{1,7}): ${LEVEL} \\((?<code>\\w{1,10}:\\d{1,5})\\): *(?<message>.*)$`),
  OF_HP,
  // TI's older compilers, with the severity in the code: "a.c", line 12: [E0300] …
  /^"(?<path>[^"]{1,500})", line (?<line>\d{1,7}): \[(?=(?<severity>W)?)(?<code>[EWFI]\d{3,4})\] *(?<message>.*)$/,
  // IAR's checker C-STAT: "a.c",2 Severity-High[SPC-uninit-var-some]:Variable `i' may be uninitialized.
  /^"(?<path>[^"]{1,500})",(?<line>\d{1,7}) {1,2}(?<severity>Severity-(?:High|Medium|Low))\[(?<code>[\w.-]{1,60})\]: *(?<message>.*)$/,
  // "a.c", line 12: error #20: …; "a.c", line 12 (col. 4): …; "a.c", line 12: error:  #20: …
  new RegExp(
    `^"(?<path>[^"]{1,500})", line (?<line>\\d{1,7})(?: \\*?\\(col\\. (?<column>\\d{1,7})\\)\\*?)?: ${LEVEL}(?:: {1,2}#| #)?(?<code>(?<=#)\\d{1,5}(?:-D)?)?: *(?<message>.*)$`,
  ),
  // Sun's C names the severity of warnings only: "a.c", line 12: undefined symbol: total
  /^"(?<path>[^"]{1,500}\.[ch])", line (?<line>\d{1,7}): (?!(?:[\w-]{1,15} )?(?:error|warning|remark|info|note)\b)(?<message>[a-z].*)$/i,
  // IAR: "a.c",12 Error[Pe020]: …
  /^"(?<path>[^"]{1,500})",(?<line>\d{1,7}) {1,2}(?<severity>Fatal error|Error|Warning|Remark)\[(?<code>[A-Z][a-z]\d{3,4})\]: *(?<message>.*)$/,
  // TI's assembler: "a.asm", ERROR! at line 5: [E0002] …
  /^"(?<path>[^"]{1,500})", (?<severity>ERROR|WARNING|REMARK)! {1,4}at line (?<line>\d{1,7}): *(?:\[(?<code>[A-Z]\d{4})\] *)?(?<message>.*)$/,
].map((expression) => ({ expression }));
const WORDED = [
  OF_HP,
  // HP's C++: Error 422: "a.C", line 5 # …
  /^(?<severity>Error|Warning)(?: \(future\))? (?<code>\d{1,5}): "(?<path>[^"]{1,500})", line (?<line>\d{1,7}) # *(?<message>.*)$/,
  // TI's linker, of no place: error #10234-D: unresolved symbols remain; before it had numbers only by its words
  /^(?<severity>error|warning|remark) #(?<code>\d{5}(?:-D)?): (?<message>\S.*)$/,
  /^(?<severity>error|warning): (?<message>unresolved symbols remain|errors encountered during linking;.*|symbol ["'][^"']{1,300}["'] (?:redeclared|redefined|referenced) .*)$/,
].map((expression) => ({ expression }));

/**
 * Compilers with EDG's front end, which many makers of embedded compilers use (Arm 5, Green Hills, TI, IAR):
 * the path in quotes, then the line.
 */
export const edg: Matcher = {
  id: 'edg',
  tool: 'edg',
  cause: 'compile-error',
  hints: [
    ' severity-',
    '", line ',
    '" line ',
    ' error[',
    ' warning[',
    ' remark[',
    '! at line ',
    '!   at line ',
    ' #10',
    ' symbols remain',
    ' during linking;',
    ' redeclared ',
  ],
  createReader: () => new EdgReader(),
};

/** IAR and Green Hills begin a long message on the line after the place, or wrap it: the rest is indented deeply. */
const CONTINUATION = /^(?<indent> {6,})(?<text>[^\s^].*)$/;
const BEGINNING = /^(?<indent> {4,})(?<text>\S.*)$/;
const CARET = /^\s*\^\s*$/;
const MAX_CONTINUATION_LINES = 4;

interface Open {
  readonly finding: Finding;
  /** What stands below the place: the rest of the message, and perhaps the source that is meant. */
  readonly below: string[];
  /** All lines of a message are indented alike. */
  indent: string | null;
}

class EdgReader implements LineReader {
  #open: Open | null = null;

  read(line: Line, report: Report): boolean | null {
    if (this.#open && this.#takes(this.#open, line.text)) return true;
    // The line above a caret is source.
    if (CARET.test(line.text)) this.#open?.below.pop();
    this.finish(report);
    const finding = findingOfForms(line);
    if (!finding) return null;
    this.#open = { finding, below: [], indent: null };
    report.claim(line.number);
    return true;
  }

  finish(report: Report): void {
    const open = this.#open;
    this.#open = null;
    if (!open) return;
    const message = [open.finding.message, ...open.below].join(' ').trim();
    if (message !== '') report.diagnostic({ ...open.finding, message });
  }

  #takes(open: Open, text: string): boolean {
    const form = open.finding.message === '' && open.below.length === 0 ? BEGINNING : CONTINUATION;
    const groups = form.exec(text)?.groups;
    if (!groups || open.below.length >= MAX_CONTINUATION_LINES) return false;
    const indent = groups['indent'] ?? '';
    if (open.indent !== null && indent.length !== open.indent.length) return false;
    open.indent = detached(indent);
    open.below.push(detached(groups['text'] ?? ''));
    return true;
  }
}

function findingOfForms(line: Line): Finding | null {
  for (const form of line.text.startsWith('"') ? QUOTED : WORDED) {
    const finding = findingOf(form, line);
    // Kept until the message has been read whole: it must not hold on to the log.
    if (finding) {
      return {
        ...finding,
        severity: levelOf(form.expression.exec(line.text)?.groups?.['severity'] ?? 'error'),
        path: finding.path === null ? null : detached(finding.path ?? ''),
        code: finding.code === null ? null : detached(finding.code ?? ''),
        message: detached(finding.message),
      };
    }
  }
  return null;
}
