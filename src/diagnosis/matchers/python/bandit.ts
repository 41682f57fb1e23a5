import type { Severity } from '../../types.ts';
import type { LineReader, Matcher } from '../matcher.ts';
import { findingOf, numberOf } from '../matcher.ts';

const ISSUE = /^>> Issue: \[(?<code>B\d{3}):[^\]]*\] (?<message>.*)$/;
const SEVERITY = /^\s+Severity: (?<severity>\w+) /;
const LOCATION = /^\s+Location: (?<path>[^\s:][^:]*|[A-Za-z]:[^:]+):(?<line>\d{1,9})(?::(?<column>\d{1,9}))?$/;
/** `--format custom` without a template of one's own. */
const CUSTOM = {
  expression:
    /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,400}):(?<line>\d{1,9}): (?<code>B\d{3})\[bandit\]: (?<severity>LOW|MEDIUM|HIGH): (?<message>\S.*)$/,
};
const SEVERITIES: Readonly<Record<string, Severity>> = { Low: 'info', Medium: 'warning' };

/** bandit: a block an issue, of low, medium or high severity. */
export const bandit: Matcher = {
  id: 'bandit',
  tool: 'bandit',
  cause: 'lint',
  hints: ['>> issue: [', '[bandit]: '],
  createReader: createBanditReader,
};

function createBanditReader(): LineReader {
  let issue: { code: string | null; message: string; logLine: number; severity: Severity } | null = null;
  return {
    read(line, report) {
      const custom = findingOf(CUSTOM, line);
      if (custom) {
        const word = CUSTOM.expression.exec(line.text)?.groups?.['severity'] ?? '';
        report.diagnostic({ ...custom, severity: word === 'HIGH' ? 'error' : word === 'LOW' ? 'info' : 'warning' });
        return 'told';
      }
      const opened = ISSUE.exec(line.text)?.groups;
      if (opened) {
        issue = { code: opened['code'] ?? null, message: opened['message'] ?? '', logLine: line.number, severity: 'error' };
        return true;
      }
      if (!issue) return null;
      const severity = SEVERITY.exec(line.text)?.groups?.['severity'];
      if (severity !== undefined) issue.severity = SEVERITIES[severity] ?? 'error';
      const place = LOCATION.exec(line.text)?.groups;
      if (!place) return line.number - issue.logLine < 8;
      report.diagnostic({
        ...issue,
        path: place['path'] ?? null,
        line: numberOf(place['line']),
        column: numberOf(place['column']),
      });
      issue = null;
      return false;
    },
  };
}
