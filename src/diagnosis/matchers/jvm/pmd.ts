import type { Matcher } from '../matcher.ts';

/** PMD's text, and PMD within Maven, which names the class in place of its file. */
export const pmd: Matcher = {
  id: 'pmd',
  tool: 'pmd',
  cause: 'lint',
  hints: ['pmd failure: ', 'pmd warning: ', ':\t'],
  patterns: [
    // src/Cart.java:12:<tab>UnusedLocalVariable:<tab>Avoid unused local variables such as 'x'. (`grep -n` writes alike, but no rule.)
    {
      expression:
        /^(?<path>(?:[A-Za-z]:)?[^\s:][^:\t]{0,500}\.\w{2,7}):(?<line>\d{1,7}):\t(?<code>[A-Z]\w{2,80}):\t(?<message>\S.*)$/,
    },
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
