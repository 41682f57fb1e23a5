import type { Diagnostic } from '../../diagnosis/types.ts';
import { formatFiles, sameText, settled } from '../formatting/format-files.ts';
import { invocations, readOptions } from '../formatting/invocations.ts';
import { configurationPaths, namedFiles, nearest, presentFiles } from '../formatting/named-files.ts';
import { agreedVersion, pinnedVersions, pinPaths, type ToolNames } from '../formatting/pins.ts';
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
import { engineVersion, loadEngine, NEWEST_ENGINE, OLDEST_ENGINE } from './engines.ts';
import { CONFIGURATION, wholeStyle } from './inheritance.ts';

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
/** Files that `--style=file:` may name; each costs a request. */
const NAMED = /(?:^|\/)[^/]*clang-format[^/.]*$|(?:^|\/)[^/]*clang-format\.(?:ya?ml|txt|style)$/;
const MOST_NAMED = 2;
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
  const targets = presentFiles('clang-format', source, isRefusal, paths);
  if (isDeclined(targets)) return targets;
  const named = styleFilesIn(source);
  const possible = [...paths].filter((path) => (named.length > 0 ? named.some((one) => isAt(path, one)) : NAMED.test(path)));
  const context = [
    ...configurationPaths(targets, CONFIGURATION, paths),
    ...possible.slice(0, MOST_NAMED),
    ...pinPaths(NAMES, source, paths),
  ];
  return { targets, context: [...new Set(context)] };
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
    places: placesOf(source, isRefusal, new Set(Object.keys(targets))),
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
  const isKnown = style === 'file' || style.startsWith('file:') || STYLES.test(style) || style.startsWith('{');
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
    const isFile = style === 'file' || style.startsWith('file:');
    const path = isFile ? configurationOf(file, style, context) : null;
    if (path !== null && isDeclined(path)) return path;
    const whole = path === null ? { text: isFile ? fallback : style } : wholeStyle(path.path, context);
    if (isDeclined(whole)) return whole;
    styles[file] = whole.text;
  }
  return styles;
}

/** The file that holds a file's style: the nearest, or the one that `--style=file:` names. */
function configurationOf(file: string, style: string, context: Files): { path: string } | Declined | null {
  if (style === 'file') {
    const path = nearest(file, CONFIGURATION, (name) => context[name] !== undefined);
    return path === null ? null : { path };
  }
  const named = style.slice('file:'.length);
  const [path, another] = Object.keys(context).filter((one) => isAt(one, named));
  if (path === undefined || another !== undefined) return { declined: `The style ${style} can't be told from other files.` };
  return { path };
}

function isAt(path: string, named: string): boolean {
  const plain = named.replace(/^(?:\.{1,2}\/)+/, '');
  return path === plain || path.endsWith(`/${plain}`);
}

/** What the failed steps name with `--style=file:`. */
function styleFilesIn(source: FixSource): string[] {
  return invocations('clang-format', source, {}).flatMap((args) => {
    const { style } = wanted(args);
    return style.startsWith('file:') ? [style.slice('file:'.length)] : [];
  });
}

/** `FixNamespaceComments` adds the namespace's name behind its end. */
function withoutNamespaces(text: string): string {
  return text.replaceAll(/\}[ \t]{0,20}(?:\/\/|\/\*)[ \t]{0,20}(?:end )?(?:anonymous |inline )?namespace\b[^\n]{0,300}/g, '}');
}
