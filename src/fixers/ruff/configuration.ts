import { foldersAbove } from '../formatting/named-files.ts';
import { isTable, mergedTables, readToml, type Table, tableAt } from '../formatting/toml.ts';
import { type Declined, type Files, isDeclined } from '../types.ts';
import { PLAIN_LAYOUT, type PythonLayout } from './styles.ts';

/** In the order in which ruff looks for them in a folder. https://docs.astral.sh/ruff/configuration/ */
export const RUFF_FILES = ['.ruff.toml', 'ruff.toml', 'pyproject.toml'];

export interface RuffConfiguration {
  /** `null` where ruff's defaults count. */
  path: string | null;
  /** The table with ruff's own keys. */
  table: Table;
  /** The lowest Python that the project allows, such as `py39`. */
  target: string | null;
}

/** The configuration that ruff takes for a file: the nearest, whole; those further up don't count. */
export function ruffConfiguration(file: string, context: Files): RuffConfiguration | Declined {
  for (const folder of foldersAbove(file).toReversed()) {
    for (const name of RUFF_FILES) {
      const text = context[folder + name];
      if (text === undefined) continue;
      const read = readToml(text);
      if (isDeclined(read)) return { declined: `${folder}${name} can't be read: ${read.declined}` };
      const own = name === 'pyproject.toml' ? tableAt(read.table, 'tool')['ruff'] : read.table;
      if (isTable(own)) return checked(folder + name, own, context, targetOf(folder, context));
    }
  }
  return { path: null, table: {}, target: null };
}

/** Nobody nests them deeper. */
const MOST_EXTENDED = 4;

/** A configuration with what it extends, option by option; what extends counts before what is extended. */
function extended(path: string, table: Table, context: Files): { table: Table } | Declined {
  let whole = table;
  let place: string | null = path;
  let next: unknown = table['extend'];
  for (let depth = 0; next !== undefined; depth++) {
    const base: string | null = typeof next === 'string' && depth < MOST_EXTENDED ? joinedPath(place, next) : null;
    const text: string | undefined = base === null ? undefined : context[base];
    if (base === null || text === undefined) return { declined: `${path} extends ${String(next)}, which Regreen doesn't find.` };
    const read = readToml(text);
    if (isDeclined(read)) return { declined: `${base} can't be read: ${read.declined}` };
    const own: unknown = base.endsWith('pyproject.toml') ? tableAt(read.table, 'tool')['ruff'] : read.table;
    if (!isTable(own)) return { declined: `${base} has no configuration of ruff.` };
    whole = mergedTables(own, whole);
    [place, next] = [base, own['extend']];
  }
  const { extend: _extend, ...rest } = whole;
  return { table: rest };
}

/** A path as seen from a file; `null` where it leaves the repository. */
function joinedPath(from: string | null, to: string): string | null {
  const parts = (from ?? '').split('/').slice(0, -1);
  for (const part of to.split('/')) {
    if (part === '..' && parts.pop() === undefined) return null;
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  return to.startsWith('/') ? null : parts.join('/');
}

function checked(path: string, own: Table, context: Files, target: string | null): RuffConfiguration | Declined {
  const whole = extended(path, own, context);
  if (isDeclined(whole)) return whole;
  const { table } = whole;
  if (table['preview'] === true || tableAt(table, 'format')['preview'] === true) {
    return { declined: `${path} asks for ruff's preview style, which changes with every version.` };
  }
  const version = table['target-version'];
  return { path, table, target: typeof version === 'string' ? version : target };
}

/** From `requires-python` of the same folder, as ruff does. */
function targetOf(folder: string, context: Files): string | null {
  const read = readToml(context[`${folder}pyproject.toml`] ?? '');
  const range = isDeclined(read) ? undefined : tableAt(read.table, 'project')['requires-python'];
  const minor = typeof range === 'string' ? />=\s*3\.(\d{1,2})/.exec(range)?.[1] : undefined;
  return minor === undefined || Number(minor) < 7 ? null : `py3${minor}`;
}

const FORMAT_KEYS: Readonly<Record<string, (value: unknown) => Partial<PythonLayout> | null>> = {
  'quote-style': (value) => (value === 'double' || value === 'single' || value === 'preserve' ? { quoteStyle: value } : null),
  'indent-style': (value) => (value === 'space' || value === 'tab' ? { indentStyle: value } : null),
  'skip-magic-trailing-comma': (value) => (typeof value === 'boolean' ? { skipMagicTrailingComma: value } : null),
  'line-ending': (value) =>
    value === 'auto' || value === 'lf' || value === 'cr-lf' || value === 'native' ? { lineEnding: value } : null,
  'docstring-code-format': (value) => (typeof value === 'boolean' ? { docstringCode: value } : null),
  'docstring-code-line-length': (value) =>
    typeof value === 'number' || value === 'dynamic' ? { docstringCodeLength: value } : null,
  preview: () => ({}),
  exclude: () => ({}),
};

/** What the configuration says of the layout. */
export function ruffLayout({ path, table, target }: RuffConfiguration): PythonLayout | Declined {
  let layout: PythonLayout = { ...PLAIN_LAYOUT, target };
  if (typeof table['line-length'] === 'number') layout = { ...layout, lineLength: table['line-length'] };
  if (typeof table['indent-width'] === 'number') layout = { ...layout, indentWidth: table['indent-width'] };
  for (const [key, value] of Object.entries(tableAt(table, 'format'))) {
    const change = Object.hasOwn(FORMAT_KEYS, key) ? FORMAT_KEYS[key]?.(value) : null;
    if (!change) return { declined: `${path} has an option of the formatter that Regreen doesn't honour: ${key}.` };
    layout = { ...layout, ...change };
  }
  return layout;
}
