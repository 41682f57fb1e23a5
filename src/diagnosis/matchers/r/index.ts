import type { Matcher } from '../matcher.ts';
import { rCmdCheck } from './r-cmd-check.ts';
import { testthat } from './testthat.ts';

/** Tools of R. */
export const R: readonly Matcher[] = [testthat, rCmdCheck];
