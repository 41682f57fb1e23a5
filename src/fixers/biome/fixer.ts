import manifest from '@biomejs/wasm-nodejs/package.json' with { type: 'json' };
import type { Diagnostic } from '../../diagnosis/types.ts';
import { formatFiles } from '../formatting/format-files.ts';
import { invocations, readOptions } from '../formatting/invocations.ts';
import { configurationPaths, namedFiles, names, presentFiles } from '../formatting/named-files.ts';
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
import {
  BIOME_FILES,
  type BiomeConfiguration,
  biomeConfiguration,
  namedConfigurations,
  withEditorConfig,
} from './configuration.ts';
import { startBiome, type Wanted } from './engine.ts';

const NAMES: ToolNames = {
  npm: '@biomejs/biome',
  asdf: ['biome'],
  inputs: [{ action: /^biomejs\/setup-biome@/, input: 'version' }],
};
/** Layout, rules and assists; the rest has no fix. */
const MENDABLE = /^(?:format$|lint\/|assist\/)/;
const OUR_MAJOR = manifest.version.split('.')[0] ?? '';
/** What changes neither layout nor rules. https://biomejs.dev/reference/cli/ */
const FLAGS = {
  ...Object.fromEntries(
    [
      '--write',
      '--fix',
      '--use-server',
      '--error-on-warnings',
      '--no-errors-on-unmatched',
      '--changed',
      '--staged',
      '--verbose',
    ].map((name) => [name, name]),
  ),
  ...Object.fromEntries(
    [
      '--max-diagnostics',
      '--diagnostic-level',
      '--colors',
      '--reporter',
      '--since',
      '--files-ignore-unknown',
      '--log-level',
      '--linter-enabled',
      '--formatter-enabled',
      '--assist-enabled',
      '--enforce-assist',
      '--only',
      '--skip',
      '--vcs-enabled',
      '--vcs-client-kind',
      '--vcs-use-ignore-file',
    ].map((name) => [name, 'other=']),
  ),
  '--config-path': 'config-path=',
};

/**
 * Formats files that Biome refused, and applies the fixes that Biome itself calls safe, of the rules that the log names.
 * All errors of Biome must be gone by it.
 */
export const biome: Fixer = {
  id: 'biome',
  tool: 'biome',
  version: manifest.version,
  applies: (source) => namedFiles(source, counting(source)).length > 0,
  plan,
  fix,
};

function isRefusal({ tool, severity, code }: Diagnostic): boolean {
  return tool === 'biome' && severity === 'error' && MENDABLE.test(code ?? '');
}

/** What ended the run: errors, and warnings too where Biome says that they count. */
function counting({ diagnosis }: FixSource): (one: Diagnostic) => boolean {
  const warnings = diagnosis.diagnostics.some(({ tool, code }) => tool === 'biome' && code === 'warnings');
  return (one) =>
    isRefusal(one) || (warnings && isRefusal({ ...one, severity: one.severity === 'warning' ? 'error' : one.severity }));
}

function plan(source: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  const { diagnostics } = source.diagnosis;
  if (diagnostics.some(({ tool, code }) => tool === 'biome' && code === 'not-shown')) {
    return { declined: 'Biome has printed only some of what it found, so mending that would leave the build red.' };
  }
  const other = diagnostics.find(
    (one) => one.tool === 'biome' && one.severity === 'error' && one.code !== 'warnings' && !isRefusal(one),
  );
  if (other) return { declined: `Biome also refuses ${other.path ?? 'something'} for a fault that has no fix (${other.code}).` };
  const targets = presentFiles('biome', source, counting(source), paths);
  if (isDeclined(targets)) return targets;
  const context = [
    ...configurationPaths(targets, [...BIOME_FILES, '.editorconfig'], paths),
    ...namedConfigurations(paths),
    ...pinPaths(NAMES, source, paths),
  ];
  return { targets, context: [...new Set(context)] };
}

async function fix({ source, targets, context, folder }: FixInput): Promise<FixResult | Declined> {
  const version = agreedVersion('Biome', pinnedVersions(NAMES, context), (text) => text.split('.')[0]);
  if (version && isDeclined(version)) return version;
  if (version && version.is !== OUR_MAJOR) {
    return { declined: `${version.pin.path} asks for Biome ${version.pin.version}; Regreen has ${manifest.version}.` };
  }
  const given = givenConfiguration(source, context);
  if (isDeclined(given)) return given;
  const configurations: Record<string, BiomeConfiguration> = {};
  for (const path of Object.keys(targets)) {
    const configuration = biomeConfiguration(path, context, given.path);
    if (isDeclined(configuration)) return configuration;
    configurations[path] = await withEditorConfig(configuration, path, folder);
  }
  // Loaded here and not above: only the child process that formats pays for it.
  const engine = await startBiome();
  return formatFiles(targets, {
    name: `Biome ${manifest.version}`,
    places: placesOf(source, counting(source), new Set(Object.keys(targets))),
    format: (path, text) => engine(path, text, configurations[path] ?? { folder: '', table: {} }, wantedOf(path, source)),
    // Fixes of rules change more; Biome answers for their being safe.
    keeps: () => true,
  });
}

/** What the log says that Biome wants of a file. */
function wantedOf(path: string, source: FixSource): Wanted {
  const counts = counting(source);
  const named = source.diagnosis.diagnostics.filter((one) => counts(one) && names(one, path));
  const codes = [...new Set(named.map(({ code }) => code ?? ''))];
  return { format: codes.includes('format'), rules: codes.filter((code) => code !== 'format') };
}

/** What `--config-path` names; declines options that change what Biome sees, and calls that differ. */
function givenConfiguration(source: FixSource, context: Files): { path: string | null } | Declined {
  const calls = invocations('biome', source, context)
    .filter(([command]) => /^(?:check|ci|lint|format)$/.test(command ?? ''))
    .map((args) => readOptions(args, FLAGS));
  const unknown = calls.flatMap((call) => call.unknown)[0];
  if (unknown !== undefined) return { declined: `biome is called with ${unknown}, which Regreen doesn't honour.` };
  const [path = null, another] = [...new Set(calls.map(({ values }) => values.get('config-path') ?? null))];
  if (another !== undefined) return { declined: 'The repository calls biome with different configurations in different places.' };
  return { path };
}
