import type { LineReader, Matcher } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const UNFORMATTED = /^\[warn\] (?<path>\S.*)$/;
const SUMMARY = /^\[warn\] Code style issues/;
const SYNTAX_ERROR = /^\[error\] (?<path>[^\s:][^:]*): (?<message>\w*Error: .*?)(?: \((?<line>\d+):(?<column>\d+)\))?$/;

/** Files of one check that are kept until its summary says that it failed. */
const MAX_PENDING = 1_000;

/** `prettier --check`: files on `[warn]` lines, told by the summary that follows; broken ones on `[error]` lines. */
export const prettier: Matcher = {
  id: 'prettier',
  tool: 'prettier',
  cause: 'formatting',
  hints: ['[warn] ', '[error] ', 'checking formatting...'],
  createReader: createPrettierReader,
};

function createPrettierReader(): LineReader {
  let pending: { path: string; logLine: number }[] = [];
  return {
    read(line, report) {
      if (SUMMARY.test(line.text)) {
        for (const { path, logLine } of pending) {
          report.diagnostic({ path, message: 'Code style issues found: the file is not formatted with Prettier', logLine });
        }
        report.highlight(line.number, line.number, pending.length > 0 ? 0.5 : 0);
        pending = [];
        return false;
      }
      const isStart = /^Checking formatting\.\.\./.test(line.text);
      if (isStart) pending = [];
      const path = UNFORMATTED.exec(line.text)?.groups?.['path'];
      if (path !== undefined && pending.length < MAX_PENDING) pending.push({ path, logLine: line.number });
      const broken = SYNTAX_ERROR.exec(line.text)?.groups;
      if (broken) {
        report.diagnostic(
          {
            path: broken['path'] ?? null,
            line: numberOf(broken['line']),
            column: numberOf(broken['column']),
            message: broken['message'] ?? '',
            logLine: line.number,
          },
          'compile-error',
        );
      }
      return isStart || path !== undefined || broken ? false : null;
    },
  };
}
