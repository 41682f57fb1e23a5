import type { Diagnostic } from '../../diagnosis/types.ts';
import { formatFiles, sameText, settled } from '../formatting/format-files.ts';
import { invocations, readOptions } from '../formatting/invocations.ts';
import { configurationPaths, namedFiles, nearest, presentFiles } from '../formatting/named-files.ts';
import { agreedVersion, pinnedVersions, pinPaths, type ToolNames } from '../formatting/pins.ts';
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
import { engineVersion, loadEngine, NEWEST_ENGINE, OLDEST_ENGINE } from './engines.ts';

const NAMES: ToolNames = {
  npm: 'clang-format',
  pypi: 'clang-format',
  asdf: ['clang-format'],
  hooks: /\/mirrors-clang-format(?:\.git)?\/?$/,
  inputs: [
    { action: /^jidicula\/clang-format-action@/, input: 'clang-format-version' },
    { action: /^DoozyX\/clang-format-lint-action@/, input: 'clangFormatVersion' },
    { action: /^cpp-linter\/cpp-linter-action@/, input: 'version' },
  ],
  words: /\bclang-format-(\d{1,2})\b/g,
};
const CONFIGURATION = ['.clang-format', '_clang-format'];
const STYLES = /^(?:llvm|gnu|google|chromium|microsoft|mozilla|webkit)$/i;
const FLAGS = {
  ...Object.fromEntries(
    ['-n', '--dry-run', '-dry-run', '-i', '-Werror', '--Werror', '--verbose', '-verbose', '--sort-includes'].map((name) => [
      name,
      '',
    ]),
  ),
  ...{ '-style': 'style=', '--style': 'style=', '-fallback-style': 'fallback=', '--fallback-style': 'fallback=' },
  ...{ '--ferror-limit': 'limit=', '-ferror-limit': 'limit=', '--files': 'files=' },
};

/** Formats the files that clang-format refused, with the style of the nearest .clang-format. */
export const clangFormat: Fixer = {
  id: 'clang-format',
  tool: 'clang-format (@wasm-fmt/clang-format)',
  version: `${OLDEST_ENGINE} to ${NEWEST_ENGINE}`,
  applies: (source) => namedFiles(source, isRefusal).length > 0,
  plan,
  fix,
};

function isRefusal({ tool, code }: Diagnostic): boolean {
  return tool === 'clang-format' || code === '-Wclang-format-violations';
}

function plan(source: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  const targets = presentFiles('clang-format', namedFiles(source, isRefusal), paths);
  if (isDeclined(targets)) return targets;
  return { targets, context: [...configurationPaths(targets, CONFIGURATION, paths), ...pinPaths(NAMES, source, paths)] };
}

async function fix({ source, targets, context }: FixInput): Promise<FixResult | Declined> {
  const version = agreedVersion('clang-format', pinnedVersions(NAMES, context), (text) => Number(text.split('.')[0]));
  if (version && isDeclined(version)) return version;
  const option = styleOption(source, context);
  if (isDeclined(option)) return option;
  const styles = stylesOf(Object.keys(targets), context, option);
  if (isDeclined(styles)) return styles;
  const format = version ? await loadEngine(version.is) : await agreeing();
  if (format === null) {
    return {
      declined: `${version?.pin.path} asks for clang-format ${version?.pin.version}; Regreen has ${OLDEST_ENGINE} to ${NEWEST_ENGINE}.`,
    };
  }
  return formatFiles(targets, {
    name: `clang-format ${version?.is ?? `${OLDEST_ENGINE} to ${NEWEST_ENGINE}`}`,
    ...(version ? { version: engineVersion(version.is) } : {}),
    format: (path, text) => format(text, path, styles[path] ?? 'LLVM'),
    keeps: (before, after) => sameText(withoutNamespaces(before), withoutNamespaces(after)),
  });
}

/** Where nobody says which version it is, the oldest and the newest must be content. */
async function agreeing(): Promise<((text: string, name: string, style: string) => Promise<string>) | null> {
  const [old, recent] = await Promise.all([loadEngine(OLDEST_ENGINE), loadEngine(NEWEST_ENGINE)]);
  if (old === null || recent === null) return null;
  return async (text, name, style) => {
    const formatted = await settled(text, [(one) => recent(one, name, style), (one) => old(one, name, style)]);
    if (formatted !== null) return formatted;
    throw new Error(
      `clang-format ${OLDEST_ENGINE} and ${NEWEST_ENGINE} lay it out differently, and the repository doesn't say which version it uses`,
    );
  };
}

/** The style that clang-format is called with: `file`, unless it is told otherwise. */
function styleOption(source: FixSource, context: Files): { style: string; fallback: string } | Declined {
  const calls = [...new Set(invocations('clang-format', source, context).map((args) => JSON.stringify(wanted(args))))];
  const [first, another] = calls;
  if (first === undefined) return { style: 'file', fallback: 'LLVM' };
  if (another !== undefined) return { declined: 'The repository calls clang-format with different options in different places.' };
  const { style, fallback, unknown } = JSON.parse(first) as ReturnType<typeof wanted>;
  if (unknown !== undefined) return { declined: `clang-format is called with ${unknown}, which Regreen doesn't honour.` };
  const isKnown = style === 'file' || STYLES.test(style) || style.startsWith('{');
  return isKnown
    ? { style, fallback }
    : { declined: `clang-format is called with the style ${style}, which Regreen doesn't know.` };
}

function wanted(args: readonly string[]) {
  const { values, unknown } = readOptions(args, FLAGS);
  return { style: values.get('style') ?? 'file', fallback: values.get('fallback') ?? 'LLVM', unknown: unknown[0] };
}

/** The style for each file, as clang-format takes it: a name, or the text of a configuration. */
function stylesOf(
  files: readonly string[],
  context: Files,
  { style, fallback }: { style: string; fallback: string },
): Record<string, string> | Declined {
  const styles: Record<string, string> = {};
  for (const file of files) {
    const path = style === 'file' ? nearest(file, CONFIGURATION, (name) => context[name] !== undefined) : null;
    const text = path === null ? (style === 'file' ? fallback : style) : (context[path] ?? '');
    if (/^\s*BasedOnStyle\s*:\s*["']?(?:InheritParentConfig|file\b)/im.test(text)) {
      return { declined: `${path} inherits from the configuration above it, which Regreen doesn't do.` };
    }
    styles[file] = text;
  }
  return styles;
}

/** `FixNamespaceComments` adds the namespace's name behind its end. */
function withoutNamespaces(text: string): string {
  return text.replaceAll(/\}[ \t]{0,20}(?:\/\/|\/\*)[ \t]{0,20}(?:end )?(?:anonymous |inline )?namespace\b[^\n]{0,300}/g, '}');
}
