import type { Matcher } from '../matcher.ts';

/** The path stands before the message when several files are looked at; the policy is named only when it was asked for. */
const FINDING =
  /^(?:(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:]{1,500}): )?(?:\[(?<code>[\w:]{1,100})\] )?(?<message>[^\s:].*?) at line (?<line>\d{1,7}), column (?<column>\d{1,7})\. .*\(Severity: [1-5]\)$/;

/** Perl::Critic: `lib/Cart.pm: Code before strictures are enabled at line 3, column 1.  See page 429 of PBP.  (Severity: 5)`. */
export const perlcritic: Matcher = {
  id: 'perlcritic',
  tool: 'perlcritic',
  cause: 'lint',
  hints: ['(severity: '],
  patterns: [{ expression: FINDING }],
};
