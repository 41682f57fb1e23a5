import { type ParseError, parse } from 'jsonc-parser';
import { fileName, foldersAbove } from '../formatting/named-files.ts';
import { isTable, mergedTables, type Table, tableAt } from '../formatting/toml.ts';
import { type Declined, type Files, isDeclined } from '../types.ts';

/** https://biomejs.dev/guides/configure-biome/ */
export const BIOME_FILES = ['biome.json', 'biome.jsonc', '.biome.json', '.biome.jsonc'];

export interface BiomeConfiguration {
  /** With `/` at its end; empty for the root. */
  folder: string;
  /** Without the keys that name files: the log has named them. */
  table: Table;
}

/** Files that a configuration may extend, or `--config-path` name; each costs a request. */
export function namedConfigurations(paths: ReadonlySet<string>): string[] {
  const isNamed = (path: string) =>
    /(?:^|\/)[^/]*biome[^/]*\.jsonc?$/i.test(path) && !/(?:^|\/)(?:node_modules|\.github)\//.test(path);
  return [...paths].filter(isNamed).slice(0, MOST_NAMED);
}
const MOST_NAMED = 6;

/**
 * The configuration that counts for a file: the nearest, with those that it extends; without one, Biome's defaults.
 * @param given what `--config-path` names: a file, or a folder that has one
 */
export function biomeConfiguration(file: string, context: Files, given: string | null): BiomeConfiguration | Declined {
  const found = foldersAbove(file).flatMap((folder) => configurationIn(folder, context));
  const path = given === null ? found.at(-1) : givenConfiguration(given, context);
  if (path === undefined) return given === null ? { folder: '', table: {} } : { declined: `${given} can't be told.` };
  const whole = wholeTable(path, context, found[0] ?? path);
  if (isDeclined(whole)) return whole;
  return { folder: path.slice(0, -fileName(path).length), table: withoutFiles(whole.table) };
}

function configurationIn(folder: string, context: Files): string[] {
  const name = BIOME_FILES.find((one) => context[folder + one] !== undefined);
  return name === undefined ? [] : [folder + name];
}

function givenConfiguration(given: string, context: Files): string | undefined {
  const plain = given.replace(/^(?:\.{1,2}\/)+/, '').replace(/\/$/, '');
  const isGiven = (path: string) => path === plain || path.endsWith(`/${plain}`);
  const isIn = (path: string) => isGiven(path.slice(0, path.lastIndexOf('/'))) && BIOME_FILES.includes(fileName(path));
  const all = Object.keys(context);
  const [only, another] = all.some(isGiven) ? all.filter(isGiven) : all.filter(isIn);
  return another === undefined ? only : undefined;
}

/** Nobody nests them deeper. */
const MOST_EXTENDED = 4;

/** A configuration with what it extends: those first, in their order, each before the next, and its own last. */
function wholeTable(path: string, context: Files, root: string, depth = 0): { table: Table } | Declined {
  const read = tableIn(path, context);
  if (isDeclined(read)) return read;
  const { extends: named, ...own } = read.table;
  let whole: Table = {};
  for (const one of named === undefined ? [] : [named].flat()) {
    const base = one === '//' && path !== root ? root : joined(path, one);
    if (base === null || context[base] === undefined || depth >= MOST_EXTENDED) {
      return { declined: `${path} extends ${String(one)}, which Regreen doesn't find.` };
    }
    const above = wholeTable(base, context, root, depth + 1);
    if (isDeclined(above)) return above;
    if (!hasPlainOverrides(above.table)) {
      return { declined: `${base} has overrides for paths from its own folder, which Regreen doesn't combine.` };
    }
    whole = combined(whole, above.table);
  }
  return { table: combined(whole, own) };
}

/** Overrides are one list; all else is said by the later one. */
function combined(first: Table, second: Table): Table {
  const overrides = [first['overrides'], second['overrides']].flatMap((one) => (Array.isArray(one) ? (one as unknown[]) : []));
  return { ...mergedTables(first, second), ...(overrides.length > 0 ? { overrides } : {}) };
}

/** Patterns that mean the same from every folder. */
function hasPlainOverrides(table: Table): boolean {
  const overrides = Array.isArray(table['overrides']) ? (table['overrides'] as unknown[]) : [];
  const patterns = overrides.flatMap((one) =>
    isTable(one) && Array.isArray(one['includes']) ? (one['includes'] as unknown[]) : [],
  );
  return patterns.every((one) => typeof one === 'string' && /^!{0,2}\*\*(?:\/|$)/.test(one));
}

/** A path as seen from a file; `null` for a package, and for one that leaves the repository. */
function joined(from: string, to: unknown): string | null {
  if (typeof to !== 'string' || !/^\.{1,2}\/|^[^@/][^/]*\.jsonc?$/.test(to)) return null;
  const parts = from.split('/').slice(0, -1);
  for (const part of to.split('/')) {
    if (part === '..' && parts.pop() === undefined) return null;
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

function tableIn(path: string, context: Files): { table: Table } | Declined {
  const errors: ParseError[] = [];
  const table: unknown = parse(context[path] ?? '', errors, { allowTrailingComma: true });
  if (errors.length > 0 || !isTable(table)) return { declined: `${path} can't be read.` };
  if (Array.isArray(table['plugins']) && table['plugins'].length > 0) return { declined: `${path} loads plugins of Biome.` };
  const schema = typeof table['$schema'] === 'string' ? /\/schemas\/(\d+)\./.exec(table['$schema'])?.[1] : undefined;
  return schema === undefined || schema === '2'
    ? { table }
    : { declined: `${path} is for Biome ${schema}; Regreen has Biome 2.` };
}

function withoutFiles(table: Table): Table {
  const { $schema: _schema, root: _root, vcs: _vcs, files: _files, plugins: _plugins, ...rest } = table;
  return rest;
}

/** With what .editorconfig says of a file, where the configuration asks for it and doesn't say it itself. */
export async function withEditorConfig(
  { folder, table }: BiomeConfiguration,
  file: string,
  root: string,
): Promise<BiomeConfiguration> {
  const formatter = tableAt(table, 'formatter');
  if (formatter['useEditorconfig'] !== true) return { folder, table };
  const { parse: readFor } = await import('editorconfig');
  const keys = await readFor(`${root}/${file}`, { root });
  const width = typeof keys.indent_size === 'number' ? keys.indent_size : keys.tab_width;
  const length: unknown = keys['max_line_length'];
  const said = {
    ...(keys.indent_style === 'space' || keys.indent_style === 'tab' ? { indentStyle: keys.indent_style } : {}),
    ...(typeof width === 'number' ? { indentWidth: width } : {}),
    ...(typeof length === 'number' ? { lineWidth: length } : {}),
    ...(keys.end_of_line === 'lf' || keys.end_of_line === 'crlf' ? { lineEnding: keys.end_of_line } : {}),
  };
  return { folder, table: { ...table, formatter: { ...said, ...formatter } } };
}
