import type { Line, LinePattern, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf, numberOf, severityOf } from '../matcher.ts';
import { linterOf } from './rows.ts';

const PROBLEM = /^\s+(?<line>\d+):(?<column>\d+)\s+(?<severity>error|warning)\s+(?<rest>\S.*)$/;
/** With --max-warnings they end the run as errors do. */
const TOO_MANY = /^ESLint found too many warnings \(maximum: \d{1,6}\)\.$/;
/** A path alone on its line: absolute, or with an extension. */
const HEADER = /^(?:\/|[A-Za-z]:[\\/])?[^\s:*?"<>|][^:*?"<>|]*\.\w{1,8}$/;

/** ESLint's default form: a path, then its problems, indented. */
export const eslintStylish: Matcher = {
  id: 'eslint-stylish',
  tool: 'eslint',
  cause: 'lint',
  hints: ['  error  ', '  warning  ', 'eslint found too many warnings'],
  createReader: createStylishReader,
};

/** `path:line:column: message [Error/rule]`. */
export const eslintUnix: Matcher = {
  id: 'eslint-unix',
  tool: 'eslint',
  cause: 'lint',
  hints: [' [error/', ' [warning/', ' [error]', ' [warning]'],
  createReader: () => createFormReader(UNIX),
};
const UNIX = {
  expression:
    /^(?<path>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d+):(?<column>\d+): (?<message>.*) \[(?<severity>[Ee]rror|[Ww]arning)(?:\/(?<code>[^\]\s]+))?\]$/,
};

/** `path: line 3, col 5, Error - message (rule)`. */
export const eslintCompact: Matcher = {
  id: 'eslint-compact',
  tool: 'eslint',
  cause: 'lint',
  hints: [', error - ', ', warning - '],
  createReader: () => createFormReader(COMPACT),
};
const COMPACT = {
  expression:
    /^(?<path>(?:[A-Za-z]:)?[^:\s][^:]*): line (?<line>\d+), col (?<column>\d+), (?<severity>[Ee]rror|[Ww]arning) - (?<message>.*?)(?: \((?<code>[^()\s]+)\))?$/,
};

function createFormReader(form: LinePattern): LineReader {
  return {
    read(line, report) {
      const finding = findingOf(form, line);
      if (!finding) return null;
      if (report.isClaimed(line.number)) return false;
      report.diagnostic({ ...finding, tool: linterOf(finding.path ?? null, finding.code ?? null) });
      return 'told';
    },
  };
}

function createStylishReader(): LineReader {
  let path: string | null = null;
  let lastProblem = 0;
  return {
    read(line, report) {
      if (TOO_MANY.test(line.text)) {
        report.diagnostic({ code: 'max-warnings', message: line.text, logLine: line.number });
        return 'told';
      }
      if (report.isClaimed(line.number)) return false;
      const groups = PROBLEM.exec(line.text)?.groups;
      if (!groups) return null;
      path = line.number === lastProblem + 1 ? path : headerAbove(report);
      if (path === null || isYamllint(path, line.text)) return false;
      lastProblem = line.number;
      const { message, code } = splitRule(groups['rest'] ?? '');
      report.diagnostic({
        tool: linterOf(path, code),
        path,
        line: numberOf(groups['line']),
        column: numberOf(groups['column']),
        severity: severityOf(groups['severity'] ?? 'error'),
        code,
        message,
        logLine: line.number,
      });
      return false;
    },
  };
}

/** yamllint writes in the same form, but puts the rule in parentheses. */
function isYamllint(path: string, text: string): boolean {
  return /\.ya?ml$/.test(path) && / \([a-z-]+\)$/.test(text);
}

/** The path may stand some lines above: a message of several lines breaks the run of problems. */
export function headerAbove(report: Report): string | null {
  for (let distance = 1; distance <= 20; distance++) {
    const line: Line | null = report.previous(distance);
    if (!line || line.text === '') return null;
    if (HEADER.test(line.text)) {
      report.highlight(line.number, line.number, 0.5);
      return line.text;
    }
  }
  return null;
}

/** Columns are parted by two blanks or more; the last one is the rule, unless the message stands alone. */
export function splitRule(rest: string): { message: string; code: string | null } {
  const at = rest.lastIndexOf('  ');
  const code = at < 0 ? '' : rest.slice(at + 2);
  if (!/^[@\w][\w@/.-]*(?:\([\w/-]{1,80}\))?$/.test(code)) return { message: rest.trim(), code: null };
  return { message: rest.slice(0, at).trim(), code };
}
