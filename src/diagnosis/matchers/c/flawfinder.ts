import { detached } from '../../log/text.ts';
import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';
import { DRIVE } from './forms.ts';

const HEAD = {
  expression: new RegExp(
    `^(?<path>${DRIVE}[^\\s:][^:]{0,500}):(?<line>\\d{1,7}):(?:(?<column>\\d{1,7}):)?  \\[[0-5]\\] \\([a-z0-9]{1,20}\\) (?<code>[\\w:]{1,80}):(?: ?(?<message>\\S.*))?$`,
  ),
};
const BELOW = /^ {2}(?<text>\S.*)$/;
const MAX_LINES = 8;

/** Flawfinder: the place with level and function, then the message, wrapped and indented, or on the same line. */
export const flawfinder: Matcher = {
  id: 'flawfinder',
  tool: 'flawfinder',
  cause: 'lint',
  hints: [':  ['],
  createReader: () => new FlawfinderReader(),
};

class FlawfinderReader implements LineReader {
  #open: Finding | null = null;

  read(line: Line, report: Report): Answer {
    const open = this.#open;
    const more = open && line.number - open.logLine <= MAX_LINES ? BELOW.exec(line.text)?.groups?.['text'] : undefined;
    if (open && more !== undefined) {
      this.#open = { ...open, message: `${open.message} ${detached(more)}`.trim() };
      return true;
    }
    this.finish(report);
    const groups = HEAD.expression.exec(line.text)?.groups;
    const finding = groups ? findingOf(HEAD, line) : null;
    if (!finding) return null;
    this.#open = {
      ...finding,
      path: detached(finding.path ?? ''),
      message: detached(groups?.['message']?.trim() ?? ''),
      severity: 'warning',
    };
    report.claim(line.number);
    return true;
  }

  finish(report: Report): void {
    if (this.#open) report.diagnostic(this.#open);
    this.#open = null;
  }
}
