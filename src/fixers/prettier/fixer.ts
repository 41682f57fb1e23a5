import type { Options } from 'prettier';
import manifest from 'prettier/package.json' with { type: 'json' };
import type { Diagnosis } from '../../diagnosis/types.ts';
import { type Edit, isPlainPath } from '../../policy/gate.ts';
import type { Declined, Fixer, FixInput, FixPlan, FixResult, FixSource } from '../types.ts';
import { checkConfiguration, configurationPaths } from './configuration.ts';

const MOST_FILES = 100;

/** Formats the files that `prettier --check` refused, as the repository's own configuration says. */
export const prettier: Fixer = {
  id: 'prettier',
  tool: 'prettier',
  version: manifest.version,
  applies: ({ diagnosis }) => refusedFiles(diagnosis).length > 0,
  plan,
  fix,
};

function refusedFiles(diagnosis: Diagnosis): string[] {
  const paths = diagnosis.diagnostics.filter((one) => one.tool === 'prettier' && one.path !== null).map((one) => one.path ?? '');
  return [...new Set(paths.map((path) => path.replace(/^\.\//, '')))].filter(isPlainPath);
}

function plan({ diagnosis }: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  const refused = refusedFiles(diagnosis);
  const targets = refused.filter((path) => paths.has(path));
  if (targets.length === 0) {
    return {
      declined: `None of the files that prettier named is in the repository under that path (${refused.slice(0, 3).join(', ')}).`,
    };
  }
  if (targets.length > MOST_FILES)
    return { declined: `prettier named ${targets.length} files; Regreen formats at most ${MOST_FILES} at once.` };
  const context = configurationPaths(targets, paths);
  return 'declined' in context ? context : { targets, context };
}

async function fix({ targets, context, folder }: FixInput): Promise<FixResult | Declined> {
  const refusal = checkConfiguration(context, manifest.version);
  if (refusal) return refusal;
  // Loaded here and not above: only the child process that formats pays for it.
  const engine = await import('prettier');
  const edits: Edit[] = [];
  const skipped: FixResult['skipped'] = [];
  for (const [path, before] of Object.entries(targets)) {
    try {
      const filepath = `${folder}/${path}`;
      const options = (await engine.resolveConfig(filepath, { editorconfig: true, useCache: true })) ?? {};
      if (options.plugins?.length) return { declined: 'Its configuration loads prettier plugins, which are code.' };
      const after = await engine.format(before, safeOptions(options, filepath));
      if (after !== before) edits.push({ path, before, after });
      else skipped.push({ path, reason: `prettier ${manifest.version} finds nothing to change in it` });
    } catch (error) {
      skipped.push({ path, reason: firstLine(error) });
    }
  }
  return edits.length > 0 ? { edits, skipped } : { declined: skipped.map(({ path, reason }) => `${path}: ${reason}`).join('; ') };
}

/** Whatever the configuration says, no plugin is loaded and no other file is read. */
function safeOptions(options: Options, filepath: string): Options {
  return { ...options, plugins: [], filepath };
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').slice(0, 200);
}
