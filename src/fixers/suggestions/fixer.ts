import manifest from '@vscode/tree-sitter-wasm/package.json' with { type: 'json' };
import { PATCH_LIMITS } from '../../policy/gate/limits.ts';
import { isPlainPath } from '../../policy/gate/paths.ts';
import { grammarOf, type Parse, parserFor } from '../syntax/parser.ts';
import type { Declined, Fixer, FixInput, FixPlan, FixResult, FixSource } from '../types.ts';
import { renameImported } from './imported-name.ts';
import { applyLineEdits, type LineEdit } from './line-edit.ts';
import { type Proposal, proposalsOf } from './proposals.ts';

/** What a test means is not for a compiler to guess. */
const TEST_FILE =
  /(?:^|\/)(?:tests?|__tests__|specs?|e2e|testing)\/|(?:[._-](?:test|tests|spec)|Tests?)\.\w{1,5}$|(?:^|\/)test_[^/]*$/;

/** Writes what compilers literally propose (`did you mean`, rustc's `help:`, a missing semicolon), where they do so for each error. */
export const suggestions: Fixer = {
  id: 'suggestions',
  tool: 'the compiler’s own suggestion, checked by tree-sitter',
  version: manifest.version,
  applies: (source) => proposalsOf(source).proposals.length > 0,
  plan,
  fix,
};

function plan(source: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  const { proposals, others } = proposalsOf(source);
  const [other] = others;
  if (other) return { declined: `The compiler proposes nothing certain for another error: ${other.message.slice(0, 200)}` };
  if (source.diagnosis.partial) return { declined: 'The log was not read to its end, so there may be other errors.' };
  const targets = new Set<string>();
  for (const { path } of proposals) {
    const place = placeOf(path, paths);
    if (place === null) return { declined: `${path.slice(0, 120)} is not in the repository, or may be one of several files.` };
    if (TEST_FILE.test(place)) return { declined: `${place} is a test; what it means is not for a compiler to guess.` };
    if (grammarOf(place) === null) return { declined: `${place} is of a language that Regreen does not parse.` };
    targets.add(place);
  }
  if (targets.size > PATCH_LIMITS.files) return { declined: `There are suggestions for ${targets.size} files.` };
  return { targets: [...targets], context: [] };
}

/** The file of that name, or the only one that ends so: a compiler may have run in a folder. */
function placeOf(path: string, paths: ReadonlySet<string>): string | null {
  if (!isPlainPath(path)) return null;
  if (paths.has(path)) return path;
  const places = [...paths].filter((one) => one.endsWith(`/${path}`));
  return places.length === 1 ? (places[0] ?? null) : null;
}

async function fix({ source, targets }: FixInput): Promise<FixResult | Declined> {
  const { proposals } = proposalsOf(source);
  const paths = new Set(Object.keys(targets));
  const edits: FixResult['edits'] = [];
  for (const [path, before] of Object.entries(targets)) {
    const parse = await parserFor(grammarOf(path) ?? '');
    const after = written(
      before,
      proposals.filter((one) => placeOf(one.path, paths) === path),
      parse,
    );
    if ('declined' in after) return { declined: `${path}: ${after.declined}.` };
    if (!parse(after.text)) return { declined: `${path}: with the suggestion it can’t be parsed.` };
    edits.push({ path, before, after: after.text });
  }
  return edits.length > 0 ? { edits, skipped: [] } : { declined: 'There is nothing to change.' };
}

function written(before: string, proposals: readonly Proposal[], parse: Parse): { text: string } | Declined {
  const lines = before.split('\n');
  const root = proposals.some(({ imported }) => imported !== undefined) ? parse(before) : null;
  const edits: LineEdit[] = [];
  for (const { edit, imported } of proposals) {
    const found = edit(lines);
    if (!found) return { declined: 'the text is not where the compiler says, or the same name stands elsewhere, too' };
    if (imported !== undefined && !root) return { declined: 'it can’t be parsed' };
    const all = imported !== undefined && root ? (renameImported(root, found, imported) ?? [found]) : [found];
    if ('declined' in all) return all;
    edits.push(...all);
  }
  const text = applyLineEdits(before, edits);
  return text === null || text === before ? { declined: 'the suggestions contradict each other' } : { text };
}
