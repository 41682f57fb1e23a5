import { type ParseError, parse } from 'jsonc-parser';
import { fileName, foldersAbove } from '../formatting/named-files.ts';
import { isTable, type Table } from '../formatting/toml.ts';
import type { Declined, Files } from '../types.ts';

/** https://biomejs.dev/guides/configure-biome/ */
export const BIOME_FILES = ['biome.json', 'biome.jsonc', '.biome.json', '.biome.jsonc'];

export interface BiomeConfiguration {
  /** With `/` at its end; empty for the root. */
  folder: string;
  /** Without the keys that name files: the log has named them. */
  table: Table;
}

/** The one configuration that counts for a file; without one, Biome's defaults. */
export function biomeConfiguration(file: string, context: Files): BiomeConfiguration | Declined {
  const above = foldersAbove(file);
  const found = above.flatMap((folder) => BIOME_FILES.map((name) => folder + name)).filter((path) => context[path] !== undefined);
  const [path, another] = found;
  if (path === undefined) return { folder: '', table: {} };
  if (another !== undefined) return { declined: `${path} and ${another} both count, and Regreen does not combine them.` };
  const errors: ParseError[] = [];
  const table: unknown = parse(context[path] ?? '', errors, { allowTrailingComma: true });
  if (errors.length > 0 || !isTable(table)) return { declined: `${path} can't be read.` };
  return refusal(path, table) ?? { folder: path.slice(0, -fileName(path).length), table: withoutFiles(table) };
}

function refusal(path: string, table: Table): Declined | null {
  if (table['extends'] !== undefined) return { declined: `${path} extends another configuration, which Regreen doesn't follow.` };
  if (Array.isArray(table['plugins']) && table['plugins'].length > 0) return { declined: `${path} loads plugins of Biome.` };
  const formatter = table['formatter'];
  if (isTable(formatter) && formatter['useEditorconfig'] === true) {
    return { declined: `${path} takes the layout from .editorconfig, which Regreen does not for Biome.` };
  }
  const schema = typeof table['$schema'] === 'string' ? /\/schemas\/(\d+)\./.exec(table['$schema'])?.[1] : undefined;
  return schema === undefined || schema === '2' ? null : { declined: `${path} is for Biome ${schema}; Regreen has Biome 2.` };
}

function withoutFiles(table: Table): Table {
  const { $schema: _schema, root: _root, vcs: _vcs, files: _files, plugins: _plugins, ...rest } = table;
  return rest;
}
