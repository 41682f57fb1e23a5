import manifest from '@astral-sh/ruff-wasm-nodejs/package.json' with { type: 'json' };
import type { Diagnostic } from '../../diagnosis/types.ts';
import { formatFiles } from '../formatting/format-files.ts';
import { configurationPaths, namedFiles, presentFiles } from '../formatting/named-files.ts';
import { agreedVersion, pinnedVersions, pinPaths, type ToolNames } from '../formatting/pins.ts';
import { placesOf } from '../places/places.ts';
import { agreedFormatter, sameCode } from '../ruff/agreement.ts';
import { versionOf } from '../ruff/format-fixer.ts';
import { STYLE_YEARS, type StyleYear } from '../ruff/styles.ts';
import { type Declined, type Fixer, type FixInput, type FixPlan, type FixResult, type FixSource, isDeclined } from '../types.ts';
import { deviation } from './deviations.ts';
import { blackConfigurations, blackLayout } from './options.ts';

export const BLACK_NAMES: ToolNames = {
  pypi: 'black',
  asdf: ['black'],
  hooks: /\/black(?:-pre-commit-mirror)?(?:\.git)?\/?$/,
  actions: /^psf\/black@/,
  inputs: [{ action: /^psf\/black@/, input: 'version' }],
  words: /\b(?:uvx |tool run )black@(\d[\w.]{0,20})/g,
};

/** Formats the Python files that black refused, by ruff's formatter, where that writes what black accepts. */
export const black: Fixer = {
  id: 'black',
  tool: "black's style (ruff)",
  version: manifest.version,
  applies: (source) => namedFiles(source, isRefusal).length > 0,
  plan,
  fix,
};

function isRefusal({ tool, path, message }: Diagnostic): boolean {
  return tool === 'black' && message === 'would be reformatted' && /\.pyi?$/.test(path ?? '');
}

function plan(source: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  if (source.diagnosis.diagnostics.some(({ tool, message }) => tool === 'black' && message !== 'would be reformatted')) {
    return { declined: 'black could not read a file, so formatting the others would leave the build red.' };
  }
  const targets = presentFiles('black', source, isRefusal, paths);
  if (isDeclined(targets)) return targets;
  const context = [
    ...configurationPaths(targets, ['pyproject.toml'], paths),
    ...blackConfigurations(paths),
    ...pinPaths(BLACK_NAMES, source, paths),
  ];
  return { targets, context: [...new Set(context)] };
}

async function fix({ source, targets, context }: FixInput): Promise<FixResult | Declined> {
  const version = agreedVersion('black', pinnedVersions(BLACK_NAMES, context), styleYear);
  if (version && isDeclined(version)) return version;
  if (version && version.is === null) {
    const known = `${STYLE_YEARS[0]} to ${STYLE_YEARS.at(-1)}`;
    return {
      declined: `${version.pin.path} asks for black ${version.pin.version}; Regreen has black's stable styles of ${known}.`,
    };
  }
  const layouts = Object.keys(targets).map((path) => [path, blackLayout(path, source, context)] as const);
  const refused = layouts.map(([, layout]) => layout).find(isDeclined);
  if (refused) return refused;
  const byPath = Object.fromEntries(layouts.flatMap(([path, layout]) => (isDeclined(layout) ? [] : [[path, layout] as const])));
  const format = await agreedFormatter(version?.is ?? null, byPath);
  if (isDeclined(format)) return format;
  return formatFiles(targets, {
    name: `black's style of ${version?.is ?? 'whatever year'} (ruff)`,
    places: placesOf(source, isRefusal, new Set(Object.keys(targets))),
    ...versionOf(version?.is ?? null),
    format,
    keeps: (before, after, path) => {
      const why = deviation(before, after, byPath, { year: version?.is ?? null, path });
      if (why !== null) throw new Error(`ruff and black differ in ${why}`);
      return sameCode(before, after);
    },
  });
}

/** Black's stable style changes with the year of its version: https://black.readthedocs.io/en/stable/the_black_code_style/ */
function styleYear(version: string): StyleYear | null {
  const year = 2000 + Number(version.split('.')[0]);
  return STYLE_YEARS.find((one) => one === year) ?? null;
}
