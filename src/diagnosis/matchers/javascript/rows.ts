import type { Report } from '../matcher.ts';

/** Linters that borrow ESLint's reporters are told by the files that they read. */
const OWNERS: ReadonlyMap<string, string> = new Map([
  ['.sol', 'solhint'],
  ['.html', 'htmlhint'],
  ['.htm', 'htmlhint'],
  ['.xhtml', 'htmlhint'],
  ['.xhtm', 'htmlhint'],
  ['.css', 'stylelint'],
  ['.scss', 'stylelint'],
  ['.sass', 'stylelint'],
  ['.less', 'stylelint'],
  ['.styl', 'stylelint'],
  ['.pcss', 'stylelint'],
]);

/** Who reads files with such a name, and names its rules so: Oxlint puts the plugin before the rule. */
export function linterOf(path: string | null, code: string | null): string {
  if (code !== null && /^\w[\w-]*\(/.test(code)) return 'oxlint';
  const extension = path === null ? '' : path.slice(path.lastIndexOf('.'));
  return OWNERS.get(extension) ?? 'eslint';
}

/** The nearest line above that has this form, over lines of other findings, up to a blank line. */
export function headingAbove(report: Report, heading: RegExp, mostLines: number): string | null {
  for (let distance = 1; distance <= mostLines; distance++) {
    const line = report.previous(distance);
    if (!line || line.text === '') return null;
    const path = heading.exec(line.text)?.groups?.['path'];
    if (path === undefined) continue;
    report.highlight(line.number, line.number, 0.5);
    return path;
  }
  return null;
}

/** Remembers the heading of a run of rows, so that a long table is not walked up for each of them. */
export class Headings {
  readonly #heading: RegExp;
  readonly #mostLines: number;
  #path: string | null = null;
  #lastRow = 0;

  /** @param heading has a group `path`. @param mostLines lines of one finding, at most. */
  constructor(heading: RegExp, mostLines: number) {
    this.#heading = heading;
    this.#mostLines = mostLines;
  }

  /** The path above a row; `null` when there is none, so that the row is somebody else's. */
  above(row: number, report: Report): string | null {
    if (row !== this.#lastRow + 1 || this.#path === null) this.#path = headingAbove(report, this.#heading, this.#mostLines);
    if (this.#path !== null) this.#lastRow = row;
    return this.#path;
  }
}
