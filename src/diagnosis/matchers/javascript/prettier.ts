import type { LineReader, Matcher } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const UNFORMATTED = /^\[warn\] (?<path>\S.*)$/;
const SUMMARY = /^\[warn\] Code style issues/;
const UNFORMATTED_MESSAGE = 'Code style issues found: the file is not formatted with Prettier';
const SYNTAX_ERROR = /^\[error\] (?<path>[^\s:][^:]*): (?<message>\w*Error: .*?)(?: \((?<line>\d+):(?<column>\d+)\))?$/;

/** `prettier -l`, as the step's command, npm's banner, yarn's or make's echo. */
const LISTS = /\bprettier\b.*\s(?:-[a-z]{0,2}l[a-z]{0,2}|--list-different)(?=[\s"']|$)/;
const LISTED =
  /^(?:[\w.@+()[\]$~-]{1,100}\/){0,30}[\w.@+()[\]$~-]{1,100}\.(?:[cm]?[jt]sx?|jsonc?|json5|css|scss|less|html?|vue|hbs|md|mdx|markdown|ya?ml|graphql|gql|svelte|astro|xml|php|toml)$/;
const FAILED = /^(?:Error: )?Process completed with exit code [1-9]\d{0,2}\.?$/;
/** Lines of npm, the shell and the environment between the command and the list. */
const MAX_LINES_TO_LIST = 30;

/** Files of one check that are kept until its summary says that it failed. */
const MAX_PENDING = 1_000;

/**
 * `prettier --check`: files on `[warn]` lines, told by the summary that follows; broken ones on `[error]` lines. With `-l` only
 * their paths, which count when the step fails.
 */
export const prettier: Matcher = {
  id: 'prettier',
  tool: 'prettier',
  cause: 'formatting',
  hints: ['[warn] ', '[error] ', 'checking formatting...', 'prettier', 'completed with exit code'],
  createReader: createPrettierReader,
};

function createPrettierReader(): LineReader {
  let pending: { path: string; logLine: number }[] = [];
  let listed: { path: string; logLine: number }[] = [];
  let listUpTo = 0;
  return {
    read(line, report) {
      if (line.marker === 'group') listed = [];
      if (line.text.includes('prettier') && LISTS.test(line.text)) {
        listUpTo = line.number + MAX_LINES_TO_LIST;
        return true;
      }
      if (FAILED.test(line.text)) {
        for (const one of listed) report.diagnostic({ ...one, message: UNFORMATTED_MESSAGE });
        if (listed.length > 0) report.highlight(line.number, line.number, 0.5);
        listed = [];
        return false;
      }
      if (line.number <= listUpTo && LISTED.test(line.text) && listed.length < MAX_PENDING) {
        listed.push({ path: line.text, logLine: line.number });
        listUpTo = line.number + MAX_LINES_TO_LIST;
        return true;
      }
      if (SUMMARY.test(line.text)) {
        for (const { path, logLine } of pending) {
          report.diagnostic({ path, message: UNFORMATTED_MESSAGE, logLine });
        }
        report.highlight(line.number, line.number, pending.length > 0 ? 0.5 : 0);
        pending = [];
        return false;
      }
      const isStart = line.text.startsWith('Checking formatting...');
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
      if (line.number <= listUpTo) return true;
      return isStart || path !== undefined || broken || line.marker === 'group' ? false : null;
    },
  };
}
