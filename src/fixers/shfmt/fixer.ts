import manifest from 'sh-syntax/package.json' with { type: 'json' };
import type { Diagnostic } from '../../diagnosis/types.ts';
import { formatFiles } from '../formatting/format-files.ts';
import { configurationPaths, namedFiles, presentFiles } from '../formatting/named-files.ts';
import { agreedVersion, pinnedVersions, pinPaths, type ToolNames } from '../formatting/pins.ts';
import { placesOf } from '../places/places.ts';
import { type Declined, type Fixer, type FixInput, type FixPlan, type FixResult, type FixSource, isDeclined } from '../types.ts';
import { type Dialect, dialectOf, layoutOf } from './options.ts';

const NAMES: ToolNames = {
  asdf: ['shfmt'],
  hooks: /\/(?:pre-commit-shfmt|pre-commit-golang-sh)(?:\.git)?\/?$/,
  inputs: [{ action: /^mfinelli\/setup-shfmt@/, input: 'shfmt-version' }],
  words: /\b(?:cmd\/shfmt@|shfmt[:/])(v?\d[\w.]{0,20})/g,
};
const MAJOR = 3;

/** Formats the shell scripts that shfmt refused, with the flags that the repository calls it with. */
export const shfmt: Fixer = {
  id: 'shfmt',
  tool: `shfmt ${MAJOR} (sh-syntax)`,
  version: manifest.version,
  applies: (source) => namedFiles(source, isRefusal).length > 0,
  plan,
  fix,
};

function isRefusal({ tool, line }: Diagnostic): boolean {
  return tool === 'shfmt' && line === null;
}

function plan(source: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  const targets = presentFiles('shfmt', source, isRefusal, paths);
  if (isDeclined(targets)) return targets;
  const scripts = ['package.json', 'tox.ini'].filter((path) => paths.has(path));
  return {
    targets,
    context: [...configurationPaths(targets, ['.editorconfig'], paths), ...pinPaths(NAMES, source, paths), ...scripts],
  };
}

async function fix({ source, targets, context, folder }: FixInput): Promise<FixResult | Declined> {
  const version = agreedVersion('shfmt', pinnedVersions(NAMES, context), (text) => Number(text.split('.')[0]));
  if (version && isDeclined(version)) return version;
  if (version && version.is !== MAJOR) {
    return { declined: `${version.pin.path} asks for shfmt ${version.pin.version}; Regreen has shfmt ${MAJOR}.` };
  }
  const layout = await layoutOf(source, context, folder);
  if (isDeclined(layout)) return layout;
  // Loaded here and not above: only the child process that formats pays for it.
  const { LangVariant, print } = await import('sh-syntax');
  const variants: Record<Dialect, number> = {
    bash: LangVariant.LangBash,
    posix: LangVariant.LangPOSIX,
    mksh: LangVariant.LangMirBSDKorn,
    bats: LangVariant.LangBats,
    zsh: LangVariant.LangZsh,
  };
  return formatFiles(targets, {
    name: `shfmt ${MAJOR} (sh-syntax ${manifest.version})`,
    places: placesOf(source, isRefusal, new Set(Object.keys(targets))),
    async format(path, text) {
      const { dialect, ...options } = await layout(path);
      return print(text, { ...options, filepath: path, variant: variants[dialect ?? dialectOf(path, text)] });
    },
  });
}
