import { Headings } from '../javascript/rows.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

const FILE = /^\s*File: (?<path>\S.*)$/;
const VIOLATION = {
  expression:
    /^\s*Violation: Rule=(?<code>\w{1,80}) P=(?<severity>[1-4]) Line=(?<line>\d{1,7})?(?: Msg=\[(?<message>.*?)\])?(?: Src=\[.*)?$/,
};
const MOST_LINES = 3;

/** CodeNarc's text report: `File: src/Cart.groovy`, and below it a line for each violation. */
export const codenarc: Matcher = {
  id: 'codenarc',
  tool: 'codenarc',
  cause: 'lint',
  hints: ['Violation: Rule='],
  createReader: () => new CodenarcReader(),
};

class CodenarcReader implements LineReader {
  readonly #headings = new Headings(FILE, MOST_LINES);

  read(line: Line, report: Report): Answer {
    const finding = findingOf(VIOLATION, line);
    if (!finding) return null;
    const priority = VIOLATION.expression.exec(line.text)?.groups?.['severity'] ?? '2';
    const path = this.#headings.above(line.number, report);
    const isTold = VIOLATION.expression.exec(line.text)?.groups?.['message'] !== undefined;
    const message = isTold ? finding.message : (finding.code ?? '');
    report.diagnostic({ ...finding, path, message, severity: priority === '1' ? 'error' : 'warning' });
    return false;
  }
}
