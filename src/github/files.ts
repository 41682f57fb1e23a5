import { type At, ownerAndRepo } from './client.ts';
import { orNullWhenMissing } from './errors.ts';
import { readBlobs } from './file-batches.ts';
import { BYTES_A_CHARACTER, isSha, once, type Sized } from './remembered-reads.ts';
import type { FileChange, TreeEntry } from './types.ts';

/** Files above this are not read: fixers work on source files, and the contents API stops at 100 MB. */
const LARGEST_FILE_BYTES = 1024 * 1024;
/** An entry of a tree takes its path, an object and its place in a map. */
const BYTES_A_TREE_ENTRY = 200;
/** So few are read one by one, at once and without delay; GraphQL's requests are spaced like writes. */
const FEW_FILES = 4;
/** Neither symlinks, which REST follows and GraphQL does not, nor submodules. */
const FILE_MODES: ReadonlySet<string> = new Set(['100644', '100755']);

/**
 * A text file at a commit.
 * @returns `null` when it is not there, is no file, is larger than 1 MB, or is no UTF-8 text
 */
export async function readFile(at: At, path: string, ref: string): Promise<string | null> {
  return once(at, isSha(ref) ? keyOf(path, ref) : null, () => fetchFile(at, path, ref));
}

/**
 * Text files of a commit, by path; `null` for what `readFile` has `null` for. Few are read one by one; many are read together,
 * and then those one by one that could not be had so.
 * @param files entries of the commit's tree
 */
export async function readFiles(at: At, sha: string, files: readonly TreeEntry[]): Promise<ReadonlyMap<string, string | null>> {
  const texts = new Map<string, string | null>();
  for (const { path, size } of files) {
    const known = at.remembered?.known<string>(keyOf(path, sha));
    if (known !== undefined) texts.set(path, known);
    else if (size > LARGEST_FILE_BYTES) texts.set(path, null);
  }
  const left = files.filter(({ path }) => !texts.has(path));
  if (left.length > FEW_FILES) {
    const together = await readBlobs(
      at,
      sha,
      left.filter(({ mode }) => FILE_MODES.has(mode)),
    );
    for (const [path, text] of together) {
      texts.set(path, text);
      if (text !== null) at.remembered?.keep(keyOf(path, sha), text, text.length * BYTES_A_CHARACTER);
    }
  }
  const single = left.filter(({ path }) => !texts.has(path));
  await Promise.all(single.map(async ({ path }) => texts.set(path, await readFile(at, path, sha))));
  return texts;
}

function keyOf(path: string, sha: string): string {
  return `file ${sha} ${path}`;
}

async function fetchFile(at: At, path: string, ref: string): Promise<Sized<string | null>> {
  const answer = await orNullWhenMissing(at.client.rest.repos.getContent({ ...ownerAndRepo(at), path, ref }));
  const file = answer?.data;
  if (!file || Array.isArray(file) || file.type !== 'file' || file.size > LARGEST_FILE_BYTES) return { value: null, bytes: null };
  const value = decode(Buffer.from(file.content, 'base64'));
  return { value, bytes: (value?.length ?? 0) * BYTES_A_CHARACTER };
}

function decode(bytes: Buffer): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    // A NUL makes a file binary for git, and PostgreSQL's text can't hold it.
    return text.includes('\u0000') ? null : text;
  } catch {
    return null;
  }
}

/** Keeps what a commit of ours holds: what was written just now need not be read. */
export function rememberCommit(
  at: At,
  { sha, parent, files }: { sha: string; parent: string; files: readonly FileChange[] },
): void {
  for (const { path, content } of files) at.remembered?.keep(keyOf(path, sha), content, content.length * BYTES_A_CHARACTER);
  const before = at.remembered?.known<ReadonlyMap<string, TreeEntry>>(keyOfTree(parent));
  if (!before) return;
  const after = files.map(({ path, content, executable }): [string, TreeEntry] => {
    return [path, { path, mode: executable ? '100755' : '100644', size: Buffer.byteLength(content) }];
  });
  const tree = new Map([...before, ...after]);
  at.remembered?.keep(keyOfTree(sha), tree, bytesOf(tree));
}

function keyOfTree(sha: string): string {
  return `tree ${sha}`;
}

function bytesOf(tree: ReadonlyMap<string, TreeEntry>): number {
  const characters = [...tree.keys()].reduce((sum, path) => sum + path.length, 0);
  return tree.size * BYTES_A_TREE_ENTRY + characters * BYTES_A_CHARACTER;
}

/** Every file of a commit, by path. @returns `null` when GitHub cut the list off (above 100,000 entries or 7 MB) */
export async function readTree(at: At, sha: string): Promise<ReadonlyMap<string, TreeEntry> | null> {
  return once<ReadonlyMap<string, TreeEntry> | null>(at, isSha(sha) ? keyOfTree(sha) : null, async () => {
    const { data } = await at.client.rest.git.getTree({ ...ownerAndRepo(at), tree_sha: sha, recursive: '1' });
    if (data.truncated) return { value: null, bytes: null };
    const files = data.tree.filter((entry) => entry.type === 'blob');
    const value = new Map(files.map(({ path, mode, size }) => [path, { path, mode, size: size ?? 0 }]));
    return { value, bytes: bytesOf(value) };
  });
}
