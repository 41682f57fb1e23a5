import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const FILE = /^== \[(?<path>[^\]]{1,400})\] (?<outcome>PASS|FAIL)$/;
const ROW =
  /^L: {1,6}(?<line>\d{1,7}) \| P: {1,6}(?<column>\d{1,7}) \| {1,4}(?<code>[A-Z]{1,4}\d{2,3}|PRS|TMP|LXR) \| (?<message>\S.*)$/;
const MORE = /^ {10,30}\| (?<message>\S.*)$/;
/** Since 2.0 the rule's name stands at the end. */
const NAME = / \[[a-z_]+\.[a-z_]+\]$/;

/** SQLFluff: `== [a.sql] FAIL`, and below it rows with line, position, rule and a message that may be wrapped. */
export const sqlfluff: Matcher = {
  id: 'sqlfluff',
  tool: 'sqlfluff',
  cause: 'lint',
  hints: ['== [', ' | p: '],
  createReader: () => new SqlfluffReader(),
};

class SqlfluffReader implements LineReader {
  #path: string | null = null;
  #row: { groups: Record<string, string>; message: string; path: string; logLine: number } | null = null;

  read(line: Line, report: Report): boolean | null {
    const more = this.#row ? MORE.exec(line.text)?.groups?.['message'] : undefined;
    if (this.#row && more !== undefined) {
      this.#row.message += ` ${more}`;
      return true;
    }
    this.#tell(report);
    const file = FILE.exec(line.text)?.groups?.['path'];
    if (file !== undefined) {
      this.#path = file;
      return false;
    }
    const groups = ROW.exec(line.text)?.groups;
    if (!groups) return null;
    if (this.#path === null) return false;
    this.#row = { groups, message: groups['message'] ?? '', path: this.#path, logLine: line.number };
    return true;
  }

  finish(report: Report): void {
    this.#tell(report);
  }

  #tell(report: Report): void {
    const row = this.#row;
    this.#row = null;
    if (!row) return;
    const { path, groups, logLine } = row;
    const message = row.message.replace(NAME, '');
    const place = { path, line: numberOf(groups['line']), column: numberOf(groups['column']) };
    report.diagnostic(
      { ...place, code: groups['code'] ?? null, message, logLine },
      groups['code'] === 'PRS' ? 'compile-error' : undefined,
    );
  }
}
