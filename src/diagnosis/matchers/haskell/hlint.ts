import type { LineReader, Matcher } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

const HINT = {
  expression:
    /^(?<path>(?:[A-Za-z]:)?[^\s:][^:]{0,400}\.l?hs):(?:(?<line>\d{1,7}):(?<column>\d{1,7})(?:-(?<endColumn>\d{1,7}))?|\((?<startLine>\d{1,7}),(?<startColumn>\d{1,7})\)-\((?<endLine>\d{1,7}),(?<lastColumn>\d{1,7})\)): (?<severity>Error|Warning|Suggestion|Ignore): (?<message>[A-Z].*)$/,
};

/** HLint: a place and a hint in a few words; what was found and what may stand instead come below. Any hint fails the run. */
export const hlint: Matcher = {
  id: 'hlint',
  tool: 'hlint',
  cause: 'lint',
  hints: [': warning: ', ': suggestion: ', ': error: ', ': ignore: '],
  createReader: createHlintReader,
};

function createHlintReader(): LineReader {
  let open: { text: string; number: number } | null = null;
  return {
    read(line, report) {
      // GHC writes the same head; only a hint shows what it found.
      if (open && /^(?:Found:|Parse error)/.test(line.text)) {
        const place = HINT.expression.exec(open.text)?.groups;
        const finding = findingOf(HINT, { ...line, ...open });
        const ends = place?.['endLine'] === undefined ? {} : { endColumn: Number(place['lastColumn']) };
        const starts =
          place?.['startLine'] === undefined ? {} : { line: Number(place['startLine']), column: Number(place['startColumn']) };
        const severity = place?.['severity'] === 'Ignore' ? 'info' : 'error';
        if (finding) report.diagnostic({ ...finding, ...starts, ...ends, severity });
        report.highlight(open.number, line.number, 0.6);
      }
      open = HINT.expression.test(line.text) ? { text: line.text, number: line.number } : null;
      return open === null ? null : true;
    },
  };
}
