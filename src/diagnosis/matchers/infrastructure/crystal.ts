import type { Severity } from '../../types.ts';
import type { LineReader, Matcher } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const PLACE = /^(?<path>[^\s:][^:]{0,400}\.cr):(?<line>\d{1,7}):(?<column>\d{1,7})(?: \[Correctable\])?$/;
const ISSUE = /^\[(?<letter>[EWC])\] (?<code>[A-Z]\w+\/[A-Z]\w+): (?<message>\S.*)$/;
const SEVERITIES: Readonly<Record<string, Severity>> = { W: 'warning', C: 'info' };

/** Ameba, of Crystal: a place, and the issue on the next line. */
export const ameba: Matcher = {
  id: 'ameba',
  tool: 'ameba',
  cause: 'lint',
  hints: ['[e] ', '[w] ', '[c] '],
  createReader: createAmebaReader,
};

function createAmebaReader(): LineReader {
  return {
    read(line, report) {
      const issue = ISSUE.exec(line.text)?.groups;
      if (!issue) return null;
      const above = report.previous(1);
      const place = above ? PLACE.exec(above.text)?.groups : undefined;
      if (!above || !place) return false;
      report.diagnostic({
        path: place['path'] ?? null,
        line: numberOf(place['line']),
        column: numberOf(place['column']),
        severity: SEVERITIES[issue['letter'] ?? ''] ?? 'error',
        code: issue['code'] ?? null,
        message: issue['message'] ?? '',
        logLine: above.number,
      });
      return false;
    },
  };
}
