import { parseAllDocuments, stringify } from 'yaml';
import { foldersAbove, nearest } from '../formatting/named-files.ts';
import { isTable, mergedTables, type Table } from '../formatting/toml.ts';
import { type Declined, type Files, isDeclined } from '../types.ts';

export const CONFIGURATION = ['.clang-format', '_clang-format'];
const INHERITS = /^\s*BasedOnStyle\s*:\s*["']?InheritParentConfig\b/im;

/**
 * A configuration as text that stands for itself: what it inherits from the ones above it is written in.
 * https://clang.llvm.org/docs/ClangFormatStyleOptions.html#configurable-format-style-options
 */
export function wholeStyle(path: string, context: Files): { text: string } | Declined {
  const text = context[path] ?? '';
  if (/^\s*BasedOnStyle\s*:\s*["']?file\b/im.test(text)) {
    return { declined: `${path} is based on another file, which Regreen doesn't follow.` };
  }
  if (!INHERITS.test(text)) return { text };
  const folder = foldersAbove(path).at(-1) ?? '';
  const above = nearest(folder.replace(/\/$/, ''), CONFIGURATION, (name) => context[name] !== undefined);
  if (folder === '' || above === null) return { declined: `${path} inherits from a configuration that is not there.` };
  const base = wholeStyle(above, context);
  if (isDeclined(base)) return base;
  const [own, parent] = [tableOf(text), tableOf(base.text)];
  if (own === null || parent === null)
    return { declined: `${path} inherits, and it or ${above} has parts for several languages.` };
  const { BasedOnStyle: _inherited, ...keys } = own;
  return { text: stringify(mergedTables(parent, keys)) };
}

function tableOf(text: string): Table | null {
  const documents = parseAllDocuments(text, { logLevel: 'silent' });
  const [first] = Array.isArray(documents) ? documents : [];
  if (!first || documents.length !== 1 || first.errors.length > 0) return null;
  const table: unknown = first.toJS({ maxAliasCount: 20 });
  return isTable(table) ? table : null;
}
