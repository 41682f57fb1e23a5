import { git, gitText } from './command.ts';
import type { GitRepository } from './repository.ts';

export interface FileChange {
  path: string;
  previousPath: string | null;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  /** The blob after the change; before it when the file is removed. */
  sha: string;
  additions: number;
  deletions: number;
  patch: string | null;
}

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const FILE_STATUS: Readonly<Record<string, FileChange['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'changed',
};

/** Names of the paths that differ between two commits; `null` before means everything is new. */
export async function changedPaths(repository: GitRepository, before: string | null, after: string): Promise<string[]> {
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', before ?? EMPTY_TREE, after];
  return (await git(repository.directory, args)).stdout
    .toString('utf8')
    .split('\0')
    .filter((path) => path !== '');
}

/** What a commit range does to each file, with patches, in git's order. */
export async function fileChanges(repository: GitRepository, before: string | null, after: string): Promise<FileChange[]> {
  const range = [before ?? EMPTY_TREE, after];
  const [raw, patch] = await Promise.all([
    git(repository.directory, ['diff-tree', '-r', '-z', '-M', '--raw', '--no-abbrev', ...range]),
    git(repository.directory, ['diff-tree', '-r', '-M', '-p', '--no-ext-diff', '--no-textconv', '--no-color', ...range]),
  ]);
  const patches = splitPatches(patch.stdout.toString('utf8'));
  return parseRaw(raw.stdout.toString('utf8')).map((change, index) => ({ ...change, ...patchFacts(patches[index] ?? '') }));
}

/** `:oldmode newmode oldsha newsha STATUS\0path\0[newpath\0]` after one another. */
function parseRaw(output: string): Omit<FileChange, 'additions' | 'deletions' | 'patch'>[] {
  const fields = output.split('\0');
  const changes: Omit<FileChange, 'additions' | 'deletions' | 'patch'>[] = [];
  for (let at = 0; at < fields.length - 1; ) {
    const [, , oldSha = '', newSha = '', letter = 'M'] = (fields[at] ?? '').split(' ');
    const status = FILE_STATUS[letter.charAt(0)] ?? 'changed';
    const renamed = status === 'renamed';
    const previousPath = renamed ? (fields[at + 1] ?? '') : null;
    const path = fields[at + (renamed ? 2 : 1)] ?? '';
    changes.push({ path, previousPath, status, sha: status === 'removed' ? oldSha : newSha });
    at += renamed ? 3 : 2;
  }
  return changes;
}

/** In a patch, only a file's header begins with `diff --git`: every other line has a mark before it. */
function splitPatches(output: string): string[] {
  return output.split(/^(?=diff --git )/m).filter((part) => part.startsWith('diff --git '));
}

function patchFacts(patch: string): Pick<FileChange, 'additions' | 'deletions' | 'patch'> {
  const start = patch.indexOf('\n@@ ');
  if (start < 0) return { additions: 0, deletions: 0, patch: null };
  const body = patch.slice(start + 1).replace(/\n$/, '');
  const lines = body.split('\n');
  return {
    additions: lines.filter((line) => line.startsWith('+')).length,
    deletions: lines.filter((line) => line.startsWith('-')).length,
    patch: body,
  };
}

export async function mergeBase(repository: GitRepository, one: string, other: string): Promise<string | null> {
  return (await gitText(repository.directory, ['merge-base', one, other], { accept: [1] })) || null;
}

export async function isAncestor(repository: GitRepository, ancestor: string, descendant: string): Promise<boolean> {
  return (await git(repository.directory, ['merge-base', '--is-ancestor', ancestor, descendant], { accept: [1] })).exitCode === 0;
}

export interface RevisionQuery {
  /** Commits reachable from here … */
  from: string;
  /** … and not from there. */
  without?: string | null;
  path?: string;
  /** At most so many. */
  limit?: number;
}

/** Names of commits, newest first. */
export async function listRevisions(repository: GitRepository, query: RevisionQuery): Promise<string[]> {
  const args = ['rev-list', `--max-count=${query.limit ?? 1000}`, query.from];
  if (query.without) args.push(`^${query.without}`);
  if (query.path) args.push('--', query.path);
  return (await gitText(repository.directory, args)).split('\n').filter((sha) => sha !== '');
}

/** The tree of the merge of two commits, or `null` when they conflict. */
export async function mergeTree(repository: GitRepository, base: string, head: string): Promise<string | null> {
  const result = await git(repository.directory, ['merge-tree', '--write-tree', '--no-messages', base, head], { accept: [1] });
  return result.exitCode === 0 ? (result.stdout.toString('utf8').split('\n')[0] ?? null) : null;
}

/** The whole diff between two commits, as `Accept: application/vnd.github.diff` gives it. */
export async function diffText(repository: GitRepository, before: string, after: string): Promise<string> {
  return (
    await git(repository.directory, ['diff', '--no-ext-diff', '--no-textconv', '--no-color', before, after])
  ).stdout.toString('utf8');
}
