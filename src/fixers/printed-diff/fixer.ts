import manifest from 'diff/package.json' with { type: 'json' };
import { type Edit, PATCH_LIMITS } from '../../policy/gate.ts';
import { saysGenerated } from '../generated.ts';
import type { Declined, Files, Fixer, FixInput, FixPlan, FixResult, FixSource } from '../types.ts';
import { blobName } from './blob.ts';
import { applyHunks } from './hunks.ts';
import { changesMoment } from './moments.ts';
import { type FileChange, parseChange } from './parse.ts';
import { placesOf, refusalOf } from './places.ts';
import { trustIn } from './trust.ts';

/** A change with the commands of the step that printed it. */
interface Wanted extends FileChange {
  command: string | null;
}

/** Whose changes may be the work of any program, a generator too; the others lay out what people have written. */
const BY_GENERATORS: ReadonlySet<string> = new Set(['git diff', 'pre-commit', 'diff']);

/** Makes the change that a tool of CI has printed, exactly and as a whole, or none. */
export const printedDiff: Fixer = {
  id: 'printed-diff',
  tool: 'the change that CI printed, applied by jsdiff',
  version: manifest.version,
  applies: (source) => source.printedDiffs.some((diff) => !('unknown' in trustIn(diff, source, pathsIn(diff.text)))),
  plan,
  fix,
};

/** What git's headers name: arguments of `git diff` are told from commits by it. */
function pathsIn(text: string): string[] {
  return [...text.matchAll(/^\+\+\+ (?:b\/)?([^\t\n]+)/gm)].map(([, path = '']) => path);
}

function wantedOf(source: FixSource): Wanted[] | Declined {
  const wanted: Wanted[] = [];
  const unknown: string[] = [];
  const { printedDiffs } = source;
  const allPaths = printedDiffs.flatMap((diff) => pathsIn(diff.text));
  for (const diff of printedDiffs) {
    const trust = trustIn(diff, source, allPaths);
    if ('refused' in trust) return { declined: trust.refused };
    if ('unknown' in trust) {
      unknown.push(trust.unknown);
      continue;
    }
    const parsed = parseChange(diff, trust.wanted);
    if ('refused' in parsed) {
      return { declined: `The change that ${trust.wanted} printed is none of lines in files that are there: ${parsed.refused}.` };
    }
    const { command } = diff;
    // Git names files from the root, unless it is asked to name them from the folder in which it ran.
    const isRelative = /\s--relative(?=\s|$)/.test(command ?? '');
    wanted.push(...parsed.changes.map((one) => ({ ...one, isFromRoot: one.isFromRoot && !isRelative, command })));
  }
  return wanted.length > 0 ? wanted : { declined: unknown[0] ?? 'No tool printed a change.' };
}

function plan(source: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  const wanted = wantedOf(source);
  if ('declined' in wanted) return wanted;
  const targets = new Set<string>();
  for (const change of wanted) {
    const places = placesOf(change, source, paths);
    if ('reason' in places) return { declined: places.reason };
    for (const place of places) {
      const refusal = refusalOf(place, change, change.command);
      if (refusal !== null) return { declined: refusal };
      targets.add(place);
    }
  }
  if (targets.size > PATCH_LIMITS.files) {
    return { declined: `The change is about ${targets.size} files; Regreen changes at most ${PATCH_LIMITS.files} at once.` };
  }
  return { targets: [...targets], context: [] };
}

async function fix({ source, targets }: FixInput): Promise<FixResult | Declined> {
  const wanted = wantedOf(source);
  if ('declined' in wanted) return wanted;
  const edits = new Map<string, Edit>();
  const tools = new Map<string, string>();
  for (const changes of sameFile(wanted)) {
    const edit = await editOf(changes, source, targets);
    if ('declined' in edit) return edit;
    const other = edits.get(edit.path);
    if (other && other.after !== edit.after) {
      // Each tool starts from what is there: the second one prints another change once the first is content.
      if (tools.get(edit.path) !== changes.tool) continue;
      return { declined: `The log shows different changes of ${edit.path}.` };
    }
    edits.set(edit.path, edit);
    tools.set(edit.path, changes.tool);
  }
  return { edits: [...edits.values()], skipped: [] };
}

/**
 * Changes that are one: rustfmt prints each block of a file on its own, and again for each crate that has the file. Other tools
 * print a file at once.
 */
function sameFile(wanted: readonly Wanted[]): Wanted[] {
  const whole = wanted.filter((change) => change.tool !== 'rustfmt');
  const blocks = Map.groupBy(
    wanted.filter((change) => change.tool === 'rustfmt'),
    (change) => change.path,
  );
  const merged = [...blocks.values()].map((changes) => {
    const unique = new Map(changes.flatMap((change) => change.hunks).map((hunk) => [JSON.stringify(hunk), hunk]));
    const hunks = [...unique.values()].sort((left, right) => (left.at[0] ?? 0) - (right.at[0] ?? 0));
    return { ...(changes[0] as Wanted), hunks };
  });
  return [...whole, ...merged];
}

/** Applies a change to the one file that it fits. */
async function editOf(change: Wanted, source: FixSource, targets: Files): Promise<Edit | Declined> {
  const paths = new Set(Object.keys(targets));
  const places = placesOf(change, source, paths);
  if ('reason' in places) return { declined: places.reason };
  const isOfGenerator = BY_GENERATORS.has(change.tool);
  if (isOfGenerator && changesMoment(change.hunks)) return { declined: `${change.path} holds the moment at which it was made.` };
  const edits: Edit[] = [];
  const reasons: string[] = [];
  for (const path of places) {
    const before = targets[path] ?? '';
    if (!isOfGenerator && saysGenerated(before)) return { declined: `${path} says that a program writes it.` };
    const applied = eitherWay(before, change);
    const reason = 'reason' in applied ? applied.reason : await mistakeOf(change, before, applied.text);
    if ('text' in applied && reason === null) edits.push({ path, before, after: applied.text });
    else reasons.push(`${path}: ${reason}`);
  }
  const [edit] = edits;
  if (edit && edits.length === 1) return edit;
  if (edits.length > 1) return { declined: `The change fits ${edits.map(({ path }) => path).join(' and ')}.` };
  return { declined: `The change that ${change.tool} printed does not fit: ${reasons.join('; ')}.` };
}

/** Where `diff` does not say which of both is committed, the file does: only one way its lines are there. */
function eitherWay(before: string, { hunks, reversed }: Wanted): ReturnType<typeof applyHunks> {
  const forward = applyHunks(before, hunks);
  const backward = reversed ? applyHunks(before, reversed) : forward;
  if (!reversed || 'reason' in backward) return forward;
  return 'reason' in forward ? backward : { reason: 'the change fits in both directions' };
}

/** Git names the contents before and after: where the file is the one before, the result must be the one after. */
async function mistakeOf({ blobs }: FileChange, before: string, after: string): Promise<string | null> {
  if (!blobs) return null;
  const [name, wanted] = await Promise.all([blobName(before), blobName(after)]);
  if (name.startsWith(blobs.after)) return 'it is already as the change wants it';
  if (!name.startsWith(blobs.before)) return null;
  return wanted.startsWith(blobs.after) ? null : 'the result is not the file that git named';
}
