import type { Matcher } from '../../matcher.ts';

/** PMD within Maven, which names the class in place of its file. */
export const pmd: Matcher = {
  id: 'pmd',
  tool: 'pmd',
  cause: 'lint',
  hints: ['pmd failure: ', 'pmd warning: '],
  patterns: [
    // [INFO] PMD Failure: org.shop.Cart:17 Rule:EmptyCatchBlock Priority:3 Avoid empty catch blocks.
    {
      expression:
        /^(?:\[\w+\] )?PMD Failure: (?<path>[\w$./\\-]+):(?<line>\d{1,7}) Rule:(?<code>\w+) Priority:\d (?<message>\S.*)$/,
    },
    {
      expression:
        /^(?:\[\w+\] )?PMD Warning: (?<path>[\w$./\\-]+):(?<line>\d{1,7}) Rule:(?<code>\w+) Priority:\d (?<message>\S.*)$/,
      severity: 'warning',
    },
  ],
};
