import type { Options } from 'prettier';
import manifest from 'prettier/package.json' with { type: 'json' };
import type { Diagnostic } from '../../diagnosis/types.ts';
import { formatFiles, settled } from '../formatting/format-files.ts';
import { namedFiles, presentFiles } from '../formatting/named-files.ts';
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
import { checkConfiguration, configurationPaths, namedConfigurations } from './configuration.ts';
import { type CommandOptions, combined, commandOptions } from './options.ts';

const NAMES: ToolNames = { npm: 'prettier', hooks: /\/mirrors-prettier(?:\.git)?\/?$/ };
const OUR_MAJOR = manifest.version.split('.')[0] ?? '';
/** Since this minor the older engine's layout is not asked for: a range that begins here gets no earlier one. */
const FIRST_RECENT = 4;

/** Formats the files that `prettier --check` refused, as the repository's own configuration says. */
export const prettier: Fixer = {
  id: 'prettier',
  tool: 'prettier',
  version: manifest.version,
  applies: (source) => namedFiles(source, isRefusal).length > 0,
  plan,
  fix,
};

function isRefusal({ tool }: Diagnostic): boolean {
  return tool === 'prettier';
}

function plan(source: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  const targets = presentFiles('prettier', source, isRefusal, paths);
  if (isDeclined(targets)) return targets;
  const context = configurationPaths(targets, paths);
  if (isDeclined(context)) return context;
  return {
    targets,
    context: [...new Set([...context, ...namedConfigurations(paths), ...pinPaths(NAMES, source, paths)])],
  };
}

async function fix({ source, targets, context, folder }: FixInput): Promise<FixResult | Declined> {
  const command = commandOptions(source, context);
  if (isDeclined(command)) return command;
  const refusal = checkConfiguration(countingFor(targets, context, command), manifest.version);
  if (refusal) return refusal;
  const version = agreedVersion('prettier', pinnedVersions(NAMES, context), (text) => text.split('.')[0]);
  if (version && isDeclined(version)) return version;
  if (version && version.is !== OUR_MAJOR) {
    const { path, version: asked } = version.pin;
    return { declined: `${path} asks for prettier ${asked}; Regreen has ${manifest.version}, which may format differently.` };
  }
  // Loaded here and not above: only the child process that formats pays for it.
  // Minor versions differ here and there, and a manifest's `^3.0.0` doesn't say which one ran: both must be content, if they can.
  const isRecent = version === null || Number(version.pin.version.split('.')[1] ?? 0) >= FIRST_RECENT;
  const [engine, older] = await Promise.all([import('prettier'), import('prettier-3-3')]);
  const atRest = new Map<string, string>();
  return formatFiles(targets, {
    name: `prettier ${manifest.version}`,
    places: placesOf(source, isRefusal, new Set(Object.keys(targets))),
    async format(path, text) {
      // Both versions leave it as it is; asking them again costs seconds where the file is long.
      if (atRest.get(path) === text) return text;
      const filepath = `${folder}/${path}`;
      const { config, editorconfig } = command;
      const place = config ? { config: `${folder}/${config}` } : {};
      const configured =
        config === null ? null : await engine.resolveConfig(filepath, { ...place, editorconfig, useCache: true });
      if (configured?.plugins?.length) throw new Error('its configuration loads prettier plugins, which are code');
      const safe = safeOptions(combined(configured, command), filepath);
      const formatted = await settled(text, [
        (one) => engine.format(one, safe),
        // What it can't read yet, it says nothing about.
        (one) => older.format(one, safe as Parameters<typeof older.format>[1]).catch(() => one),
      ]);
      if (formatted !== null) {
        atRest.set(path, formatted);
        return formatted;
      }
      if (isRecent) return engine.format(text, safe);
      throw new Error(`prettier ${older.version} and ${manifest.version} lay it out differently`);
    },
    // It renumbers lists, shortens numbers and rewrites escapes; what it may write is its own business.
    keeps: () => true,
  });
}

/** The configuration that bears on the files. */
function countingFor(targets: Files, context: Files, { config }: CommandOptions): Files {
  const above = configurationPaths(Object.keys(targets), new Set(Object.keys(context)));
  const counting = new Set([...(isDeclined(above) ? [] : above), ...(config ? [config] : [])]);
  return Object.fromEntries(Object.entries(context).filter(([path]) => counting.has(path)));
}

/** Whatever the configuration says, no plugin is loaded and no other file is read. */
function safeOptions(options: Options, filepath: string): Options {
  return { ...options, plugins: [], filepath };
}
