import manifest from '@vscode/tree-sitter-wasm/package.json' with { type: 'json' };
import { PATCH_LIMITS } from '../../policy/gate/limits.ts';
import { filesOf, fittingFile, placed, repositoryPath } from '../places/places.ts';
import { grammarOf, type Parse, parserFor } from '../syntax/parser.ts';
import { type Declined, type Fixer, type FixInput, type FixPlan, type FixResult, type FixSource, isDeclined } from '../types.ts';
import { renameImported } from './imported-name.ts';
import { applyLineEdits, type LineEdit } from './line-edit.ts';
import { type Proposal, type Proposals, proposalsOf } from './proposals.ts';

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
  const targets = filesOf(placed(pathsOf(proposals), source, paths));
  if (isDeclined(targets)) return targets;
  for (const place of targets) {
    if (TEST_FILE.test(place)) return { declined: `${place} is a test; what it means is not for a compiler to guess.` };
    if (grammarOf(place) === null) return { declined: `${place} is of a language that Regreen does not parse.` };
  }
  if (targets.length > PATCH_LIMITS.files) return { declined: `There are suggestions for ${targets.length} files.` };
  return { targets, context: [] };
}

function pathsOf(proposals: readonly Proposal[]): string[] {
  return proposals.map(({ path }) => path);
}

async function fix({ source, targets }: FixInput): Promise<FixResult | Declined> {
  const { proposals, consequences } = proposalsOf(source);
  const parsers = new Map<string, Parse>();
  for (const path of Object.keys(targets)) {
    const grammar = grammarOf(path) ?? '';
    if (!parsers.has(grammar)) parsers.set(grammar, await parserFor(grammar));
  }
  const edits: FixResult['edits'] = [];
  for (const place of placed(pathsOf(proposals), source, new Set(Object.keys(targets)))) {
    const isOwn = ({ path }: { path: string }) => repositoryPath(path) === place.printed;
    const wanted = { proposals: proposals.filter(isOwn), consequences: consequences.filter(isOwn) };
    const fitting = fittingFile(place, (file) => writtenIn(file, targets[file] ?? '', wanted, parsers));
    if ('declined' in fitting) return fitting;
    edits.push({ path: fitting.file, before: targets[fitting.file] ?? '', after: fitting.result.text });
  }
  return edits.length > 0 ? { edits, skipped: [] } : { declined: 'There is nothing to change.' };
}

function writtenIn(
  path: string,
  before: string,
  wanted: Wanted,
  parsers: ReadonlyMap<string, Parse>,
): { text: string } | Declined {
  const parse = parsers.get(grammarOf(path) ?? '');
  if (!parse) return { declined: `${path} is of a language that Regreen does not parse.` };
  const after = written(before, wanted, parse);
  if ('declined' in after) return { declined: `${path}: ${after.declined}.` };
  return parse(after.text) ? after : { declined: `${path}: with the suggestion it can’t be parsed.` };
}

type Wanted = Pick<Proposals, 'proposals' | 'consequences'>;

function written(before: string, { proposals, consequences }: Wanted, parse: Parse): { text: string } | Declined {
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
  const rows = { edited: new Set(edits.map(({ line }) => line)), named: new Set(proposals.map(({ row }) => row)) };
  if (!consequences.every((one) => one.holds(lines, rows))) return { declined: 'the compiler also names an error of its own' };
  const text = applyLineEdits(before, edits);
  return text === null || text === before ? { declined: 'the suggestions contradict each other' } : { text };
}
