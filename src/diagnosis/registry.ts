import type { Matcher } from './matcher.ts';
import { GO } from './matchers/go/index.ts';
import { JAVASCRIPT } from './matchers/javascript/index.ts';
import { PLATFORM } from './matchers/platform/index.ts';
import { PYTHON } from './matchers/python/index.ts';

/**
 * Every matcher, a folder for each family of tools. A line goes to those whose hints it holds, in this order; the
 * platform's own come last, since they take only what no tool's matcher has taken. To add one: a file, a line in its
 * family's index, and fixtures under `test/fixtures/diagnosis/<id>/`, without which the registry's test fails.
 */
export const MATCHERS: readonly Matcher[] = [...JAVASCRIPT, ...PYTHON, ...GO, ...PLATFORM];
