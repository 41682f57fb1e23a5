import manifest from '@wasm-fmt/taplo_fmt/package.json' with { type: 'json' };
import type { Diagnostic } from '../../diagnosis/types.ts';
import { matchesAny } from '../../policy/globs.ts';
import { formatFiles } from '../formatting/format-files.ts';
import { invocations, readOptions } from '../formatting/invocations.ts';
import { namedFiles, presentFiles } from '../formatting/named-files.ts';
import { agreedVersion, pinnedVersions, pinPaths, type ToolNames } from '../formatting/pins.ts';
import { isTable, readToml, type Table } from '../formatting/toml.ts';
import { placesOf } from '../places/places.ts';
import {
  type Declined,
  type Files,
  type Fixer,
  type FixInput,
  type FixPlan,
  type FixResult,
  type FixSource,
  isDeclined,
} from '../types.ts';

const NAMES: ToolNames = {
  npm: '@taplo/cli',
  pypi: 'taplo',
  hooks: /\/taplo-pre-commit(?:\.git)?\/?$/,
  asdf: ['taplo', 'taplo-cli'],
  words: /\btaplo-cli(?:@|\s+(?:--locked\s+)?--version[ =])(\d[\w.]{0,20})/g,
};
/** Both write as the taplo 0.14 of our engine does; npm's package counts otherwise, its 0.7 holds taplo 0.9. */
const SAME_STYLE = /^0\.(?:7|8|9|10)(?:\.|$)/;
const CONFIGURATION = ['.taplo.toml', 'taplo.toml'];
const FLAGS = {
  ...Object.fromEntries(['--check', '--diff', '--force', '-f', '--verbose', '--no-auto-config'].map((name) => [name, ''])),
  ...{ '--colors': 'colors=', '-o': 'option=', '--option': 'option=', '-c': 'config=', '--config': 'config=' },
};
/** https://taplo.tamasfe.dev/configuration/formatter-options.html */
const OPTIONS: Readonly<Record<string, 'boolean' | 'number' | 'string'>> = {
  ...{ align_entries: 'boolean', align_comments: 'boolean', align_single_comments: 'boolean', array_trailing_comma: 'boolean' },
  ...{ array_auto_expand: 'boolean', inline_table_expand: 'boolean', array_auto_collapse: 'boolean', compact_arrays: 'boolean' },
  ...{ compact_inline_tables: 'boolean', compact_entries: 'boolean', column_width: 'number', indent_tables: 'boolean' },
  ...{ indent_entries: 'boolean', indent_string: 'string', trailing_newline: 'boolean', reorder_keys: 'boolean' },
  ...{ reorder_arrays: 'boolean', reorder_inline_tables: 'boolean', allowed_blank_lines: 'number', crlf: 'boolean' },
};

/** Formats the TOML files that `taplo fmt --check` refused, as the repository's .taplo.toml says. */
export const taplo: Fixer = {
  id: 'taplo',
  tool: 'taplo (@wasm-fmt/taplo_fmt)',
  version: manifest.version,
  applies: (source) => namedFiles(source, isRefusal).length > 0,
  plan,
  fix,
};

function isRefusal({ tool }: Diagnostic): boolean {
  return tool === 'taplo';
}

function plan(source: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  const targets = presentFiles('taplo', source, isRefusal, paths);
  if (isDeclined(targets)) return targets;
  const configurations = [...CONFIGURATION.filter((path) => paths.has(path)), ...namedConfigurations(paths)];
  return { targets, context: [...new Set([...configurations, ...pinPaths(NAMES, source, paths)])] };
}

/** Files that `--config` may name; each costs a request. */
function namedConfigurations(paths: ReadonlySet<string>): string[] {
  return [...paths].filter((path) => /(?:^|\/)[^/]*taplo[^/]*\.toml$/i.test(path)).slice(0, MOST_NAMED);
}
const MOST_NAMED = 3;

async function fix({ source, targets, context }: FixInput): Promise<FixResult | Declined> {
  const version = agreedVersion('taplo', pinnedVersions(NAMES, context), (text) => SAME_STYLE.test(text));
  if (version && isDeclined(version)) return version;
  if (version && !version.is) {
    return {
      declined: `${version.pin.path} asks for taplo ${version.pin.version}, whose style may differ from that of Regreen's.`,
    };
  }
  const layoutOf = layoutsOf(source, context);
  if (isDeclined(layoutOf)) return layoutOf;
  // Loaded here and not above: only the child process that formats pays for it.
  const engine = await import('@wasm-fmt/taplo_fmt');
  return formatFiles(targets, {
    name: `taplo (@wasm-fmt/taplo_fmt ${manifest.version})`,
    places: placesOf(source, isRefusal, new Set(Object.keys(targets))),
    format(path, text) {
      const broken = readToml(text);
      if (isDeclined(broken)) throw new Error(broken.declined);
      return engine.format(text, layoutOf(path));
    },
  });
}

