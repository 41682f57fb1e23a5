import { matchesAny } from './globs.ts';

/** A file as a fix wants it. */
export interface Edit {
  path: string;
  /** UTF-8 text before and after. */
  before: string;
  after: string;
}

export interface GateInput {
  edits: readonly Edit[];
  /** Files that the diagnosis names: a fix may touch no others. */
  namedPaths: readonly string[];
  /** Patterns of regreen.yml's `paths.protected`. */
  protectedPaths: readonly string[];
}

export type GateResult = { pass: true } | { pass: false; reasons: string[] };

/** Upper bounds of a patch; no configuration raises them. */
export const PATCH_LIMITS = { files: 100, bytes: 1024 * 1024 } as const;

/** What decides about what is allowed may not be changed by what is to be allowed. */
const ALWAYS_PROTECTED = ['.github/**', '**/.git/**', '.gitmodules', '**/CODEOWNERS'];

/** Longer paths work on few machines, and matching takes time with their length. */
const LONGEST_PATH = 1024;

/** Holds a patch against the rules that keep a build from being cheated green. Pure; says every reason. */
export function passGate({ edits, namedPaths, protectedPaths }: GateInput): GateResult {
  const named = new Set(namedPaths);
  const reasons = [
    ...(edits.length === 0 ? ['The patch changes nothing.'] : []),
    ...(edits.length > PATCH_LIMITS.files ? [`The patch changes ${edits.length} files; ${PATCH_LIMITS.files} are allowed.`] : []),
    ...sizeReasons(edits),
    ...edits.flatMap((edit) => pathReasons(edit.path, named, protectedPaths)),
    ...edits
      .filter((edit) => edit.after.trim() === '' && edit.before.trim() !== '')
      .map((edit) => `The patch empties ${edit.path}.`),
  ];
  return reasons.length === 0 ? { pass: true } : { pass: false, reasons };
}

function sizeReasons(edits: readonly Edit[]): string[] {
  const bytes = edits.reduce((sum, edit) => sum + new TextEncoder().encode(edit.after).length, 0);
  return bytes > PATCH_LIMITS.bytes ? [`The patch has ${bytes} bytes; ${PATCH_LIMITS.bytes} are allowed.`] : [];
}

function pathReasons(path: string, named: ReadonlySet<string>, protectedPaths: readonly string[]): string[] {
  if (!isPlainPath(path)) return ['The patch names a path that leaves the repository.'];
  const reasons: string[] = [];
  if (!named.has(path)) reasons.push(`The patch changes ${path}, which the log does not name.`);
  if (matchesAny(path, ALWAYS_PROTECTED, { ignoreCase: true })) reasons.push(`The patch changes ${path}, which is protected.`);
  if (matchesAny(path, protectedPaths, { ignoreCase: true }))
    reasons.push(`The patch changes ${path}, which paths.protected in regreen.yml protects.`);
  return reasons;
}

/** A path inside the repository: relative, no `..`, no control characters, at most 1,024 characters. */
export function isPlainPath(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
  if (path === '' || path.length > LONGEST_PATH || path.startsWith('/') || /[\u0000-\u001f\u007f\\]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
