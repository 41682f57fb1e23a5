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

/** The configuration that counts for a file: the nearest, with the root's where it says so; without one, Biome's defaults. */
export function biomeConfiguration(file: string, context: Files): BiomeConfiguration | Declined {
  const found = foldersAbove(file).flatMap((folder) => {
    const name = BIOME_FILES.find((one) => context[folder + one] !== undefined);
    return name === undefined ? [] : [folder + name];
  });
  const [root] = found;
  const path = found.at(-1);
  if (root === undefined || path === undefined) return { folder: '', table: {} };
  const own = read(path, context);
  if (isDeclined(own)) return own;
  const folder = path.slice(0, -fileName(path).length);
  const { extends: base, ...table } = own.table;
  if (base === undefined) return { folder, table: withoutFiles(table) };
  if (path === root || (base !== '//' && JSON.stringify(base) !== '["//"]')) {
    return { declined: `${path} extends another configuration, which Regreen doesn't follow.` };
  }
  const above = read(root, context);
  if (isDeclined(above)) return above;
  if ([above.table, table].some((one) => one['overrides'] !== undefined || one['extends'] !== undefined)) {
    return { declined: `${path} extends ${root}, and one of them has overrides, which Regreen doesn't combine.` };
  }
  return { folder, table: withoutFiles(mergedTables(above.table, table)) };
}

function read(path: string, context: Files): { table: Table } | Declined {
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
