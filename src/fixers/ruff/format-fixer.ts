import manifest from '@astral-sh/ruff-wasm-nodejs/package.json' with { type: 'json' };
import type { Diagnostic } from '../../diagnosis/types.ts';
import { formatFiles } from '../formatting/format-files.ts';
import { invocations, readOptions } from '../formatting/invocations.ts';
import { configurationPaths, namedFiles, presentFiles } from '../formatting/named-files.ts';
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
import { agreedFormatter, sameCode } from './agreement.ts';
import { RUFF_FILES, ruffConfiguration, ruffLayout } from './configuration.ts';
import { type PythonLayout, ruffStyle, STYLE_VERSIONS, type StyleYear } from './styles.ts';

export const RUFF_NAMES: ToolNames = {
  pypi: 'ruff',
  asdf: ['ruff'],
  hooks: /\/ruff-pre-commit(?:\.git)?\/?$/,
  inputs: [
    { action: /^astral-sh\/ruff-action@/, input: 'version' },
    { action: /^chartboost\/ruff-action@/, input: 'version' },
  ],
  words: /\b(?:uvx |tool run )ruff@(\d[\w.]{0,20})/g,
};
const FLAGS = {
  ...Object.fromEntries(
    ['--check', '--diff', '-q', '--quiet', '-s', '--silent', '-v', '--verbose', '-n', '--no-cache', '--force-exclude'].map(
      (name) => [name, ''],
    ),
  ),
  ...{ '--respect-gitignore': '', '--no-preview': '', '--exit-non-zero-on-format': '', '--exclude': 'exclude=' },
  ...{ '--output-format': 'output=', '--cache-dir': 'cache=', '--line-length': 'line-length=', '--target-version': 'target=' },
};

/** Formats the Python files that `ruff format --check` refused, as the repository's own configuration says. */
export const ruffFormat: Fixer = {
  id: 'ruff-format',
  tool: 'ruff',
  version: manifest.version,
  applies: (source) => namedFiles(source, isRefusal).length > 0,
  plan,
  fix,
};

function isRefusal({ tool, path, code, message }: Diagnostic): boolean {
  return tool === 'ruff' && /\.pyi?$/.test(path ?? '') && (code === 'unformatted' || message === 'would be reformatted');
}

function plan(source: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  const targets = presentFiles('ruff', source, isRefusal, paths);
  if (isDeclined(targets)) return targets;
  return {
    targets,
    context: [...new Set([...configurationPaths(targets, RUFF_FILES, paths), ...pinPaths(RUFF_NAMES, source, paths)])],
  };
}

async function fix({ source, targets, context }: FixInput): Promise<FixResult | Declined> {
  const version = agreedVersion('ruff', pinnedVersions(RUFF_NAMES, context), ruffStyle);
  if (version && isDeclined(version)) return version;
  if (version && version.is === null) {
    return { declined: `${version.pin.path} asks for ruff ${version.pin.version}, whose style Regreen doesn't have.` };
  }
  const called = calledWith(source, context);
  if (isDeclined(called)) return called;
  const layouts: Record<string, PythonLayout> = {};
  for (const path of Object.keys(targets)) {
    const configuration = ruffConfiguration(path, context);
    if (isDeclined(configuration)) return configuration;
    const layout = ruffLayout(configuration);
    if (isDeclined(layout)) return layout;
    layouts[path] = { ...layout, ...called };
  }
  const format = await agreedFormatter(version?.is ?? null, layouts);
  if (isDeclined(format)) return format;
  return formatFiles(targets, {
    name: `ruff's style of ${version?.is ?? 'whatever year'}`,
    places: placesOf(source, isRefusal, new Set(Object.keys(targets))),
    format,
    keeps: sameCode,
    ...versionOf(version?.is ?? null),
  });
}

/** What is told of a pinned year's engine. */
export function versionOf(year: StyleYear | null): { version?: string } {
  return year === null ? {} : { version: `${STYLE_VERSIONS[year]}, style of ${year}` };
}

/** Options on the command line win over the configuration. */
function calledWith(source: FixSource, context: Files): Partial<PythonLayout> | Declined {
  const calls = invocations('ruff', source, context).filter(([first]) => first === 'format');
  const hooks = invocations('ruff-format', source, context);
  const wanted = [...calls, ...hooks].map((args) => readOptions(args, FLAGS));
  const unknown = wanted.flatMap((options) => options.unknown)[0];
  if (unknown !== undefined) return { declined: `ruff format is called with ${unknown}, which Regreen doesn't honour.` };
  const changes = wanted.map(({ values }) => ({
    ...(values.has('line-length') ? { lineLength: Number(values.get('line-length')) } : {}),
    ...(values.has('target') ? { target: values.get('target') ?? null } : {}),
  }));
  const [first = {}] = changes;
  const differs = changes.some((change) => JSON.stringify(change) !== JSON.stringify(first));
  return differs ? { declined: 'The repository calls ruff format with different options in different places.' } : first;
}
