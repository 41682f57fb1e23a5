import { matchesAny } from '../globs.ts';

/** What decides about what is allowed may not be changed by what is to be allowed. */
const ALWAYS_PROTECTED = ['.github/**', '**/.git/**', '.gitmodules', '**/CODEOWNERS'];

const WORKFLOW_FILES = ['.github/workflows/*.yml', '.github/workflows/*.yaml'];

/** Longer paths work on few machines, and matching takes time with their length. */
const LONGEST_PATH = 1024;

export interface PathRules {
  /** Files that the diagnosis names. */
  named: ReadonlySet<string>;
  /** Patterns of regreen.yml's `paths.allowed` and `paths.protected`. */
  allowedPaths: readonly string[];
  protectedPaths: readonly string[];
  /** A person approves the very patch before it is pushed. */
  approved: boolean;
}

/** Why a patch may not touch a path; none when it may. */
export function pathReasons(path: string, { named, allowedPaths, protectedPaths, approved }: PathRules): string[] {
  if (!isPlainPath(path)) return ['The patch names a path that leaves the repository.'];
  const reasons: string[] = [];
  if (!named.has(path)) reasons.push(`The patch changes ${path}, which the log does not name.`);
  if (!matchesAny(path, allowedPaths))
    reasons.push(`The patch changes ${path}, which paths.allowed in regreen.yml does not name.`);
  const isProtected = matchesAny(path, ALWAYS_PROTECTED, { ignoreCase: true });
  if (isProtected && !(approved && isWorkflowFile(path))) reasons.push(`The patch changes ${path}, which is protected.`);
  if (!approved && matchesAny(path, protectedPaths, { ignoreCase: true }))
    reasons.push(`The patch changes ${path}, which paths.protected in regreen.yml protects.`);
  return reasons;
}

/** Whether GitHub reads the file as a workflow. */
export function isWorkflowFile(path: string): boolean {
  return matchesAny(path, WORKFLOW_FILES);
}

/** A path inside the repository: relative, no `..`, no control characters, at most 1,024 characters. */
export function isPlainPath(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
  if (path === '' || path.length > LONGEST_PATH || path.startsWith('/') || /[\u0000-\u001f\u007f\\]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