type Layout = Record<string, unknown>;

/** The layout of each file. */
function layoutsOf(source: FixSource, context: Files): ((path: string) => Layout) | Declined {
  const said = commandLayout(source, context);
  if (isDeclined(said)) return said;
  const path = said.config === null ? CONFIGURATION.find((name) => context[name] !== undefined) : givenPath(said.config, context);
  if (path === undefined && said.config !== null)
    return { declined: `taplo is called with --config ${said.config}, which can't be told.` };
  const configured = path === undefined ? () => ({}) : fromConfiguration(path, context[path] ?? '');
  return isDeclined(configured) ? configured : (file) => ({ ...configured(file), ...said.layout });
}

function givenPath(given: string, context: Files): string | undefined {
  const plain = given.replace(/^(?:\.{1,2}\/)+/, '');
  const [only, another] = Object.keys(context).filter((path) => path === plain || path.endsWith(`/${plain}`));
  return another === undefined ? only : undefined;
}

interface Said {
  layout: Layout;
  /** What `--config` names. */
  config: string | null;
}

/** What `-o name=value` and `--config` say; all calls must say the same. */
function commandLayout(source: FixSource, context: Files): Said | Declined {
  const all: Said[] = [];
  for (const args of invocations('taplo', source, context)) {
    const { unknown, values } = readOptions(args, FLAGS);
    if (unknown[0] !== undefined) return { declined: `taplo is called with ${unknown[0]}, which Regreen doesn't honour.` };
    const said = args.flatMap((word, index) => {
      if (word === '-o' || word === '--option') return [args[index + 1] ?? ''];
      return word.startsWith('--option=') ? [word.slice('--option='.length)] : [];
    });
    const layout = checked('The command line', Object.fromEntries(said.map(namedValue)));
    if (isDeclined(layout)) return layout;
    all.push({ layout, config: values.get('config') ?? null });
  }
  const [first = { layout: {}, config: null }] = all;
  const differs = all.some((one) => JSON.stringify(one) !== JSON.stringify(first));
  return differs ? { declined: 'The repository calls taplo with different options in different places.' } : first;
}

function namedValue(text: string): [string, unknown] {
  const [name = '', value = ''] = [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)];
  if (value === 'true' || value === 'false') return [name, value === 'true'];
  return [name, /^\d{1,6}$/.test(value) ? Number(value) : value.replaceAll('"', '')];
}

/** Rules in their order, the later ones over those before. https://taplo.tamasfe.dev/configuration/file.html#rules */
function fromConfiguration(path: string, text: string): ((file: string) => Layout) | Declined {
  const read = readToml(text);
  if (isDeclined(read)) return { declined: `${path} can't be read: ${read.declined}` };
  const base = isTable(read.table['formatting']) ? checked(path, read.table['formatting']) : {};
  if (isDeclined(base)) return base;
  const rules: { fits: (file: string) => boolean; layout: Layout }[] = [];
  for (const rule of Array.isArray(read.table['rule']) ? (read.table['rule'] as unknown[]) : []) {
    if (!isTable(rule) || !isTable(rule['formatting'])) continue;
    if (rule['keys'] !== undefined) return { declined: `${path} has a layout for some keys only, which Regreen doesn't honour.` };
    const layout = checked(path, rule['formatting']);
    if (isDeclined(layout)) return layout;
    const [include, exclude] = [patternsOf(rule['include']), patternsOf(rule['exclude'])];
    const fits = (file: string) => (include.length === 0 || matchesAny(file, include)) && !matchesAny(file, exclude);
    rules.push({ fits, layout });
  }
  return (file) => Object.assign({}, base, ...rules.filter(({ fits }) => fits(file)).map(({ layout }) => layout)) as Layout;
}

function patternsOf(value: unknown): string[] {
  const patterns = Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  return patterns.map((pattern) => pattern.replace(/^\.\//, ''));
}

function checked(path: string, formatting: Table): Layout | Declined {
  for (const [name, value] of Object.entries(formatting)) {
    const kind = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    if (typeof value !== kind) return { declined: `${path} has a formatting option that Regreen doesn't honour: ${name}.` };
  }
  return { ...formatting };
}
