import type { Matcher } from '../matcher.ts';
import { dartAnalyze } from './dart-analyze.ts';
import { dartCompile } from './dart-compile.ts';
import { dartTest } from './dart-test.ts';

/** Tools of Dart and Flutter. */
export const DART: readonly Matcher[] = [dartAnalyze, dartCompile, dartTest];
