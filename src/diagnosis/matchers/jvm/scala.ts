import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { firstFindingOf } from '../matcher.ts';

const SBT_LEVEL = /^\[(?<level>error|warn|info)\](?: \[E\d+\])? ?/;

const FORMS = [
  // scalac: Cart.scala:6: error: message; 2.13 and later with a column
  {
    expression:
      /^(?<path>(?:[A-Za-z]:)?[^\s:][^:]{0,500}\.(?:scala|sbt|sc)):(?<line>\d{1,7}):(?:(?<column>\d{1,7}):)? (?<severity>error|warning): (?<message>\S.*)$/,
  },
  // sbt and Maven: [error] /work/src/Cart.scala:6:3: message
  {
    expression:
      /^\[(?<severity>error|warn|ERROR|WARNING)\] (?<path>(?:[A-Za-z]:)?[^\s:][^:]{0,500}\.(?:scala|sbt|sc)):(?:(?<line>\d{1,7}):)?(?:(?<column>\d{1,7}):)? (?:error: |warning: )?(?<message>\S.*)$/,
  },
  // Scala 3: -- [E007] Type Mismatch Error: src/Cart.scala:6:3 ---
  {
    expression:
      /^(?:\[(?:error|warn)\] )?-- (?:\[(?<code>E\d{3})\] )?(?<message>[\w ]*?(?<severity>Error|Warning)): (?<path>[^\s:][^:]{0,500}\.(?:scala|sc)):(?<line>\d{1,7}):(?<column>\d{1,7}) ?-*$/,
  },
];
const MAX_BLOCK_LINES = 8;

/** scalac, alone or within sbt or Maven. */
export const scala: Matcher = {
  id: 'scala',
  tool: 'scalac',
  cause: 'compile-error',
  hints: ['.scala:', '.sbt:', '.sc:'],
  createReader: () => new ScalaReader(),
};

class ScalaReader implements LineReader {
  /** Waits for the caret, which says the column where the head does not. */
  #pending: Finding | null = null;

  read(line: Line, report: Report): Answer {
    const found = firstFindingOf(FORMS, line);
    if (found) {
      this.#flush(report);
      this.#pending = found;
      report.claim(line.number);
      return true;
    }
    const pending = this.#pending;
    if (!pending) return null;
    const text = line.text.replace(SBT_LEVEL, '');
    if (/^\s+(?:found|required) *:/.test(text)) pending.message += ` ${text.trim().replace(/\s+/g, ' ')}`;
    const isCaret = /^[\s|]*\^+$/.test(text);
    if (isCaret) {
      pending.column ??= text.indexOf('^') + 1;
      if (pending.severity === 'error') report.highlight(pending.logLine, line.number, 0.8);
    }
    const isOver = isCaret || line.number - pending.logLine >= MAX_BLOCK_LINES;
    if (!isOver) return true;
    this.#flush(report);
    return false;
  }

  finish(report: Report): void {
    this.#flush(report);
  }

  #flush(report: Report): void {
    if (this.#pending) report.diagnostic(this.#pending);
    this.#pending = null;
  }
}
