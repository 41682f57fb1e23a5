import type { Node } from '../syntax/parser.ts';
import type { Files } from '../types.ts';

/** Modules of the repository that a file imports by a relative name, or by the dotted one of a package of its own. */
const RELATIVE_JAVASCRIPT = /\bimport\s[^'"]{0,2000}?\sfrom\s{0,20}['"](?<module>\.{1,2}\/[^'"\n]{1,300})['"]/g;
const PYTHON =
  /^[ \t]{0,40}(?:from\s{1,20}(?<from>[\w.]{1,300})\s{1,20}import\s{1,20}(?<names>[^#\n(]{1,300}|\()|import\s{1,20}(?<module>[\w.]{1,300}))/gm;

const ENDINGS = ['', '.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.tsx', '/index.js', '/index.mjs', '/index.ts'];
const MOST_MODULES = 40;

/**
 * The modules of the repository that a file imports: where they do something when they are loaded, an import that nobody uses
 * by name is used. Compiled TypeScript loads nothing for names that are not used, so it is not looked at.
 */
export function modulesOf(path: string, text: string, paths: ReadonlySet<string>): string[] {
  const found = new Set<string>();
  if (/\.(?:[cm]?js|jsx)$/.test(path)) {
    for (const { groups } of text.matchAll(RELATIVE_JAVASCRIPT))
      add(found, javascriptModule(path, groups?.['module'] ?? '', paths));
  } else if (path.endsWith('.py')) {
    for (const { groups } of text.matchAll(PYTHON)) for (const one of pythonModules(path, groups ?? {}, paths)) add(found, one);
  }
  return [...found].slice(0, MOST_MODULES);
}

function add(found: Set<string>, path: string | null): void {
  if (path !== null) found.add(path);
}

function javascriptModule(path: string, module: string, paths: ReadonlySet<string>): string | null {
  const at = resolved(path, module);
  const bare = at.replace(/\.[cm]?js$/, '');
  return [at, bare].flatMap((one) => ENDINGS.map((ending) => one + ending)).find((one) => paths.has(one)) ?? null;
}

function resolved(path: string, module: string): string {
  const parts = path.split('/').slice(0, -1);
  for (const part of module.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** A module and its members that are modules themselves, wherever in the repository they end so. */
function pythonModules(path: string, groups: Record<string, string | undefined>, paths: ReadonlySet<string>): string[] {
  const module = groups['from'] ?? groups['module'] ?? '';
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  const folder = dots > 0 ? path.split('/').slice(0, -dots).join('/') : null;
  const plain = module.slice(dots).replaceAll('.', '/');
  const members = (groups['names'] ?? '').split(',').map((name) => name.trim().split(/\s/)[0] ?? '');
  const names = [
    plain,
    ...members.filter((name) => /^\w+$/.test(name)).map((name) => (plain === '' ? name : `${plain}/${name}`)),
  ];
  return names
    .filter((name) => name !== '')
    .flatMap((name) => fileOf(folder === null || folder === '' ? name : `${folder}/${name}`, paths, folder !== null));
}

function fileOf(name: string, paths: ReadonlySet<string>, isExact: boolean): string[] {
  for (const folder of isExact ? [''] : ['', 'src/', 'lib/', 'python/']) {
    const file = [`${folder}${name}.py`, `${folder}${name}/__init__.py`].find((one) => paths.has(one));
    if (file !== undefined) return [file];
  }
  return [];
}

/** Statements that only say what there is. */
const DECLARES =
  /^(?:import_statement|import_from_statement|future_import_statement|comment|hash_bang_line|(?:function|generator_function|class|lexical|variable)_(?:declaration|definition)|export_statement|if_statement|try_statement|type_alias_statement|assert_statement|pass_statement)$/;
/** Decorators that keep to what they stand before. */
const PLAIN_DECORATOR =
  /^@(?:\w+\.)?(?:dataclass|dataclasses|define|frozen|attrs|property|staticmethod|classmethod|cache|cached|lru_cache|wraps|total_ordering|overload|final|runtime_checkable|contextmanager|asynccontextmanager|abstractmethod|unique|override|deprecated)\b/;

/** Whether a module does something when it is loaded that others may see: it calls, or registers what it declares. */
export function hasEffects(root: Node): boolean {
  return root.namedChildren.some((node) => node !== null && isEffect(node));
}

function isEffect(node: Node): boolean {
  if (node.type === 'decorated_definition') {
    return node.namedChildren.some((child) => child?.type === 'decorator' && !PLAIN_DECORATOR.test(child.text));
  }
  if (node.type === 'expression_statement')
    return (
      /^(?:call|call_expression|await_expression|await)$/.test(node.firstNamedChild?.type ?? '') || isForeignAssignment(node)
    );
  return !DECLARES.test(node.type);
}

/** `module.exports = …` says what there is, as does a plain name; a member of something else is another's. */
function isForeignAssignment(node: Node): boolean {
  const left = node.firstNamedChild?.childForFieldName('left');
  return (
    (left?.type === 'member_expression' || left?.type === 'attribute' || left?.type === 'subscript') &&
    !/^(?:module|exports)\b/.test(left.text)
  );
}

/** The modules that one text imports, and another does not any more. */
export function droppedModules(path: string, before: string, after: string, files: Files): string[] {
  const paths = new Set(Object.keys(files));
  const kept = new Set(modulesOf(path, after, paths));
  return modulesOf(path, before, paths).filter((module) => !kept.has(module));
}
