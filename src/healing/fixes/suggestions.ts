import { structuredPatch } from 'diff';
import type { ReviewComment } from '../../github/types.ts';
import type { Edit } from '../../policy/gate.ts';

/** Lines of the new side that a pull request's diff shows, first and last, by path. */
export type DiffRanges = ReadonlyMap<string, readonly { first: number; last: number }[]>;

/** More comments than these are a wall that nobody reads. */
export const MOST_SUGGESTIONS = 20;

/** Turns edits into review suggestions where the diff shows the lines. Pure. @returns also how many places it does not show */
export function suggestionsFor(edits: readonly Edit[], ranges: DiffRanges): { comments: ReviewComment[]; left: number } {
  const all = edits.flatMap((edit) => replacements(edit).map((one) => ({ path: edit.path, ...one })));
  const shown = all.filter(({ path, first, last }) =>
    (ranges.get(path) ?? []).some((range) => range.first <= first && last <= range.last),
  );
  const comments = shown.slice(0, MOST_SUGGESTIONS).map(({ path, first, last, lines }) => ({
    path,
    line: last,
    ...(first < last ? { startLine: first } : {}),
    body: suggestion(lines),
  }));
  return { comments, left: all.length - comments.length };
}

interface Replacement {
  /** Lines of the file as it is, from 1, both included. */
  first: number;
  last: number;
  lines: string[];
}

function replacements({ path, before, after }: Edit): Replacement[] {
  const old = before.split('\n');
  return structuredPatch(path, path, before, after, '', '', { context: 0 }).hunks.map((hunk) => {
    const lines = hunk.lines.filter((line) => line.startsWith('+')).map((line) => line.slice(1));
    if (hunk.oldLines > 0) return { first: hunk.oldStart, last: hunk.oldStart + hunk.oldLines - 1, lines };
    // A suggestion replaces lines, so what is only added takes the line before it along, or the first one.
    const anchor = Math.max(1, hunk.oldStart - 1);
    const kept = old[anchor - 1] ?? '';
    return { first: anchor, last: anchor, lines: hunk.oldStart > 1 ? [kept, ...lines] : [...lines, kept] };
  });
}

/** The fence is longer than any run of back-ticks in what it holds. */
function suggestion(lines: readonly string[]): string {
  const longest = Math.max(0, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [`${fence}suggestion`, ...lines, fence].join('\n');
}
