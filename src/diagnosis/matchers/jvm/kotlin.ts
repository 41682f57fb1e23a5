import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { firstFindingOf } from '../matcher.ts';

const FORMS = [
  // e: file:///work/src/Cart.kt:3:5 message, e: /work/src/Cart.kt:3:5: message
  {
    expression:
      /^(?:\[\S{10,40}\] )?(?<severity>[ew]): (?:file:\/\/)?(?<path>(?:\/?[A-Za-z]:)?[^:()]{1,500}\.kts?):(?<line>\d{1,7}):(?<column>\d{1,7}):? (?<message>\S.*)$/,
  },
  // e: /work/src/Cart.kt: (3, 5): message
  {
    expression:
      /^(?:\[\S{10,40}\] )?(?<severity>[ew]): (?:file:\/\/)?(?<path>(?:\/?[A-Za-z]:)?[^:()]{1,500}\.kts?): \((?<line>\d{1,7}), (?<column>\d{1,7})\): (?<message>\S.*)$/,
  },
  // Maven: [ERROR] /work/src/Cart.kt: (3, 5) message, [ERROR] /work/src/Cart.kt:[3,5] message
  {
    expression:
      /^\[(?<severity>ERROR|WARNING)\] (?:file:\/\/)?(?<path>(?:\/?[A-Za-z]:)?[^:()]{1,500}\.kts?):(?: \(|\[)(?<line>\d{1,7}), ?(?<column>\d{1,7})[)\]]:? (?<message>\S.*)$/,
  },
  // kotlinc: src/Cart.kt:3:5: error: message
  {
    expression:
      /^(?<path>(?:[A-Za-z]:)?[^\s:][^:]{0,500}\.kts?):(?<line>\d{1,7}):(?<column>\d{1,7}): (?<severity>error|warning): (?<message>\S.*)$/,
  },
];

/** kotlinc, alone or within Gradle or Maven. */
export const kotlin: Matcher = {
  id: 'kotlin',
  tool: 'kotlinc',
  cause: 'compile-error',
  hints: ['.kt:', '.kts:'],
  createReader: (): LineReader => ({ read: readLine }),
};

function readLine(line: Line, report: Report): Answer {
  const finding = firstFindingOf(FORMS, line);
  if (!finding) return null;
  const isWarning = /^(?:\[\S+\] )?w: /.test(line.text);
  report.diagnostic(isWarning ? { ...finding, severity: 'warning' } : finding);
  return 'told';
}
