import { entryType, type TreeEntry } from '../git/objects.ts';
import type { GitRepository } from '../git/repository.ts';

export interface TreeChange {
  path: string;
  mode: string;
  /** `null` removes the path. */
  sha?: string | null | undefined;
  /** Content of a new blob, instead of `sha`. */
  content?: string | undefined;
}

/** Writes a tree from another one (or from nothing) and changes of paths at any depth. Returns its name. */
export async function writeTree(git: GitRepository, changes: readonly TreeChange[], base: string | null): Promise<string> {
  const entries = new Map(((base && (await git.tree(base))) || []).map((entry): [string, TreeEntry] => [entry.name, entry]));
  const below = new Map<string, TreeChange[]>();
  for (const change of changes) {
    const slash = change.path.indexOf('/');
    if (slash < 0) await applyHere(git, entries, change);
    else {
      const folder = change.path.slice(0, slash);
      below.set(folder, [...(below.get(folder) ?? []), { ...change, path: change.path.slice(slash + 1) }]);
    }
  }
  for (const [folder, inside] of below) {
    const known = entries.get(folder);
    const sha = await writeTree(git, inside, known && entryType(known.mode) === 'tree' ? known.sha : null);
    entries.set(folder, { name: folder, mode: '040000', sha });
  }
  return git.writeObject('tree', formatTree([...entries.values()]));
}

async function applyHere(git: GitRepository, entries: Map<string, TreeEntry>, change: TreeChange): Promise<void> {
  if (change.sha === null) {
    entries.delete(change.path);
    return;
  }
  const sha = change.sha ?? (await git.writeObject('blob', change.content ?? ''));
  entries.set(change.path, { name: change.path, mode: change.mode, sha });
}

/** git sorts trees as if folders ended in a slash. */
function formatTree(entries: readonly TreeEntry[]): Buffer {
  const key = (entry: TreeEntry) => Buffer.from(entryType(entry.mode) === 'tree' ? `${entry.name}/` : entry.name);
  const sorted = [...entries].sort((a, b) => Buffer.compare(key(a), key(b)));
  return Buffer.concat(
    sorted.flatMap((entry) => [Buffer.from(`${entry.mode.replace(/^0/, '')} ${entry.name}\0`), Buffer.from(entry.sha, 'hex')]),
  );
}
