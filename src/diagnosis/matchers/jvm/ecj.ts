import { detached } from '../../log/text.ts';
import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

const PREFIX = /^\s*\[(?:javac|ecj|ERROR|WARNING|INFO)\] ?/;
const HEAD = {
  expression: /^\d{1,7}\. (?<severity>ERROR|WARNING|INFO) in (?<path>\S.{0,500}?) \(at line (?<line>\d{1,7})\)(?<message>)$/,
};
const RULER = /^-{10,}$/;
const CARETS = /^(?<part>\s*\^+)$/;

/** Between the head and the carets stand the lines of the source that are meant. */
const MAX_BLOCK_LINES = 20;

/** Eclipse's compiler: `1. ERROR in Cart.java (at line 8)`, the source, carets, and the message below. */
export const ecj: Matcher = {
  id: 'ecj',
  tool: 'ecj',
  cause: 'compile-error',
  hints: ['. ERROR in ', '. WARNING in ', '. INFO in '],
  createReader: () => new EcjReader(),
};

class EcjReader implements LineReader {
  #pending: Finding | null = null;
  #hasCarets = false;

  read(line: Line, report: Report): Answer {
    const text = line.text.replace(PREFIX, '');
    const head = text.includes(' (at line ') ? findingOf(HEAD, { ...line, text }) : null;
    if (head) {
      this.#flush(report);
      this.#pending = head;
      this.#hasCarets = false;
      report.claim(line.number);
      return true;
    }
    const pending = this.#pending;
    if (!pending) return null;
    if (RULER.test(text) || line.number - pending.logLine > MAX_BLOCK_LINES) {
      this.#flush(report);
      return false;
    }
    if (this.#hasCarets) pending.message = pending.message === '' ? text.trim() : `${pending.message} ${text.trim()}`;
    const part = CARETS.exec(text)?.groups?.['part'];
    // The source is shown without its indentation, so the carets say no column, but they tell parts of a line apart.
    if (part !== undefined && !this.#hasCarets) this.#pending = { ...pending, part: detached(part) };
    this.#hasCarets ||= part !== undefined;
    if (pending.severity === 'error') report.highlight(line.number, line.number, 0.8);
    return true;
  }

  finish(report: Report): void {
    this.#flush(report);
  }

  #flush(report: Report): void {
    if (this.#pending && this.#pending.message !== '') report.diagnostic(this.#pending);
    this.#pending = null;
  }
}
