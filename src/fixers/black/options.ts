import { invocations, readOptions } from '../formatting/invocations.ts';
import { nearest } from '../formatting/named-files.ts';
import { isTable, readToml, type Table, tableAt } from '../formatting/toml.ts';
import { PLAIN_LAYOUT, type PythonLayout } from '../ruff/styles.ts';
import { type Declined, type Files, type FixSource, isDeclined } from '../types.ts';

/** https://black.readthedocs.io/en/stable/usage_and_configuration/the_basics.html#command-line-options */
const FLAGS = {
  ...Object.fromEntries(
    ['--check', '--diff', '--color', '--no-color', '--fast', '--safe', '-q', '--quiet', '-v', '--verbose', '--pyi'].map(
      (name) => [name, ''],
    ),
  ),
  ...{ '-l': 'line-length=', '--line-length': 'line-length=', '-S': 'skip-string-normalization' },
  ...{ '--skip-string-normalization': 'skip-string-normalization', '-C': 'skip-magic-trailing-comma' },
  ...{
    '--skip-magic-trailing-comma': 'skip-magic-trailing-comma',
    '-t': 'target-version=',
    '--target-version': 'target-version=',
  },
  ...{ '--exclude': 'exclude=', '--extend-exclude': 'exclude=', '--force-exclude': 'exclude=', '--include': 'include=' },
  ...{ '--config': 'config=' },
  ...{ '-W': 'workers=', '--workers': 'workers=', '--no-cache': '' },
};
/** Keys of [tool.black] that change no layout, or that are read below. */
const KNOWN = new Set([
  ...['line-length', 'skip-string-normalization', 'skip-magic-trailing-comma', 'target-version', 'include', 'exclude'],
  ...[
    'extend-exclude',
    'force-exclude',
    'required-version',
    'workers',
    'verbose',
    'quiet',
    'color',
    'check',
    'diff',
    'fast',
    'safe',
  ],
]);

/** How black lays out a file: by its options, then by [tool.black] of the nearest pyproject.toml that has it. */
export function blackLayout(path: string, source: FixSource, context: Files): PythonLayout | Declined {
  const calls = invocations('black', source, context).map((args) => readOptions(args, FLAGS));
  const named = [...new Set(calls.map(({ values }) => values.get('config') ?? null))];
  if (named.length > 1) return { declined: 'The repository calls black with different options in different places.' };
  const configured = configuration(path, context, named[0] ?? null);
  if (isDeclined(configured)) return configured;
  const unknown = calls.flatMap((call) => call.unknown)[0];
  if (unknown !== undefined) return { declined: `black is called with ${unknown}, which Regreen doesn't honour.` };
  const layouts = calls.map(({ values, flags }) =>
    layoutOf({
      'line-length': Number(values.get('line-length') ?? configured['line-length'] ?? PLAIN_LAYOUT.lineLength),
      'skip-string-normalization': flags.has('skip-string-normalization') || configured['skip-string-normalization'],
      'skip-magic-trailing-comma': flags.has('skip-magic-trailing-comma') || configured['skip-magic-trailing-comma'],
    }),
  );
  const [first = layoutOf(configured)] = layouts;
  const differs = layouts.some((layout) => JSON.stringify(layout) !== JSON.stringify(first));
  return differs ? { declined: 'The repository calls black with different options in different places.' } : first;
}

/** Files that `--config` may name; each costs a request. */
export function blackConfigurations(paths: ReadonlySet<string>): string[] {
  return [...paths].filter((path) => /(?:^|\/)[^/]*black[^/]*\.toml$/i.test(path)).slice(0, 2);
}

/** @param given what `--config` names */
function configuration(path: string, context: Files, given: string | null): Table | Declined {
  const plain = given?.replace(/^(?:\.{1,2}\/)+/, '');
  const isGiven = (name: string) => name === plain || name.endsWith(`/${plain}`);
  const tables = Object.entries(context).filter(([name]) =>
    plain === undefined ? name.endsWith('pyproject.toml') : isGiven(name),
  );
  if (plain !== undefined && tables.length !== 1)
    return { declined: `black is called with --config ${given}, which can't be told.` };
  const having = new Map<string, Table>();
  for (const [name, text] of tables) {
    const read = readToml(text);
    if (isDeclined(read)) return { declined: `${name} can't be read: ${read.declined}` };
    const own = tableAt(read.table, 'tool')['black'];
    if (isTable(own)) having.set(name, own);
  }
  const name = plain === undefined ? nearest(path, ['pyproject.toml'], (one) => having.has(one)) : (tables[0]?.[0] ?? null);
  const table = name === null ? {} : (having.get(name) ?? {});
  const unknown = Object.entries(table).find(([key, value]) => !KNOWN.has(key.replaceAll('_', '-')) && value !== false);
  if (unknown) return { declined: `${name} asks black for ${unknown[0]}, which Regreen doesn't honour.` };
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key.replaceAll('_', '-'), value]));
}

function layoutOf(options: Table): PythonLayout {
  const length = options['line-length'];
  return {
    ...PLAIN_LAYOUT,
    lineLength: typeof length === 'number' ? length : PLAIN_LAYOUT.lineLength,
    quoteStyle: options['skip-string-normalization'] === true ? 'preserve' : 'double',
    skipMagicTrailingComma: options['skip-magic-trailing-comma'] === true,
  };
}
