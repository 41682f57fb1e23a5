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

/** `In src/cart.cr:2:7`, and below it the source, its caret, and what is wrong; the last of several is the place. */
const IN = /^(?:In|error in|Error in) (?<path>[^\s:][^:]{0,400}\.(?:cr|ecr)):(?<line>\d{1,7})(?::(?<column>\d{1,7}))?$/;
const WRONG = /^(?:Error|Warning): (?<message>\S.*)$/;
const MAX_LINES_BETWEEN = 8;

/** The Crystal compiler. */
export const crystal: Matcher = {
  id: 'crystal',
  tool: 'crystal',
  cause: 'compile-error',
  hints: ['.cr:', '.ecr:'],
  createReader: createCrystalReader,
};

function createCrystalReader(): LineReader {
  let place: { path: string; line: number | null; column: number | null; logLine: number } | null = null;
  return {
    read(line, report) {
      const groups = IN.exec(line.text)?.groups;
      if (groups) {
        const { path = '', line: at, column } = groups;
        place = { path, line: numberOf(at), column: numberOf(column), logLine: line.number };
        report.claim(line.number);
        return true;
      }
      if (!place) return null;
      const message = WRONG.exec(line.text)?.groups?.['message'];
      if (message === undefined && line.number - place.logLine < MAX_LINES_BETWEEN) return true;
      if (message !== undefined) {
        const severity = line.text.startsWith('Warning') ? 'warning' : 'error';
        report.diagnostic({ ...place, severity, message });
        if (severity === 'error') report.highlight(place.logLine, line.number, 0.85);
      }
      place = null;
      return false;
    },
  };
}
