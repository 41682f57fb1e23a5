import { findPackageJSON } from 'node:module';
import { dirname, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ENGINES } from '../fixers/engines.ts';

/**
 * The program is its sources with the packages beside them, or, as a GitHub Action, one folder that holds all (see
 * scripts/build-action.ts). What its parts are called there, and which files are its own, is known here alone.
 */
const isBundle = !import.meta.url.endsWith('.ts');

/** The folder in which engines lie packed, with a slash at its end; `null` where the packages are as npm has installed them. */
export const PACKED_ENGINES: string | null = isBundle ? fileURLToPath(new URL('./', import.meta.url)) : null;

/** The program of a fixer's process. */
export const FIXER_CHILD: string = fileURLToPath(new URL(isBundle ? './fixer-child.js' : './fixer-child.ts', import.meta.url));

/**
 * What a fixer may read besides its task: the program and the packages that it runs on, so that no configuration can have
 * another file, such as the app's key, read into a change.
 */
export function ownFiles(): string[] {
  if (isBundle) return [fileURLToPath(new URL('./', import.meta.url))];
  const program = ['../', '../../package.json'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return [...new Set([...program, ...ENGINES.map(packagesAround)])];
}

/** The folders of which a fixer may load programs, as addresses. */
export function ownFolders(): string[] {
  if (isBundle) return [new URL('./', import.meta.url).href];
  return [new URL('../', import.meta.url).href, ...ENGINES.map((name) => pathToFileURL(packagesAround(name)).href)];
}

/** The `node_modules` folder in which a package lies, ours or that of the project that has us installed. */
function packagesAround(name: string): string {
  const found = findPackageJSON(name, import.meta.url);
  if (found === undefined) throw new Error(`The package ${name} is not installed.`);
  const folder = `${sep}node_modules${sep}`;
  const end = found.lastIndexOf(folder);
  return end < 0 ? dirname(found) : found.slice(0, end + folder.length);
}
