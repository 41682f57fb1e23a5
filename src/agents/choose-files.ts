import { isTestPath } from '../policy/gate/test-paths.ts';
import type { AgentFailure } from './types.ts';

/** A file that an agent is shown, with the lines that the failure names, from 1. */
export interface ChosenFile {
  path: string;
  lines: number[];
  /** Shown so that the failure can be understood; the gate lets nobody change what tests the code. */
  isTest: boolean;
}

const MOST_FILES = 20;
/** What decides about the build, or is made by a program, is nothing for an agent. */
const NEVER =
  /^\.github\/|(?:^|\/)(?:\.git|node_modules|vendor|dist|build|target)\/|(?:^|\/)(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|poetry\.lock|go\.sum|composer\.lock|Gemfile\.lock|uv\.lock)$/;
/** A path that a tool printed from another folder, or a module that a test imports, has its last parts in common with ours. */
const ENDINGS_LOOKED_AT = 4;

/**
 * Chooses what an agent is shown of a commit: files that diagnostics name, then those of stack frames, then tests, then
 * what lies beside a failed test under its name.
 * @param paths every path of the commit
 * @param changed paths that an earlier attempt has changed
 */
export function chooseFiles(
  failures: readonly AgentFailure[],
  paths: ReadonlySet<string>,
  changed: readonly string[] = [],
): ChosenFile[] {
  const byEnding = endingsOf(paths);
  const chosen = new Map<string, Set<number>>();
  const add = (named: string | null, line: number | null) => {
    const path = named === null ? null : resolve(named, paths, byEnding);
    if (path === null || NEVER.test(path)) return;
    const lines = chosen.get(path) ?? new Set<number>();
    if (line !== null) lines.add(line);
    chosen.set(path, lines);
  };
  for (const { diagnostics } of failures) for (const { path, line } of diagnostics) add(path, line);
  for (const { failedTests } of failures) for (const { frame } of failedTests) add(frame?.file ?? null, frame?.line ?? null);
  for (const { failedTests } of failures) for (const { file, line } of failedTests) add(file, line);
  for (const path of changed) add(path, null);
  for (const path of [...chosen.keys()].filter(isTestPath)) for (const beside of besides(path, paths)) add(beside, null);
  return [...chosen]
    .slice(0, MOST_FILES)
    .map(([path, lines]) => ({ path, lines: [...lines].toSorted((a, b) => a - b), isTest: isTestPath(path) }));
}

/** The path as the repository has it; `null` when it is not there or more than one file could be meant. */
function resolve(named: string, paths: ReadonlySet<string>, byEnding: ReadonlyMap<string, string | null>): string | null {
  const plain = named.replaceAll('\\', '/').replace(/^(?:\.?\/)+/, '');
  if (paths.has(plain)) return plain;
  const parts = plain.split('/');
  for (let count = Math.min(parts.length, ENDINGS_LOOKED_AT); count >= 1; count -= 1) {
    const found = byEnding.get(parts.slice(-count).join('/'));
    if (found) return found;
  }
  return null;
}

/** Paths by their last parts; `null` where several end so. */
function endingsOf(paths: ReadonlySet<string>): Map<string, string | null> {
  const found = new Map<string, string | null>();
  for (const path of paths) {
    const parts = path.split('/');
    for (let count = 1; count <= Math.min(parts.length, ENDINGS_LOOKED_AT); count += 1) {
      const ending = parts.slice(-count).join('/');
      found.set(ending, found.has(ending) ? null : path);
    }
  }
  return found;
}

/** Files that a test's name points at: `test/cart.test.js` and `tests/test_cart.py` are about a `cart`. */
function besides(testPath: string, paths: ReadonlySet<string>): string[] {
  const file = testPath.split('/').at(-1) ?? '';
  const [, extension = ''] = /(\.[A-Za-z0-9]+)$/.exec(file) ?? [];
  const subject = file
    .slice(0, file.length - extension.length)
    .replace(/[._-](?:test|tests|spec|cy|e2e)$/i, '')
    .replace(/^test_|_(?:test|spec)$/g, '')
    .replace(/(?:Tests?|Spec|IT)$/, '');
  if (subject === '') return [];
  return [...paths].filter((path) => !isTestPath(path) && path.split('/').at(-1) === `${subject}${extension}`).slice(0, 3);
}
