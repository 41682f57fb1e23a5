import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf, numberOf, severityOf } from '../matcher.ts';

/** cspell: `a.md:1:5 - Unknown word (teh) -- …`. */
export const cspell: Matcher = {
  id: 'cspell',
  tool: 'cspell',
  cause: 'lint',
  hints: [' - unknown word (', ' - forbidden word (', ' - misspelled word '],
  patterns: [
    {
      expression:
        /^(?:\d{1,6}\/\d{1,6} )?(?<path>[^\s:][^:]{0,400}):(?<line>\d{1,9}):(?<column>\d{1,9}) - (?<message>(?:Unknown|Forbidden|Misspelled) word \([^)]{1,200}\)(?: (?:fix|Suggestions): [[(].*)?)/,
    },
  ],
};

/** proselint: `a.md:1:5: lexical_illusions.misc There's a lexical illusion …`. */
export const proselint: Matcher = {
  id: 'proselint',
  tool: 'proselint',
  cause: 'lint',
  hints: ['.md:', '.txt:', '.rst:', '.tex:', '.adoc:', '-:'],
  patterns: [
    {
      expression:
        /^(?<path>[^\s:][^:]{0,400}):(?<line>\d{1,9}):(?<column>\d{1,9}): (?<code>[a-z_]{3,40}(?:\.[a-z_\d]{2,60}){1,3}) (?<message>[A-Z'"«“].*)$/,
      severity: 'warning',
    },
  ],
};

const VALE_PATH = /^ (?<path>\S.{0,400})$/;
const VALE_ROW = /^ (?<line>\d{1,9}):(?<column>\d{1,9}) {1,8}(?<severity>error|warning|suggestion) {1,12}(?<rest>\S.*)$/;
const VALE_MORE = /^ {14,40}(?<message>\S.*)$/;
const VALE_CHECK = /^(?<message>.*?\S) {1,60}(?<code>[A-Za-z][\w-]*\.[A-Z]\w*)$/;
const VALE_LINE = {
  expression:
    /^(?<path>[^\s:][^:]{0,400}\.\w{1,8}):(?<line>\d{1,9}):(?<column>\d{1,9}):(?<code>[A-Za-z][\w-]{1,60}\.[A-Z]\w{1,60}):(?<message>\S.*)$/,
  severity: 'warning',
} as const;

/** Vale: a path, and below it a table whose messages are wrapped; `--output=line` has one line for each. */
export const vale: Matcher = {
  id: 'vale',
  tool: 'vale',
  cause: 'lint',
  hints: [' error      ', ' warning    ', ' suggestion ', '.md:', '.adoc:', '.rst:', '.mdx:', '.html:', '.txt:'],
  createReader: () => new ValeReader(),
};

interface ValeRow {
  readonly path: string;
  readonly groups: Record<string, string>;
  readonly logLine: number;
  code: string | null;
  message: string;
}

class ValeReader implements LineReader {
  #row: ValeRow | null = null;
  #path: string | null = null;
  #lastLine = 0;

  read(line: Line, report: Report): Answer {
    const groups = VALE_ROW.exec(line.text)?.groups;
    if (!groups) return this.#continue(line, report);
    this.#tell(report);
    if (line.number !== this.#lastLine + 1) this.#path = VALE_PATH.exec(report.previous(1)?.text ?? '')?.groups?.['path'] ?? null;
    this.#lastLine = line.number;
    const path = this.#path;
    if (path === null) return false;
    const { message = groups['rest'] ?? '', code = null } = VALE_CHECK.exec(groups['rest'] ?? '')?.groups ?? {};
    this.#row = { path, groups, logLine: line.number, message, code };
    return true;
  }

  finish(report: Report): void {
    this.#tell(report);
  }

  /** The table wraps its columns: message and rule may go on below. */
  #continue(line: Line, report: Report): Answer {
    const row = this.#row;
    const more = row && line.number === this.#lastLine + 1 ? VALE_MORE.exec(line.text)?.groups?.['message'] : undefined;
    if (!row || more === undefined) {
      this.#tell(report);
      const single = findingOf(VALE_LINE, line);
      if (!single) return null;
      if (report.isClaimed(line.number)) return false;
      report.diagnostic(single);
      return 'told';
    }
    this.#lastLine = line.number;
    row.message += ` ${more}`;
    return true;
  }

  #tell(report: Report): void {
    const row = this.#row;
    this.#row = null;
    if (!row) return;
    const { path, groups, logLine, message, code } = row;
    const place = { path, line: numberOf(groups['line']), column: numberOf(groups['column']) };
    report.diagnostic({ ...place, severity: severityOf(groups['severity'] ?? ''), code, message, logLine });
  }
}
