import type { LineReader, Matcher } from '../../matcher.ts';
import { numberOf } from '../../matcher.ts';

/** `Dockerfile:3 DL3008 warning: Pin versions …`; before 2.0 without the severity. */
export const hadolint: Matcher = {
  id: 'hadolint',
  tool: 'hadolint',
  cause: 'lint',
  hints: [' dl1', ' dl3', ' dl4', ' sc1', ' sc2', ' sc3'],
  patterns: [
    {
      expression:
        /^(?<path>[^\s:][^:]{0,400}):(?<line>\d+) (?<code>(?:DL|SC)\d{4}) (?:(?<severity>error|warning|info|style): )?(?<message>\S.*)$/,
      severity: 'warning',
    },
  ],
};

const PLACE = /^Line (?<line>\d{1,7}): -> /;
const RULE = /^(?<severity>ERROR|WARNING|INFO): (?<message>.*?)\.?\s*$/;

/** dockerfile_lint: a line of the Dockerfile, and below it what is wrong with it. */
export const dockerfileLint: Matcher = {
  id: 'dockerfile-lint',
  tool: 'dockerfile_lint',
  cause: 'lint',
  hints: ['# analyzing dockerfile', '---errors---', '---warning', '---info---', ': -> '],
  createReader: createDockerfileLintReader,
};

function createDockerfileLintReader(): LineReader {
  let isOpen = false;
  let place: number | null = null;
  return {
    read(line, report) {
      if (/^# Analyzing /.test(line.text)) isOpen = true;
      if (!isOpen) return false;
      const found = PLACE.exec(line.text)?.groups;
      if (found) {
        place = numberOf(found['line']);
        return true;
      }
      const rule = RULE.exec(line.text)?.groups;
      if (!rule) return true;
      const word = rule['severity'] ?? '';
      const severity = word === 'ERROR' ? 'error' : word === 'WARNING' ? 'warning' : 'info';
      report.diagnostic({ line: place, severity, message: rule['message'] ?? '', logLine: line.number });
      place = null;
      return true;
    },
  };
}
