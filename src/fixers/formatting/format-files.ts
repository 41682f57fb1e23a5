import type { Edit } from '../../policy/gate.ts';
import type { Placed } from '../places/places.ts';
import { type Declined, type Files, type FixResult, isDeclined } from '../types.ts';

/** What is said of a file that is as its tool wants it. */
export const NOTHING_TO_CHANGE = 'finds nothing to change in it';

/** Nobody reads more. */
const MOST_REASONS = 5;

export interface Formatting {
  /** With its version, for the reasons. */
  name: string;
  /** Which printed paths the files are meant by. */
  places: readonly Placed[];
  /** The version that the repository pins, of several. */
  version?: string;
  /** The formatted text. @throws anything, for one on a syntax error: the file is then left alone */
  format(path: string, text: string): string | Promise<string>;
  /** What may not change besides layout; see `sameText`. Default: the letters and digits. */
  keeps?: (before: string, after: string, path: string) => boolean;
}

/**
 * Formats files, and trusts the result only if formatting it again changes nothing and it says what the file said. All or
 * nothing: a file that the tool refused and that stays as it is keeps the build red.
 */
export async function formatFiles(targets: Files, formatting: Formatting): Promise<FixResult | Declined> {
  const results = new Map<string, FileResult>();
  for (const [path, before] of Object.entries(targets)) results.set(path, await formatFile(path, before, formatting));
  const wanted = chosen(formatting.places, results);
  if (isDeclined(wanted)) return wanted;
  const edits: Edit[] = [];
  const left: string[] = [];
  for (const [path, result] of results) {
    if (!wanted.has(path)) continue;
    if ('after' in result) edits.push({ path, before: targets[path] ?? '', after: result.after });
    else left.push(`${path}: ${result.reason}`);
  }
  if (left.length > 0) return { declined: `${left.slice(0, MOST_REASONS).join('; ')}.` };
  return { edits, skipped: [], ...(formatting.version === undefined ? {} : { version: formatting.version }) };
}

type FileResult = { after: string } | { reason: string };

/**
 * The files that are meant: of those with the same ending the ones that are not as the tool wants them, when the log names
 * the path as often; or the one in the folder that has all.
 */
function chosen(places: readonly Placed[], results: ReadonlyMap<string, FileResult>): ReadonlySet<string> | Declined {
  const wanted = new Set(results.keys());
  for (const { printed, files, preferred, mentions } of places) {
    const open = files.filter((file) => !isContent(results.get(file)));
    const meant = preferred !== null && open.includes(preferred) ? [preferred] : open;
    if (files.length <= 1 || open.length === 0) continue;
    if (meant.length > 1 && meant.length !== mentions)
      return { declined: `${printed} may be ${meant.slice(0, 3).join(' or ')}.` };
    for (const file of files) if (!meant.includes(file)) wanted.delete(file);
  }
  return wanted;
}

function isContent(result: FileResult | undefined): boolean {
  return result !== undefined && 'reason' in result && result.reason.endsWith(NOTHING_TO_CHANGE);
}

async function formatFile(path: string, before: string, formatting: Formatting): Promise<FileResult> {
  const { name, format, keeps = sameText } = formatting;
  try {
    const after = await format(path, before);
    if (after === before) return { reason: `${name} ${NOTHING_TO_CHANGE}` };
    if (!keeps(before, after, path)) return { reason: `${name} would change more than its layout` };
    if ((await format(path, after)) !== after) return { reason: `${name} would change its own result again` };
    return { after };
  } catch (error) {
    return { reason: firstLine(error) };
  }
}

/** Rounds in which versions may bring each other's results to rest. */
const MOST_ROUNDS = 3;

/**
 * A layout that each of several versions leaves as it is, so that it doesn't matter which one judges it.
 * @returns `null` where they don't agree on one
 */
export async function settled(
  text: string,
  versions: readonly ((text: string) => string | Promise<string>)[],
): Promise<string | null> {
  let current = text;
  /** What each is known to leave as it is: a long file costs seconds each time. */
  const content: (string | null)[] = versions.map(() => null);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let isAtRest = true;
    for (const [index, format] of versions.entries()) {
      if (content[index] === current) continue;
      const next = await format(current);
      // Each of them, and not only the last: two that undo each other's work end each round alike.
      if (next === current) content[index] = current;
      else isAtRest = false;
      current = next;
    }
    if (isAtRest) return current;
  }
  return null;
}

export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.trim().split('\n')[0] ?? '').slice(0, 200) || 'it could not be formatted';
}

/**
 * Whether two texts hold the same letters and digits, in whatever order and case. Formatters move white space, brackets and
 * quotes, sort imports, write `0XFF` as `0xFF`; a lost line or a second copy of one shows in the counts.
 */
export function sameText(before: string, after: string): boolean {
  const counts = new Map<string, number>();
  for (const [letter] of before.toLowerCase().matchAll(/[\p{L}\p{N}]/gu)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  for (const [letter] of after.toLowerCase().matchAll(/[\p{L}\p{N}]/gu)) counts.set(letter, (counts.get(letter) ?? 0) - 1);
  return [...counts.values()].every((count) => count === 0);
}
