import { isPlainPath } from '../../policy/gate/paths.ts';
import { filesMeant } from '../places/places.ts';
import type { FixSource } from '../types.ts';
import type { FileChange } from './parse.ts';

/** A tool may have run in one of so many folders. */
const MOST_PLACES = 8;

/** Files that record what a program does; a change of theirs is what a test has found, even where a tool printed it. */
const RECORD =
  /(?:^|\/)(?:__snapshots__|__image_snapshots__|__recordings__|snapshots?|goldens?|golden[-_]?files?|testdata|test[-_]data|fixtures?|__fixtures__|expected|baselines?|approvals?|cassettes)\/|\.(?:snap|snapshot|ambr|golden|expected|approved|verified|received|stderr|stdout)(?:\.\w{1,8})?$|\.(?:approved|verified|expected|golden)\.\w{1,8}$/i;

/** What a program is compared with by hand is what a test expects, where it lies among tests. */
const TEST =
  /(?:^|\/)(?:tests?|__tests__|specs?|testing|e2e|examples?)\/|(?:^|\/)[^/]*(?:expect|golden|reference|baseline)[^/]*$/i;

/** Lock files, with the commands that make them. */
const LOCK_FILES: readonly [RegExp, RegExp][] = [
  [/(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/, /\bnpm\b/],
  [/(?:^|\/)yarn\.lock$/, /\byarn\b/],
  [/(?:^|\/)pnpm-lock\.yaml$/, /\bpnpm\b/],
  [/(?:^|\/)bun\.lockb?$/, /\bbun\b/],
  [/(?:^|\/)go\.sum$/, /\bgo (?:mod|get|work|generate)\b|\bgazelle\b/],
  [/(?:^|\/)Cargo\.lock$/, /\bcargo\b/],
  [/(?:^|\/)poetry\.lock$/, /\bpoetry\b/],
  [/(?:^|\/)uv\.lock$/, /\buv\b/],
  [/(?:^|\/)Pipfile\.lock$/, /\bpipenv\b/],
  [/(?:^|\/)Gemfile\.lock$/, /\bbundle\b/],
  [/(?:^|\/)composer\.lock$/, /\bcomposer\b/],
  [/(?:^|\/)mix\.lock$/, /\bmix\b/],
  [/(?:^|\/)pubspec\.lock$/, /\b(?:dart|flutter)\b/],
  [/(?:^|\/)flake\.lock$/, /\bnix\b/],
];

/**
 * The files of the repository that a change may mean. Git names them from the root; a tool names them from the folder in
 * which it ran, which the log does not say, or absolutely.
 * @returns one or some paths, or why there is none
 */
export function placesOf(change: FileChange, source: FixSource, paths: ReadonlySet<string>): string[] | { reason: string } {
  const places = candidatesOf(change, source, paths).filter(isPlainPath);
  if (places.length === 0) return { reason: `${shown(change.path)} is not in the repository.` };
  if (places.length > MOST_PLACES) return { reason: `${shown(change.path)} may be one of ${places.length} files.` };
  return places;
}

function candidatesOf({ path, isFromRoot }: FileChange, source: FixSource, paths: ReadonlySet<string>): string[] {
  if (isFromRoot) return paths.has(path) ? [path] : [];
  if (/^(?:\/|[A-Za-z]:\/)/.test(path)) {
    const parts = path.split('/').slice(1);
    return parts.map((_, index) => parts.slice(index).join('/')).filter((suffix) => paths.has(suffix));
  }
  const plain = path.replace(/^(?:\.\.\/)+/, '');
  if (plain === path) return filesMeant(path, source, paths);
  return [...paths].filter((one) => one === plain || one.endsWith(`/${plain}`));
}

/** Why a file is none that a printed change may touch; `null` when it may. */
export function refusalOf(path: string, { tool }: FileChange, command: string | null): string | null {
  if (path.startsWith('.github/')) return `${shown(path)} decides about CI.`;
  const isWrittenByAnything = tool === 'git diff' || tool === 'pre-commit' || tool === 'diff';
  if (tool === 'diff' && TEST.test(path)) return `${shown(path)} belongs to a test.`;
  if (isWrittenByAnything && RECORD.test(path)) return `${shown(path)} records what a test expects.`;
  const lock = LOCK_FILES.find(([file]) => file.test(path));
  if (lock && !lock[1].test(command ?? '')) return `${shown(path)} is a lock file, and its own tool did not run in the step.`;
  return null;
}

function shown(path: string): string {
  return path.length <= 120 ? path : `…${path.slice(-119)}`;
}
