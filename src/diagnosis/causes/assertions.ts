import { type CauseRule, causeRule } from './cause-rule.ts';

/**
 * The last word of a test where its framework's own account is not in the log. Programs check themselves in the same words, so
 * that anything else which explains a failure is surer.
 */
export const ASSERTIONS: CauseRule = causeRule({
  category: 'test-failure',
  confidence: 0.62,
  rows: [
    [
      'Node.js, Chai, Vitest',
      'assertionerror',
      /^\s*(?:E {1,10}|Uncaught |\d+\) )?AssertionError(?: \[ERR_ASSERTION\])?(?:: |$)/,
    ],
    ['pytest', '   assert ', /^E {3,11}assert /],
    ['pytest', ': assertionerror', /^[^\s:]+\.py:\d+: AssertionError$/],
    ['pytest', 'available fixtures: ', /^(?:E|>) +available fixtures: /],
    [
      'Jest, Bun',
      'expect(',
      /^\s*(?:error: |Error: )?expect\((?:received|jest\.fn\(\)|locator|page|element)?\)\.(?:not\.|resolves\.|rejects\.)?to\w+\(/,
    ],
    ['AVA', 'difference (- actual, + expected)'],
    ['WebdriverIO', 'expect $(`', /Expect \$\(`[^`]*`\)/],
    ['doctest', 'failed example:', /^Failed example:$/],
    ['Hypothesis', 'falsifying example: '],
    ['Spring', 'failed to load applicationcontext'],
    ['JUnit', 'org.opentest4j.assertionfailederror'],
    ['JUnit', 'assertionerror: ', /^(?:Caused by: )?java\.lang\.AssertionError: /],
    ['JUnit', 'comparisonfailure: ', /org\.junit\.ComparisonFailure: /],
    ['Rust', 'assertion `', /^assertion `(?:left|right) [!=]= right` failed/],
  ],
});
