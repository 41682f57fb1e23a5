import { detached } from '../../log/text.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf, severityOf } from '../matcher.ts';

/** `shop.f90:4:16:`, and of older versions `shop.f90:4.16:`. */
const PLACE =
  /^(?:\s*\[exec\] )?\s{0,4}(?!Included at )(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,500}\.(?:f|for|ftn|fpp|f\d\d|fi|inc)):(?<line>\d{1,7})(?:[:.](?<column>\d{1,7})(?:-\d{1,7})?)?:$/i;
const MESSAGE =
  /^(?:\s*\[exec\] )?\s{0,4}(?<severity>(?:Fatal |Internal )?Error|Warning)(?: \(\d+\))?: (?<message>\S.*?)(?: \[(?<code>-W[\w=-]+)\])?$/;
const OF_FRONTEND = /^(?:f951|gfortran): (?<severity>(?:Fatal )?Error|Warning): (?<message>\S.*)$/i;
/** What `(1)` in a message refers to: the number below the column that is meant, under the source. */
const POINTER = /^(?:\s*\[exec\] )?[\s|~^.-]{0,500}1[\s\d|~^.-]{0,500}$/;
const REFERS = /\(1\)/;
const INTERNAL = /^Internal Error at \(1\):$/;
/** The place, a blank line, two lines of source, and the message, which older versions wrap. */
const MAX_BLOCK_LINES = 10;

/** GNU Fortran: the place on a line of its own, the source, then the message. */
export const gfortran: Matcher = {
  id: 'gfortran',
  tool: 'gfortran',
  cause: 'compile-error',
  hints: ['.f90:', '.f:', '.for:', '.f95:', '.f03:', '.f08:', '.fpp:', '.f77:', '.ftn:', 'f951: ', 'gfortran: '],
  createReader: () => new GfortranReader(),
};

interface Place {
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly logLine: number;
}

class GfortranReader implements LineReader {
  #place: Place | null = null;
  /** Below the place, the source has been shown with the column that is meant. */
  #isPointedAt = false;

  read(line: Line, report: Report): Answer {
    const own = OF_FRONTEND.exec(line.text)?.groups;
    if (own) {
      this.#place = null;
      report.diagnostic({ severity: severityOf(own['severity'] ?? ''), message: own['message'] ?? '', logLine: line.number });
      return 'told';
    }
    const groups = PLACE.exec(line.text)?.groups;
    if (groups) {
      const { path = '', line: at, column } = groups;
      this.#place = { path: detached(path), line: numberOf(at), column: numberOf(column), logLine: line.number };
      this.#isPointedAt = false;
      return true;
    }
    const place = this.#place;
    if (!place) return null;
    const isInternal = INTERNAL.test(report.previous(1)?.text ?? '');
    const message = isInternal ? { severity: 'Internal Error', message: line.text } : MESSAGE.exec(line.text)?.groups;
    this.#isPointedAt ||= POINTER.test(line.text) && (report.previous(1)?.text ?? '').trim() !== '';
    const isWhole = this.#isPointedAt || !REFERS.test(message?.['message'] ?? '');
    if (message && isWhole) this.#found(place, message, line, report);
    if (message || line.number - place.logLine >= MAX_BLOCK_LINES) this.#place = null;
    return this.#place !== null;
  }

  #found(place: Place, groups: Record<string, string | undefined>, line: Line, report: Report): void {
    const { path, column } = place;
    const severity = severityOf(groups['severity'] ?? '');
    const cause = groups['severity'] === 'Internal Error' ? 'crash' : undefined;
    const found = { severity, code: groups['code'] ?? null, message: groups['message'] ?? '', logLine: line.number };
    report.diagnostic({ path, line: place.line, column, ...found }, cause);
    if (severity === 'error') report.highlight(place.logLine, line.number, 0.7);
  }
}
