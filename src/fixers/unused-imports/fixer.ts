import manifest from '@vscode/tree-sitter-wasm/package.json' with { type: 'json' };
import { PATCH_LIMITS } from '../../policy/gate/limits.ts';
import { isPlainPath } from '../../policy/gate/paths.ts';
import { NotCuttableError, withoutCuts } from '../syntax/cuts.ts';
import { grammarOf, type Node, type Parse, parserFor } from '../syntax/parser.ts';
import type { Declined, Fixer, FixInput, FixPlan, FixResult, FixSource } from '../types.ts';
import { type UnusedImport, unusedImportsOf } from './findings.ts';
import { go } from './go.ts';
import { javascript } from './javascript.ts';
import type { Language } from './language.ts';
import { python } from './python.ts';
import { rust } from './rust.ts';

const LANGUAGES: Readonly<Record<string, Language>> = { typescript: javascript, tsx: javascript, javascript, go, rust, python };

/** What these import is for others: a package's names, and pytest's fixtures. */
const REEXPORTS = /(?:^|\/)(?:__init__\.pyi?|conftest\.py)$/;

/** Removes imports that a compiler or linter calls unused, where nothing else is wrong. */
export const unusedImports: Fixer = {
  id: 'unused-imports',
  tool: 'tree-sitter (removal of unused imports)',
  version: manifest.version,
  applies: ({ diagnosis }) => unusedImportsOf(diagnosis).found.length > 0,
  plan,
  fix,
};

function plan({ diagnosis }: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  const { found, others } = unusedImportsOf(diagnosis);
  const [other] = others;
  if (other) return { declined: `There are other errors than unused imports: ${other.message.slice(0, 200)}` };
  if (diagnosis.partial) return { declined: 'The log was not read to its end, so there may be other errors.' };
  const targets = new Set<string>();
  for (const { path } of found) {
    const place = placeOf(path, paths);
    if (place === null) return { declined: `${path.slice(0, 120)} is not in the repository, or may be one of several files.` };
    if (!Object.hasOwn(LANGUAGES, grammarOf(place) ?? ''))
      return { declined: `${place} is of a language that Regreen does not parse.` };
    if (REEXPORTS.test(place)) return { declined: `${place} may import for others.` };
    targets.add(place);
  }
  if (targets.size > PATCH_LIMITS.files) return { declined: `There are unused imports in ${targets.size} files.` };
  return { targets: [...targets], context: [] };
}

/** The file of that name, or the only one that ends so: a tool may have run in a folder. */
function placeOf(path: string, paths: ReadonlySet<string>): string | null {
  if (!isPlainPath(path)) return null;
  if (paths.has(path)) return path;
  const places = [...paths].filter((one) => one.endsWith(`/${path}`));
  return places.length === 1 ? (places[0] ?? null) : null;
}

async function fix({ source, targets }: FixInput): Promise<FixResult | Declined> {
  const { found } = unusedImportsOf(source.diagnosis);
  const paths = new Set(Object.keys(targets));
  const edits: FixResult['edits'] = [];
  for (const [path, before] of Object.entries(targets)) {
    const grammar = grammarOf(path) ?? '';
    const language = LANGUAGES[grammar];
    const findings = found.filter((one) => placeOf(one.path, paths) === path);
    if (!language) continue;
    const after = removed(before, findings, language, await parserFor(grammar));
    if ('declined' in after) return { declined: `${path}: ${after.declined}.` };
    edits.push({ path, before, after: after.text });
  }
  return edits.length > 0 ? { edits, skipped: [] } : { declined: 'There is nothing to remove.' };
}

function removed(text: string, findings: readonly UnusedImport[], language: Language, parse: Parse): { text: string } | Declined {
  const root = parse(text);
  if (!root) return { declined: 'it can’t be parsed' };
  try {
    const before = tokensOutside(root, language.importTypes);
    const after = withoutCuts(text, language.cut(text, root, findings));
    const changed = parse(after);
    if (!changed || tokensOutside(changed, language.importTypes) !== before)
      return { declined: 'the removal changes more than imports' };
    return after === text ? { declined: 'there is nothing to remove' } : { text: after };
  } catch (error) {
    if (error instanceof NotCuttableError) return { declined: error.message };
    throw error;
  }
}

/** All that is written outside of imports, without layout and comments: an import's own goes with it. */
function tokensOutside(root: Node, importTypes: readonly string[]): string {
  const tokens: string[] = [];
  const waiting: Node[] = [root];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (importTypes.includes(node.type) || /^(?:line_|block_)?comment$/.test(node.type)) continue;
    if (node.childCount === 0) tokens.push(node.text);
    waiting.push(...node.children.filter((child) => child !== null).reverse());
  }
  return tokens.join('\u0000');
}
