import { parse as parseYaml } from 'yaml';
import { foldersAbove } from '../formatting/named-files.ts';
import { type Declined, type Files, isDeclined } from '../types.ts';

/** Prettier's configuration files that are data. https://prettier.io/docs/configuration */
const DATA_NAMES = [
  '.prettierrc',
  '.prettierrc.json',
  '.prettierrc.yaml',
  '.prettierrc.yml',
  '.prettierrc.json5',
  '.prettierrc.toml',
  'package.json',
  'package.yaml',
  '.editorconfig',
];

/** Those that are programs: they are never loaded. */
const CODE_NAME = /^(?:\.prettierrc|prettier\.config)\.(?:js|mjs|cjs|ts|mts|cts)$/;

/** Configuration files, among all paths of a commit, that bear on the given files. */
export function configurationPaths(files: readonly string[], paths: ReadonlySet<string>): string[] | Declined {
  const folders = new Set(files.flatMap(foldersAbove));
  for (const path of paths) {
    const slash = path.lastIndexOf('/') + 1;
    if (folders.has(path.slice(0, slash)) && CODE_NAME.test(path.slice(slash))) {
      return { declined: `${path} is a program, and Regreen runs no code of the repository.` };
    }
  }
  return [...folders].flatMap((folder) => DATA_NAMES.map((name) => folder + name)).filter((path) => paths.has(path));
}

/** Each costs a request. */
const MOST_NAMED = 3;
/** A `.prettierrc` of another folder counts there; one in such a folder is there to be named. */
const NAMED =
  /(?:^|\/)\.?(?:configs?|conf|tools?|tooling|build|etc|dev|lint|scripts)\/(?:[^/]+\/)?(?:\.prettierrc(?:\.\w+)?|[^/]*prettier[^/]*\.(?:json5?|ya?ml|toml))$|(?:^|\/)(?!\.prettierrc)[^/]*prettier[^/]*\.(?:json5?|ya?ml|toml)$/i;

/** Configurations that a command line may name with `--config`. */
export function namedConfigurations(paths: ReadonlySet<string>): string[] {
  return [...paths].filter((path) => NAMED.test(path) && !path.startsWith('.github/workflows/')).slice(0, MOST_NAMED);
}

/**
 * Refuses configurations that would load code: plugins, or a shared configuration from a package.
 * Also refuses a repository that pins another major version, whose style differs.
 */
export function checkConfiguration(context: Files, ourVersion: string): Declined | null {
  for (const [path, text] of Object.entries(context)) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const verdict = name.startsWith('package.') ? checkManifest(path, text, ourVersion) : checkRc(path, name, text);
    if (verdict) return verdict;
  }
  return null;
}

function checkManifest(path: string, text: string, ourVersion: string): Declined | null {
  const manifest = parseData(path, text);
  if (isDeclined(manifest)) return manifest;
  const content = manifest.value as { prettier?: unknown } & Record<string, unknown>;
  if (typeof content !== 'object' || content === null) return null;
  return checkPinned(path, content, ourVersion) ?? checkOptions(path, content.prettier);
}

function checkPinned(path: string, manifest: Record<string, unknown>, ourVersion: string): Declined | null {
  for (const group of ['dependencies', 'devDependencies']) {
    const range = (manifest[group] as Record<string, unknown> | undefined)?.['prettier'];
    const major = typeof range === 'string' ? /(\d+)/.exec(range)?.[1] : undefined;
    if (major !== undefined && major !== ourVersion.split('.')[0]) {
      return { declined: `${path} asks for prettier ${String(range)}; Regreen has ${ourVersion}, which may format differently.` };
    }
  }
  return null;
}

function checkRc(path: string, name: string, text: string): Declined | null {
  if (name === '.editorconfig') return null;
  // TOML and JSON5 are read by prettier itself, whose process loads no code of others; this says why before it tries.
  if (/\.(?:toml|json5)$/.test(name)) return /plugins/.test(text) ? pluginsDeclined(path) : null;
  const data = parseData(path, text);
  return isDeclined(data) ? data : checkOptions(path, data.value);
}

function checkOptions(path: string, options: unknown): Declined | null {
  if (typeof options === 'string') {
    return { declined: `${path} takes its prettier configuration from the package ${options}, which is code.` };
  }
  if (typeof options !== 'object' || options === null) return null;
  const { plugins, overrides } = options as { plugins?: unknown; overrides?: unknown };
  if (Array.isArray(plugins) && plugins.length > 0) return pluginsDeclined(path);
  const nested = Array.isArray(overrides) ? overrides : [];
  for (const entry of nested) {
    const verdict = checkOptions(path, (entry as { options?: unknown } | null)?.options);
    if (verdict) return verdict;
  }
  return null;
}

function pluginsDeclined(path: string): Declined {
  return { declined: `${path} loads prettier plugins, which are code.` };
}

/** JSON is YAML, so one parser reads both. */
function parseData(path: string, text: string): { value: unknown } | Declined {
  try {
    return { value: parseYaml(text, { maxAliasCount: 20 }) };
  } catch {
    return { declined: `${path} can't be read, and prettier would refuse it too.` };
  }
}
