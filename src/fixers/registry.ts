import { FORMATTERS } from './formatters.ts';
import { namedEdits } from './named-edits/fixer.ts';
import { preCommitHooks } from './pre-commit-hooks/fixer.ts';
import { printedDiff } from './printed-diff/fixer.ts';
import { ruffLint } from './ruff/lint-fixer.ts';
import { suggestions } from './suggestions/fixer.ts';
import type { Fixer, FixSource } from './types.ts';
import { unusedImports } from './unused-imports/fixer.ts';
import { workflowFiles } from './workflow-files/fixer.ts';

/** In the order of trust: the first that applies is tried first. */
export const FIXERS: readonly Fixer[] = [
  printedDiff,
  preCommitHooks,
  ruffLint,
  unusedImports,
  suggestions,
  namedEdits,
  // After those that go by the log's lines, which move when a file is laid out anew.
  ...FORMATTERS,
  // Last: they touch what decides about everything else.
  workflowFiles,
];

/** The fixers that may fix what the log says. */
export function fixersFor(source: FixSource): Fixer[] {
  return FIXERS.filter((fixer) => fixer.applies(source));
}

export function fixerById(id: string): Fixer | undefined {
  return FIXERS.find((fixer) => fixer.id === id);
}
