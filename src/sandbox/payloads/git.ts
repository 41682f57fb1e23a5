import { entryType, type TreeEntry } from '../git/objects.ts';
import type { Platform } from '../platform.ts';
import { nodeId } from '../state/ids.ts';
import type { Repository } from '../state/model.ts';
import type { Rest } from './schemas.ts';

/** Source: https://docs.github.com/en/rest/git/trees#get-a-tree: "The limit for the tree array is 100,000 entries" */
const MAX_TREE_ENTRIES = 100_000;

export async function refPayload({ urls }: Platform, repository: Repository, ref: string, sha: string): Promise<Rest['git-ref']> {
  const url = urls.repository(repository);
  const type = (await repository.git.read(sha))?.type ?? 'commit';
  return {
    ref,
    node_id: nodeId('REF', `${repository.id}:${ref}`),
    url: `${url}/git/${ref}`,
    object: { sha, type, url: `${url}/git/${type}s/${sha}` },
  };
}

/** A tree, with all below it when `recursive`; `null` when there is none. */
export async function treePayload(
  platform: Platform,
  repository: Repository,
  sha: string,
  recursive: boolean,
): Promise<Rest['git-tree'] | null> {
  const entries = await repository.git.tree(sha);
  if (!entries) return null;
  const tree: Rest['git-tree']['tree'] = [];
  await collect(platform, repository, { prefix: '', entries, recursive }, tree);
  const url = `${platform.urls.repository(repository)}/git/trees/${sha}`;
  return { sha, url, tree: tree.slice(0, MAX_TREE_ENTRIES), truncated: tree.length > MAX_TREE_ENTRIES };
}

async function collect(
  platform: Platform,
  repository: Repository,
  at: { prefix: string; entries: readonly TreeEntry[]; recursive: boolean },
  into: Rest['git-tree']['tree'],
): Promise<void> {
  const url = platform.urls.repository(repository);
  for (const entry of at.entries) {
    const type = entryType(entry.mode);
    const path = at.prefix + entry.name;
    const object = type === 'blob' ? await repository.git.read(entry.sha) : null;
    into.push({
      path,
      mode: entry.mode,
      type,
      sha: entry.sha,
      ...(object ? { size: object.content.length } : {}),
      ...(type === 'commit' ? {} : { url: `${url}/git/${type}s/${entry.sha}` }),
    });
    if (at.recursive && type === 'tree') {
      const entries = (await repository.git.tree(entry.sha)) ?? [];
      await collect(platform, repository, { prefix: `${path}/`, entries, recursive: true }, into);
    }
  }
}
