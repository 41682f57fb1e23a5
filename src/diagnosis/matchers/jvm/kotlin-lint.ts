import type { Matcher } from '../matcher.ts';

/** ktlint's plain reporter: `src/Cart.kt:3:5: message (rule)`. */
export const ktlint: Matcher = {
  id: 'ktlint',
  tool: 'ktlint',
  cause: 'lint',
  hints: ['.kt:', '.kts:'],
  patterns: [
    {
      expression:
        /^(?<path>(?:[A-Za-z]:)?[^\s:][^:]{0,500}\.kts?):(?<line>\d{1,7}):(?<column>\d{1,7}): (?!error: |warning: )(?<message>\S.*) \((?<code>(?:[\w-]+:)?[a-z][a-z0-9-]+)\)$/,
    },
  ],
};

/** detekt's console reports: `<tab>MagicNumber - [total] at src/Cart.kt:41:80`; since 1.20 `src/Cart.kt:41:80: message [MagicNumber]`. */
export const detekt: Matcher = {
  id: 'detekt',
  tool: 'detekt',
  cause: 'lint',
  hints: ['] at ', '.kt:', '.kts:'],
  patterns: [
    {
      expression:
        /^\t(?<message>(?<code>[A-Z][A-Za-z]{2,60}) - \[[^\]]{0,300}\]) at (?<path>(?:[A-Za-z]:)?[^\s:][^:]{0,500}\.kts?):(?<line>\d{1,7}):(?<column>\d{1,7})$/,
    },
    {
      expression:
        /^(?<path>(?:[A-Za-z]:)?[^\s:][^:]{0,500}\.kts?):(?<line>\d{1,7}):(?<column>\d{1,7}): (?!error: |warning: )(?<message>\S.*) \[(?<code>[A-Z][A-Za-z]{2,60})\]$/,
    },
  ],
};
