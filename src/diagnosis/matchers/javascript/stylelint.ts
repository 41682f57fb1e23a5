import type { Severity } from '../../types.ts';
import type { LineReader, Matcher } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { headerAbove, splitRule } from './eslint.ts';

const PROBLEM = /^\s+(?<line>\d{1,7}):(?<column>\d{1,7})\s{1,8}(?<sign>[✖×⚠‼ℹ])\s{1,8}(?<rest>\S.*)$/;
const SEVERITIES: Readonly<Record<string, Severity>> = { '⚠': 'warning', '‼': 'warning', ℹ: 'info' };

/** stylelint's default and verbose forms: a path, then its problems, indented. */
export const stylelint: Matcher = {
  id: 'stylelint',
  tool: 'stylelint',
  cause: 'lint',
  hints: [' ✖  ', ' ×  ', ' ⚠  ', ' ‼  ', ' ℹ  '],
  createReader: createStylelintReader,
};

/** `path:line:column: message (rule) [error]`. */
export const stylelintUnix: Matcher = {
  id: 'stylelint-unix',
  tool: 'stylelint',
  cause: 'lint',
  hints: [') [error]', ') [warning]'],
  patterns: [
    {
      expression:
        /^(?<path>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d{1,7}):(?<column>\d{1,7}): (?<message>.*) \((?<code>[@\w][\w@/.-]*)\) \[(?<severity>error|warning)\]$/,
    },
  ],
};

function createStylelintReader(): LineReader {
  let path: string | null = null;
  let lastProblem = 0;
  return {
    read(line, report) {
      const groups = PROBLEM.exec(line.text)?.groups;
      if (!groups) return null;
      path = line.number === lastProblem + 1 ? path : headerAbove(report);
      if (path === null) return false;
      lastProblem = line.number;
      report.diagnostic({
        path,
        line: numberOf(groups['line']),
        column: numberOf(groups['column']),
        severity: SEVERITIES[groups['sign'] ?? ''] ?? 'error',
        ...splitRule(groups['rest'] ?? ''),
        logLine: line.number,
      });
      return false;
    },
  };
}
