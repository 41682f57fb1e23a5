import type { Matcher } from '../matcher.ts';

/** `clang-format --dry-run`: one finding for each place, in clang's form; a warning unless it runs with -Werror. */
export const clangFormat: Matcher = {
  id: 'clang-format',
  tool: 'clang-format',
  cause: 'formatting',
  hints: ['[-wclang-format-violations]'],
  patterns: [
    {
      expression:
        /^(?<path>(?:[A-Za-z]:)?[^:\s][^:]{0,500}):(?<line>\d{1,7}):(?<column>\d{1,7}): (?<severity>error|warning): (?<message>code should be clang-formatted) \[(?<code>-Wclang-format-violations)\]$/,
    },
  ],
};
