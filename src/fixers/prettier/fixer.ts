import type { Options } from 'prettier';
import manifest from 'prettier/package.json' with { type: 'json' };
import type { Diagnostic } from '../../diagnosis/types.ts';
import { formatFiles, settled } from '../formatting/format-files.ts';
import { namedFiles, presentFiles } from '../formatting/named-files.ts';
import { agreedVersion, pinnedVersions, pinPaths, type ToolNames } from '../formatting/pins.ts';
import { type Declined, type Fixer, type FixInput, type FixPlan, type FixResult, type FixSource, isDeclined } from '../types.ts';
import { checkConfiguration, configurationPaths } from './configuration.ts';

const NAMES: ToolNames = { npm: 'prettier', hooks: /\/mirrors-prettier(?:\.git)?\/?$/ };
const OUR_MAJOR = manifest.version.split('.')[0] ?? '';

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
  const targets = presentFiles('prettier', namedFiles(source, isRefusal), paths);
  if (isDeclined(targets)) return targets;
  const context = configurationPaths(targets, paths);
  return isDeclined(context) ? context : { targets, context: [...new Set([...context, ...pinPaths(NAMES, source, paths)])] };
}

async function fix({ targets, context, folder }: FixInput): Promise<FixResult | Declined> {
  const refusal = checkConfiguration(context, manifest.version);
  if (refusal) return refusal;
  const version = agreedVersion('prettier', pinnedVersions(NAMES, context), (text) => text.split('.')[0]);
  if (version && isDeclined(version)) return version;
  if (version && version.is !== OUR_MAJOR) {
    const { path, version: asked } = version.pin;
    return { declined: `${path} asks for prettier ${asked}; Regreen has ${manifest.version}, which may format differently.` };
  }
  // Loaded here and not above: only the child process that formats pays for it.
  // Minor versions differ here and there, and a manifest's `^3.0.0` doesn't say which one ran: both must be content.
  const [engine, older] = await Promise.all([import('prettier'), import('prettier-3-3')]);
  return formatFiles(targets, {
    name: `prettier ${manifest.version}`,
    async format(path, text) {
      const filepath = `${folder}/${path}`;
      const options = (await engine.resolveConfig(filepath, { editorconfig: true, useCache: true })) ?? {};
      if (options.plugins?.length) throw new Error('its configuration loads prettier plugins, which are code');
      const safe = safeOptions(options, filepath);
      const formatted = await settled(text, [
        (one) => engine.format(one, safe),
        // What it can't read yet, it says nothing about.
        (one) => older.format(one, safe as Parameters<typeof older.format>[1]).catch(() => one),
      ]);
      if (formatted !== null) return formatted;
      throw new Error(`prettier ${older.version} and ${manifest.version} lay it out differently`);
    },
    // It renumbers lists, shortens numbers and rewrites escapes; what it may write is its own business.
    keeps: () => true,
  });
}

/** Whatever the configuration says, no plugin is loaded and no other file is read. */
function safeOptions(options: Options, filepath: string): Options {
  return { ...options, plugins: [], filepath };
}
