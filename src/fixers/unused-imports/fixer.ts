import manifest from '@vscode/tree-sitter-wasm/package.json' with { type: 'json' };
import { PATCH_LIMITS } from '../../policy/gate/limits.ts';
import { filesOf, fittingFile, placed, repositoryPath } from '../places/places.ts';
import { NotCuttableError, withoutCuts } from '../syntax/cuts.ts';
import { grammarOf, type Node, type Parse, parserFor } from '../syntax/parser.ts';
import { type Declined, type Fixer, type FixInput, type FixPlan, type FixResult, type FixSource, isDeclined } from '../types.ts';
import { droppedModules, hasEffects, modulesOf } from './effects.ts';
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
  related: (targets, paths) => Object.entries(targets).flatMap(([path, text]) => modulesOf(path, text, paths)),
  fix,
};

function plan(source: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  const { diagnosis } = source;
  const { found, others } = unusedImportsOf(diagnosis);
  const [other] = others;
  if (other) return { declined: `There are other errors than unused imports: ${other.message.slice(0, 200)}` };
  if (diagnosis.partial) return { declined: 'The log was not read to its end, so there may be other errors.' };
  const targets = filesOf(placed(pathsOf(found), source, paths));
  if (isDeclined(targets)) return targets;
  for (const place of targets) {
    if (!Object.hasOwn(LANGUAGES, grammarOf(place) ?? ''))
      return { declined: `${place} is of a language that Regreen does not parse.` };
    if (REEXPORTS.test(place)) return { declined: `${place} may import for others.` };
  }
  if (targets.length > PATCH_LIMITS.files) return { declined: `There are unused imports in ${targets.length} files.` };
  return { targets, context: [] };
}

function pathsOf(found: readonly UnusedImport[]): string[] {
  return found.map(({ path }) => path);
}

async function fix({ source, targets, context }: FixInput): Promise<FixResult | Declined> {
  const { found } = unusedImportsOf(source.diagnosis);
  const parsers = new Map<string, Parse>();
  for (const path of [...Object.keys(targets), ...Object.keys(context)]) {
    const grammar = grammarOf(path) ?? '';
    if (grammar !== '' && !parsers.has(grammar)) parsers.set(grammar, await parserFor(grammar));
  }
  const edits: FixResult['edits'] = [];
  for (const place of placed(pathsOf(found), source, new Set(Object.keys(targets)))) {
    const findings = found.filter(({ path }) => repositoryPath(path) === place.printed);
    const fitting = fittingFile(place, (file) => removedIn(file, targets[file] ?? '', findings, parsers));
    if ('declined' in fitting) return fitting;
    const before = targets[fitting.file] ?? '';
    const loaded = droppedModules(fitting.file, before, fitting.result.text, context).find((module) => {
      const root = parsers.get(grammarOf(module) ?? '')?.(context[module] ?? '');
      return root ? hasEffects(root) : true;
    });
    if (loaded !== undefined) return { declined: `${fitting.file} loads ${loaded}, which does something when it is loaded.` };
    edits.push({ path: fitting.file, before: targets[fitting.file] ?? '', after: fitting.result.text });
  }
  return edits.length > 0 ? { edits, skipped: [] } : { declined: 'There is nothing to remove.' };
}

function removedIn(
  path: string,
  text: string,
  findings: readonly UnusedImport[],
  parsers: ReadonlyMap<string, Parse>,
): { text: string } | Declined {
  const grammar = grammarOf(path) ?? '';
  const [language, parse] = [LANGUAGES[grammar], parsers.get(grammar)];
  if (!language || !parse) return { declined: `${path} is of a language that Regreen does not parse.` };
  const after = removed(text, findings, language, parse);
  return 'declined' in after ? { declined: `${path}: ${after.declined}.` } : after;
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
