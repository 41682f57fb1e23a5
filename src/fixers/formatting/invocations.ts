import { parse as parseYaml } from 'yaml';
import type { Files, FixSource } from '../types.ts';
import { fileName } from './named-files.ts';

/** A word that ends a command, or begins the next. */
const SEPARATOR = /^(?:&&|\|\|?|;|&|\)|\{|\}|then|do|fi|done|else)$/;
const WORD = /(?:[^\s'";|&()]|'[^']{0,500}'|"[^"]{0,500}")+|&&|\|\|?|[;&()]/g;
/** `test -z "$(gofmt -l .)"`: what is called inside is a command of its own. */
const SUBSTITUTION = /"?\$\(|\)"?|`/g;
/** Longer lines are data. */
const LONGEST_LINE = 2_000;
const MOST_LINES = 20_000;

/**
 * How a repository calls a tool: the arguments of each call that stands in the failed steps' names, in workflow files,
 * package.json scripts, a Makefile or the hooks of pre-commit, where the context has them.
 */
export function invocations(tool: string, { diagnosis }: FixSource, context: Files): string[][] {
  const failed = callsIn(
    tool,
    diagnosis.failedSteps.map((step) => step.name),
  );
  // What has failed says it best; a multi-line script shows only its first line.
  if (failed.length > 0) return failed;
  return Object.entries(context).flatMap(([path, text]) => [
    ...callsIn(tool, commandLines(path, text)),
    ...hookArguments(tool, path, text),
  ]);
}

function commandLines(path: string, text: string): string[] {
  const name = fileName(path);
  if (name === 'package.json') return scriptsOf(text);
  if (/^(?:GNUm|M|m)akefile$|\.mk$|\.sh$|^justfile$|^tox\.ini$|^Taskfile\.ya?ml$/.test(name)) return text.split('\n');
  return path.startsWith('.github/') ? text.split('\n') : [];
}

function scriptsOf(text: string): string[] {
  const scripts = (parsed(text) as { scripts?: unknown } | null)?.scripts;
  return typeof scripts === 'object' && scripts !== null ? Object.values(scripts).filter((one) => typeof one === 'string') : [];
}

function callsIn(tool: string, lines: readonly string[]): string[][] {
  return joinContinued(lines)
    .slice(0, MOST_LINES)
    .filter((line) => line.length <= LONGEST_LINE && line.includes(tool) && !/^\s*(?:-\s+)?(?:name:|#)/.test(line))
    .flatMap((line) => callsInLine(tool, line));
}

function joinContinued(lines: readonly string[]): string[] {
  return lines.join('\n').replaceAll('\\\n', ' ').split('\n');
}

function callsInLine(tool: string, line: string): string[][] {
  const words = [...line.replace(SUBSTITUTION, ' ; ').matchAll(WORD)].map(([word]) => word);
  const calls: string[][] = [];
  for (const [index, word] of words.entries()) {
    if (/^(['"]).*\s.*\1$/.test(word) && word.includes(tool)) calls.push(...callsInLine(tool, word.slice(1, -1)));
    if (!isCall(tool, words, index, word)) continue;
    const rest = words.slice(index + 1);
    const end = rest.findIndex((one) => SEPARATOR.test(one));
    calls.push((end < 0 ? rest : rest.slice(0, end)).map(unquoted));
  }
  return calls;
}

/** `black`, `./bin/black`, `black@24`; but no `pip install black` and no `--tool=black`. */
function isCall(tool: string, words: readonly string[], index: number, word: string): boolean {
  const bare = unquoted(word);
  // `./bin/black`, `prettier@3`, `clang-format-18`.
  const name = bare.slice(bare.lastIndexOf('/') + 1).replace(/(?!^)(?:@.*|-\d[\d.]*)$/, '');
  if (name !== tool && !(tool === 'biome' && /^@biomejs\/biome(?:@|$)/.test(bare))) return false;
  const before = words.slice(Math.max(0, index - 4), index);
  return !before.some((one) => /^(?:install|add|i|uses:|name:|id:|which|--version|download)$/.test(one));
}

function unquoted(word: string): string {
  return word.replaceAll(/^["']|["']$/g, '').replaceAll(/=["']|["']$/g, (match) => (match.startsWith('=') ? '=' : ''));
}

/** `args:` of the hooks of .pre-commit-config.yaml whose id is the tool's, such as `ruff-format` or `clang-format`. */
function hookArguments(tool: string, path: string, text: string): string[][] {
  if (fileName(path) !== '.pre-commit-config.yaml') return [];
  const repositories = (parsed(text) as { repos?: unknown } | null)?.repos;
  const hooks = (Array.isArray(repositories) ? repositories : []).flatMap((one: { hooks?: unknown } | null) =>
    Array.isArray(one?.hooks) ? (one.hooks as ({ id?: unknown; args?: unknown } | null)[]) : [],
  );
  return hooks
    .filter((hook) => typeof hook?.id === 'string' && hook.id.replace(/-src$|-docker$|-py$/, '') === tool)
    .map((hook) => (Array.isArray(hook?.args) ? hook.args.filter((one) => typeof one === 'string') : []));
}

/** YAML holds JSON; `null` for what can't be read. */
export function parsed(text: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: 20, logLevel: 'silent' }) as unknown;
  } catch {
    return null;
  }
}

export interface Options {
  /** Values of the options that take one, by their names; the last counts. */
  values: Map<string, string>;
  flags: Set<string>;
  /** Options that the fixer doesn't know, and so can't honour. */
  unknown: string[];
}

/**
 * Sorts arguments. `aliases` gives each spelling its name, with `=` at the end when it takes a value:
 * `{ '-l': 'line-length=', '--line-length': 'line-length=' }`; an empty name is an option that changes no layout.
 */
export function readOptions(args: readonly string[], aliases: Readonly<Record<string, string>>): Options {
  const options: Options = { values: new Map(), flags: new Set(), unknown: [] };
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!/^-{1,2}[A-Za-z]/.test(word)) continue;
    const [spelling = '', inline] = split(word);
    const name = Object.hasOwn(aliases, spelling) ? aliases[spelling] : undefined;
    if (name === undefined) options.unknown.push(spelling);
    else if (name.endsWith('=')) options.values.set(name.slice(0, -1), inline ?? rest.shift() ?? '');
    else options.flags.add(name);
  }
  return options;
}

function split(word: string): [string, string | undefined] {
  const at = word.indexOf('=');
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}
