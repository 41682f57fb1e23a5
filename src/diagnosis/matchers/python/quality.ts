import type { Matcher } from '../../matcher.ts';

/** vulture: `shop/prices.py:1: unused import 'os' (90% confidence)`. */
export const vulture: Matcher = {
  id: 'vulture',
  tool: 'vulture',
  cause: 'lint',
  hints: ['% confidence'],
  patterns: [
    {
      expression:
        /^(?<path>[^\s:][^:]{0,400}\.pyi?):(?<line>\d{1,9}): (?<message>(?:unused|unreachable|unsatisfiable|redundant) .*) \(\d{2,3}% confidence(?:, \d{1,9} lines?)?\)$/,
    },
  ],
};

/** Pyre: `shop/prices.py:5:4 Incompatible return type [7]: Expected …`. */
export const pyre: Matcher = {
  id: 'pyre',
  tool: 'pyre',
  cause: 'compile-error',
  hints: ['.py:', '.pyi:'],
  patterns: [
    {
      expression:
        /^(?:ƛ )?(?<path>[^\s:][^:]{0,400}\.pyi?):(?<line>\d{1,9}):(?<column>\d{1,9}) (?<message>(?:[A-Z][\w-]*)(?: [\w-]+){0,8} \[(?<code>\d{1,4})\]: \S.*)$/,
    },
  ],
};

/** xenon: `ERROR:xenon:block "shop/prices.py:3 total" has a rank of C`. */
export const xenon: Matcher = {
  id: 'xenon',
  tool: 'xenon',
  cause: 'quality-gate',
  hints: ['error:xenon:'],
  patterns: [
    { expression: /^ERROR:xenon:(?<message>block "(?<path>[^":]{1,400}):(?<line>\d{1,9}) [^"]{1,400}" has a rank of \w)$/ },
    { expression: /^ERROR:xenon:(?<message>module '(?<path>[^']{1,400})' has a rank of \w|average complexity is ranked \w)$/ },
  ],
};
