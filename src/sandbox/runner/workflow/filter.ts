import { compileGlob, matchesGlob } from './glob.ts';

/**
 * Whether a name is selected by a list of filter patterns, read in order: a later match overrules an earlier one, and
 * `!` takes away what was selected before.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 * Throws PatternError.
 */
export function isSelected(patterns: readonly string[], name: string): boolean {
  let selected = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    if (negated !== selected) continue; // The pattern could change nothing.
    if (matchesGlob(compileGlob(negated ? pattern.slice(1) : pattern), name)) selected = !negated;
  }
  return selected;
}

/** Throws PatternError when one of the patterns can't be read. */
export function checkPatterns(patterns: readonly string[]): void {
  for (const pattern of patterns) compileGlob(pattern.startsWith('!') ? pattern.slice(1) : pattern);
}
