import type { LineReader, Matcher } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

const REFORMAT = { expression: /^would reformat (?<path>\S.*)$/ } as const;
const CANNOT = { expression: /^error: cannot format (?<path>[^\s:][^:]*|[A-Za-z]:[^:]+): (?<message>.*)$/ } as const;
const PLACE = /^Cannot parse(?: for target version [^:]+)?: (?<line>\d{1,9}):(?<column>\d{1,9}): /;

/** black --check: a line a file. */
export const black: Matcher = {
  id: 'black',
  tool: 'black',
  cause: 'formatting',
  hints: ['would reformat ', 'error: cannot format '],
  createReader: createBlackReader,
};

function createBlackReader(): LineReader {
  return {
    read(line, report) {
      const reformat = findingOf(REFORMAT, line);
      if (reformat) {
        report.diagnostic({ ...reformat, message: 'would be reformatted' });
        return 'told';
      }
      const unread = findingOf(CANNOT, line);
      if (!unread) return null;
      const place = PLACE.exec(unread.message)?.groups;
      const at = place ? { line: Number(place['line']), column: Number(place['column']) } : {};
      report.diagnostic({ ...unread, ...at }, place ? 'compile-error' : undefined);
      return 'told';
    },
  };
}

/** isort --check-only: a line a file. */
export const isort: Matcher = {
  id: 'isort',
  tool: 'isort',
  cause: 'formatting',
  hints: ['imports are incorrectly sorted'],
  patterns: [
    {
      expression:
        /^ERROR: (?<path>\S.*?) (?<message>Imports are incorrectly sorted and\/or formatted\.|Imports are incorrectly sorted\.)$/,
    },
  ],
};
