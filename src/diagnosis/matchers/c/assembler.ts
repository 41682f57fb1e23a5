import type { Matcher } from '../matcher.ts';

/** The GNU assembler: as GCC, but with capitals and without a column. */
export const assembler: Matcher = {
  id: 'gnu-as',
  tool: 'as',
  cause: 'compile-error',
  hints: [': Error: ', ': Warning: ', ': Fatal error: '],
  patterns: [
    {
      expression:
        /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:]{1,500}\.(?:[sS]|asm)|\{standard input\}):(?<line>\d{1,7}): (?<severity>Error|Warning|Fatal error): (?<message>\S.*)$/,
    },
  ],
};
