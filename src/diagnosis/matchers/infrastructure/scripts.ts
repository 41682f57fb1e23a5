import type { LineReader, Matcher } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** checkbashisms: `possible bashism in a.sh line 2 (echo -e):`, and the source on the next line. */
export const checkbashisms: Matcher = {
  id: 'checkbashisms',
  tool: 'checkbashisms',
  cause: 'lint',
  hints: ['possible bashism in '],
  patterns: [{ expression: /^(?<message>possible bashism in (?<path>\S.{0,400}) line (?<line>\d{1,7}) \(.*\)):$/ }],
};

const EC_PATH = /^(?<path>\S[^:]{0,400}):$/;
const EC_ROW = /^(?:\t| {4})(?:(?<line>\d{1,7})(?:-(?<endLine>\d{1,7}))?: )?(?<message>\S.*)$/;
/** The messages of its validators. */
const EC_MESSAGE =
  /^(?:Wrong (?:line ending|indent|amount|character encoding|indentation type)|Trailing whitespace|Line (?:too long|endings? )|Final newline expected|No final newline expected|Not all lines have the correct end of line character|Wrong indent|Only tabs allowed|spaces? instead|\d+ spaces? (?:left|over))/i;

/** editorconfig-checker: a path, and below it lines with what is wrong. */
export const editorconfigChecker: Matcher = {
  id: 'editorconfig-checker',
  tool: 'editorconfig-checker',
  cause: 'formatting',
  hints: [
    'wrong indent',
    'wrong amount',
    'wrong line ending',
    'trailing whitespace',
    'line too long',
    'final newline expected',
    'correct end of line character',
    'wrong character encoding',
  ],
  createReader: createEditorconfigReader,
};

function createEditorconfigReader(): LineReader {
  let path: string | null = null;
  let lastRow = 0;
  return {
    read(line, report) {
      const row = EC_ROW.exec(line.text)?.groups;
      const message = row?.['message'] ?? '';
      if (!row || !EC_MESSAGE.test(message)) return null;
      if (line.number !== lastRow + 1) path = EC_PATH.exec(report.previous(1)?.text ?? '')?.groups?.['path'] ?? null;
      if (path === null) return false;
      lastRow = line.number;
      const place = { line: numberOf(row['line']), endLine: numberOf(row['endLine']) };
      report.diagnostic({ path, ...place, message, logLine: line.number });
      return false;
    },
  };
}
