import type { Matcher } from './matcher.ts';
import { eslintCompact, eslintStylish, eslintUnix } from './matchers/eslint.ts';
import { go } from './matchers/go.ts';
import { prettier } from './matchers/prettier.ts';
import { runner, workflowCommand } from './matchers/runner.ts';
import { tsc } from './matchers/tsc.ts';
import { goTest } from './tests/go-test.ts';
import { jest } from './tests/jest.ts';
import { pytest } from './tests/pytest.ts';
import { vitest } from './tests/vitest.ts';

/**
 * Every matcher. A line goes to those whose hints it holds, in this order; the runner's own comes last, since it
 * takes only what no tool's matcher has taken. To add one: a file, a line here, and fixtures under
 * `test/fixtures/diagnosis/<id>/`, without which the registry's test fails.
 */
export const MATCHERS: readonly Matcher[] = [
  prettier,
  eslintStylish,
  eslintUnix,
  eslintCompact,
  tsc,
  go,
  jest,
  vitest,
  pytest,
  goTest,
  workflowCommand,
  runner,
];
