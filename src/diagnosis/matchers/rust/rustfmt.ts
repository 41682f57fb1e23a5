import type { Matcher } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const DIFF = /^Diff in (?<path>\S.*?\.rs)(?: at line |:)(?<line>\d{1,7}):$/;
/** The changed lines of a difference that an excerpt shows. */
const MAX_SHOWN_LINES = 12;

/** `cargo fmt --check`: `Diff in path:line:`, or `at line 3:` before rustfmt 1.7.1, then the lines. */
export const rustfmt: Matcher = {
  id: 'rustfmt',
  tool: 'rustfmt',
  cause: 'formatting',
  hints: ['diff in '],
  createReader: () => {
    let since = 0;
    return {
      read(line, report) {
        const groups = DIFF.exec(line.text)?.groups;
        if (groups) {
          since = line.number;
          const message = 'The file is not formatted with rustfmt';
          report.diagnostic({ path: groups['path'] ?? null, line: numberOf(groups['line']), message, logLine: line.number });
          return true;
        }
        if (!/^[-+ ]/.test(line.text)) return null;
        if (/^[-+]/.test(line.text)) report.highlight(line.number, line.number, 0.6);
        return line.number - since < MAX_SHOWN_LINES;
      },
    };
  },
};
