import manifest from '@wasm-fmt/taplo_fmt/package.json' with { type: 'json' };
import type { Diagnostic } from '../../diagnosis/types.ts';
import { formatFiles } from '../formatting/format-files.ts';
import { invocations, readOptions } from '../formatting/invocations.ts';
import { namedFiles, presentFiles } from '../formatting/named-files.ts';
import { agreedVersion, pinnedVersions, pinPaths, type ToolNames } from '../formatting/pins.ts';
import { isTable, readToml, type Table } from '../formatting/toml.ts';
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
  ...{ '--colors': 'colors=', '-o': 'option=', '--option': 'option=' },
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
  const targets = presentFiles('taplo', namedFiles(source, isRefusal), paths);
  if (isDeclined(targets)) return targets;
  return { targets, context: [...CONFIGURATION.filter((path) => paths.has(path)), ...pinPaths(NAMES, source, paths)] };
}

async function fix({ source, targets, context }: FixInput): Promise<FixResult | Declined> {
  const version = agreedVersion('taplo', pinnedVersions(NAMES, context), (text) => SAME_STYLE.test(text));
  if (version && isDeclined(version)) return version;
  if (version && !version.is) {
    return {
      declined: `${version.pin.path} asks for taplo ${version.pin.version}, whose style may differ from that of Regreen's.`,
    };
  }
  const options = optionsOf(source, context);
  if (isDeclined(options)) return options;
  // Loaded here and not above: only the child process that formats pays for it.
  const engine = await import('@wasm-fmt/taplo_fmt');
  return formatFiles(targets, {
    name: `taplo (@wasm-fmt/taplo_fmt ${manifest.version})`,
    format(_path, text) {
      const broken = readToml(text);
      if (isDeclined(broken)) throw new Error(broken.declined);
      return engine.format(text, options);
    },
  });
}

function optionsOf(source: FixSource, context: Files): Record<string, unknown> | Declined {
  const path = CONFIGURATION.find((name) => context[name] !== undefined);
  for (const args of invocations('taplo', source, context)) {
    const { unknown, values } = readOptions(args, FLAGS);
    const odd = unknown[0] ?? (values.has('option') ? '--option' : undefined);
    if (odd !== undefined) return { declined: `taplo is called with ${odd}, which Regreen doesn't honour.` };
  }
  return path === undefined ? {} : fromConfiguration(path, context[path] ?? '');
}

function fromConfiguration(path: string, text: string): Record<string, unknown> | Declined {
  const read = readToml(text);
  if (isDeclined(read)) return { declined: `${path} can't be read: ${read.declined}` };
  const rules = read.table['rule'];
  if (Array.isArray(rules) && rules.some((rule) => isTable(rule) && rule['formatting'] !== undefined)) {
    return { declined: `${path} has rules with a layout of their own, which Regreen doesn't honour.` };
  }
  const formatting = read.table['formatting'];
  return isTable(formatting) ? checked(path, formatting) : {};
}

function checked(path: string, formatting: Table): Record<string, unknown> | Declined {
  for (const [name, value] of Object.entries(formatting)) {
    const kind = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    if (typeof value !== kind) return { declined: `${path} has a formatting option that Regreen doesn't honour: ${name}.` };
  }
  return { ...formatting };
}
