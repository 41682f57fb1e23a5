import type { Matcher } from '../matcher.ts';

/** markdownlint-cli and markdownlint-cli2: `path:line[:column] [error ]MD013/line-length message`. */
export const markdownlint: Matcher = {
  id: 'markdownlint',
  tool: 'markdownlint',
  cause: 'lint',
  hints: [' md0'],
  patterns: [
    {
      expression:
        /^(?<path>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d{1,7})(?::(?<column>\d{1,7}))?:? (?:(?<severity>error|warning) )?(?<code>MD\d{3}(?:\/[\w/-]{1,80})?) (?<message>.*)$/,
    },
  ],
};
