import type { Severity } from '../../types.ts';
import type { LineReader, Matcher } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const ISSUE = /^>> Issue: \[(?<code>B\d{3}):[^\]]*\] (?<message>.*)$/;
const SEVERITY = /^\s+Severity: (?<severity>\w+) /;
const LOCATION = /^\s+Location: (?<path>[^\s:][^:]*|[A-Za-z]:[^:]+):(?<line>\d{1,9})(?::(?<column>\d{1,9}))?$/;
const SEVERITIES: Readonly<Record<string, Severity>> = { Low: 'info', Medium: 'warning' };

/** bandit: a block an issue, of low, medium or high severity. */
export const bandit: Matcher = {
  id: 'bandit',
  tool: 'bandit',
  cause: 'lint',
  hints: ['>> issue: ['],
  createReader: createBanditReader,
};

function createBanditReader(): LineReader {
  let issue: { code: string | null; message: string; logLine: number; severity: Severity } | null = null;
  return {
    read(line, report) {
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
