import type { Matcher } from '../matcher.ts';
import { placesIn } from './flake8.ts';

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
  hints: placesIn('.py', '.pyi'),
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

/** doc8: `docs/index.rst:5: D002 Trailing whitespace`. */
export const doc8: Matcher = {
  id: 'doc8',
  tool: 'doc8',
  cause: 'lint',
  hints: [': d00', ': d99'],
  patterns: [{ expression: /^(?<path>[^\s:][^:]{0,400}\.\w{1,8}):(?<line>\d{1,9}): (?<code>D\d{3}) (?<message>\S.*)$/ }],
};

/** PyMarkdown: `README.md:1:1: MD041: First line in file should be a top level heading (first-line-heading,first-line-h1)`. */
export const pymarkdown: Matcher = {
  id: 'pymarkdown',
  tool: 'pymarkdown',
  cause: 'lint',
  hints: [': md0', ': pml'],
  patterns: [
    {
      expression:
        /^(?<path>[^\s:][^:]{0,400}):(?<line>\d{1,9}):(?<column>\d{1,9}): (?<code>(?:MD|PML)\d{3}): (?<message>\S.*) \([a-z][\w,-]*\)$/,
    },
  ],
};

/** MkDocs: `WARNING -  Doc file 'index.md' contains a link 'b.md', but …`; before 1.5 in other words. */
export const mkdocs: Matcher = {
  id: 'mkdocs',
  tool: 'mkdocs',
  cause: 'build-config',
  hints: ['warnings in strict mode', 'warning  - ', 'warning - ', 'error    - ', 'error   - ', 'error - '],
  patterns: [
    { expression: /^(?<message>Aborted with \d{1,6} warnings in strict mode!)$/ },
    {
      expression:
        /^(?<severity>WARNING|ERROR) {1,4}- {1,2}(?<message>(?:Doc(?:umentation)? file) '(?<path>[^']{1,400})' contains .*)$/,
    },
    {
      expression:
        /^(?<severity>WARNING|ERROR) {1,4}- {1,2}(?<message>(?:A (?:relative path|reference) to|Config value|Unable to|The following pages|Template) ?.*)$/,
    },
  ],
};
