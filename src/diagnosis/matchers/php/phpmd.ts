import type { Matcher } from '../matcher.ts';

/** PHPMD's text form: `src/Cart.php:4  UnusedLocalVariable    message`; before 2.9 without the rule, behind a tab. */
export const phpmd: Matcher = {
  id: 'phpmd',
  tool: 'phpmd',
  cause: 'lint',
  hints: ['.php:', '.inc:', '.phtml:'],
  patterns: [
    {
      expression:
        /^(?<path>(?:[A-Za-z]:)?[^\s:][^:]{0,400}\.(?:php|inc|phtml)):(?<line>\d{1,7})(?: {2,60}|\t)(?<code>[A-Z][A-Za-z]{3,50}) {2,60}(?<message>\S.*)$/,
    },
    {
      expression: /^(?<path>(?:[A-Za-z]:)?[^\s:][^:]{0,400}\.(?:php|inc|phtml)):(?<line>\d{1,7})\t(?<message>[A-Z].*\.)$/,
    },
  ],
};
