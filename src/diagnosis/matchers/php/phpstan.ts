import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const HEADER = /^ {1,4}Line {2,6}(?<path>\S.*?)(?: \(in context of .*\))?$/;
const RULER = /^ {0,2}-{3,} -{3,}$/;
const ROW = /^ {1,4}(?<line>\d{1,7}|:) {2,8}(?<message>\S.*)$/;
const WRAPPED = /^ {6,12}(?<message>\S.*)$/;
const IDENTIFIER = /^(?:🪪|id:) +(?<code>[\w.]+)$/u;
const HINT = /^(?:💡|✏️|at )/u;
/** `--error-format=raw`: no blank behind the line, so the first word says whose it is. */
const RAW =
  /^(?<path>[^\s:][^:]*(?::[\\/][^:]*)?\.php):(?<line>\d{1,7}):(?<message>(?:Access|Anonymous|Argument|Array|Binary|Call|Cannot|Class|Comparison|Constant|Constructor|Dead|Default|Elseif|Expression|Function|If|Instanceof|Instantiated|Interface|Left|Match|Method|Negated|Offset|Only|Part|Parameter|PHPDoc|Property|Reflection|Result|Return|Right|Static|Strict|Syntax|Ternary|Trait|Undefined|Unreachable|Unsafe|Used|Variable|While) .*)$/;

/** PHPStan: a table a file (messages are wrapped), or the raw form. */
export const phpstan: Matcher = {
  id: 'phpstan',
  tool: 'phpstan',
  cause: 'lint',
  hints: [' line  ', '.php:'],
  createReader: () => new PhpstanReader(),
};

class PhpstanReader implements LineReader {
  #path: string | null = null;
  #rulers = 0;
  #row: { line: number | null; message: string; code: string | null; logLine: number } | null = null;

  read(line: Line, report: Report): Answer {
    const header = HEADER.exec(line.text)?.groups?.['path'];
    const above = header === undefined ? null : report.previous(1);
    if (header !== undefined && above && RULER.test(above.text)) {
      this.#path = header;
      this.#rulers = 0;
      return true;
    }
    if (this.#path !== null) return this.#readTable(line, this.#path, report);
    const raw = RAW.exec(line.text)?.groups;
    if (!raw) return header === undefined ? null : false;
    const { path = '', message = '' } = raw;
    report.diagnostic({ path, line: numberOf(raw['line']), message, logLine: line.number }, causeOf(message));
    return 'told';
  }

  finish(report: Report): void {
    if (this.#path !== null) this.#close(this.#path, report);
  }

  /** A ruler above the rows, and one below. */
  #readTable(line: Line, path: string, report: Report): boolean {
    if (RULER.test(line.text)) {
      this.#close(path, report);
      this.#rulers++;
      if (this.#rulers >= 2) this.#path = null;
      return this.#path !== null;
    }
    const row = ROW.exec(line.text)?.groups;
    const wrapped = row ? undefined : WRAPPED.exec(line.text)?.groups?.['message'];
    if (row) {
      this.#close(path, report);
      this.#row = { line: numberOf(row['line']), message: row['message'] ?? '', code: null, logLine: line.number };
    } else if (wrapped !== undefined && this.#row) {
      this.#continue(wrapped);
      report.highlight(line.number, line.number, 0.7);
    }
    return true;
  }

  #continue(text: string): void {
    const row = this.#row;
    if (!row) return;
    const code = IDENTIFIER.exec(text)?.groups?.['code'];
    if (code !== undefined) row.code = code;
    else if (!HINT.test(text)) row.message += ` ${text}`;
  }

  #close(path: string, report: Report): void {
    const row = this.#row;
    this.#row = null;
    if (row) report.diagnostic({ ...row, path }, causeOf(row.message));
  }
}

function causeOf(message: string): 'compile-error' | undefined {
  return message.startsWith('Syntax error, ') ? 'compile-error' : undefined;
}
