import type { Matcher } from '../../matcher.ts';
import { eslintCompact, eslintStylish, eslintUnix } from './eslint.ts';
import { jest } from './jest.ts';
import { prettier } from './prettier.ts';
import { tsc } from './tsc.ts';
import { vitest } from './vitest.ts';

/** Tools of JavaScript and TypeScript. */
export const JAVASCRIPT: readonly Matcher[] = [prettier, eslintStylish, eslintUnix, eslintCompact, tsc, jest, vitest];
