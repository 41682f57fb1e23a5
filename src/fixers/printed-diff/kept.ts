import { diffLines } from 'diff';

/** Comparing two texts takes time with the product of their difference and length. */
const MOST_EDITS = 2_000;

/**
 * Whether the lines that a change has written stand in a later version of the file, each run of them together: what a tool
 * printed as its wish can't be asked again, and is undone when they don't. A comparison that is too large says yes.
 */
export function keepsWritten(before: string, after: string, later: string): boolean {
  if (after === later) return true;
  const written = diffLines(before, after, { maxEditLength: MOST_EDITS });
  return (written ?? [])
    .filter(({ added }) => added)
    .every(({ value }) => `\n${later}\n`.includes(`\n${value.replace(/\n$/, '')}\n`));
}
