import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf, severityOf } from '../matcher.ts';

const FILE = /^FILE: (?<path>\S.*)$/;
const ROW = /^ {1,6}(?<line>\d{1,7}) \| (?<severity>ERROR|WARNING) \| (?:\[[ x]\] )?(?<message>\S.*)$/;
const WRAPPED = /^ {2,8}\| {7,9}\| +(?<message>\S.*)$/;
/** `--report=emacs`; psalm's form has no blank before the severity. */
const EMACS =
  /^(?<path>\S[^:]*(?::[\\/][^:]*)?\.\w+):(?<line>\d{1,7}):(?<column>\d{1,7}): (?<severity>error|warning) - (?<message>\S.*)$/;
/** With `-s` the sniff's name stands behind the message. */
const SNIFF = /^(?<message>.*?) ?\((?<code>[A-Z]\w*(?:\.\w+){2,3})\)$/;

/** PHP_CodeSniffer: a table a file, or the emacs form. */
export const phpcs: Matcher = {
  id: 'phpcs',
  tool: 'phpcs',
  cause: 'lint',
  hints: ['FILE: ', ' | ERROR ', ' | WARNING ', ': error - ', ': warning - '],
  createReader: () => new PhpcsReader(),
};

interface Row {
  readonly path: string;
  readonly line: number | null;
  readonly column?: number | null;
  readonly severity: string;
  readonly logLine: number;
  message: string;
}

class PhpcsReader implements LineReader {
  #path: string | null = null;
  #row: Row | null = null;

  read(line: Line, report: Report): boolean | null {
    const wrapped = this.#row ? WRAPPED.exec(line.text)?.groups?.['message'] : undefined;
    if (wrapped !== undefined && this.#row) {
      this.#row.message += ` ${wrapped}`;
      return true;
    }
    this.#close(report);
    const file = FILE.exec(line.text)?.groups?.['path'];
    if (file !== undefined) this.#path = file;
    const groups = ROW.exec(line.text)?.groups ?? EMACS.exec(line.text)?.groups;
    const path = groups?.['path'] ?? this.#path;
    if (!groups) return file === undefined ? null : false;
    if (path === null) return false;
    const { severity = '', message = '' } = groups;
    const at = { path, line: numberOf(groups['line']), column: numberOf(groups['column']) };
    this.#row = { ...at, severity, message, logLine: line.number };
    return true;
  }

  finish(report: Report): void {
    this.#close(report);
  }

  #close(report: Report): void {
    const row = this.#row;
    this.#row = null;
    if (!row) return;
    const sniff = row.message.endsWith(')') ? SNIFF.exec(row.message)?.groups : undefined;
    const { message = row.message, code = null } = sniff ?? {};
    report.diagnostic({ ...row, severity: severityOf(row.severity), message, code });
  }
}
