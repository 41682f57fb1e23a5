import type { Matcher } from '../matcher.ts';
import { firstFindingOf } from '../matcher.ts';

const FORMS = [
  /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:()][^:()]{0,500})(?::|\()(?<line>\d{1,7})(?::|\):) {1,2}(?<message>\S.*?) {1,2}\[(?<code>[a-z]+\/[\w+]+)\] \[[1-5]\]$/,
  /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:()][^:()]{0,500})\((?<line>\d{1,7})\): error cpplint: \[(?<code>[a-z]+\/[\w+]+)\] (?<message>\S.*) \[[1-5]\]$/,
].map((expression) => ({ expression }));

/** cpplint: `path:line:  message  [category/check] [confidence]`; for Visual Studio `path(line):`. */
export const cpplint: Matcher = {
  id: 'cpplint',
  tool: 'cpplint',
  cause: 'lint',
  hints: ['] [1]', '] [2]', '] [3]', '] [4]', '] [5]', ': error cpplint: '],
  createReader: () => ({
    read(line, report) {
      const finding = firstFindingOf(FORMS, line);
      if (!finding) return null;
      // Line 0 stands for the whole file.
      report.diagnostic({ ...finding, line: finding.line || null });
      return 'told';
    },
  }),
};
