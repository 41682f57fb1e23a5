import { formatCommit } from '../git/objects.ts';
import { isSafePath } from '../git/paths.ts';
import { NO_OBJECT } from '../git/repository.ts';
import { Refusal, unprocessable } from '../http/refusal.ts';
import type { Platform } from '../platform.ts';
import type { Repository } from '../state/model.ts';
import type { Cause } from './cause.ts';
import { githubSignature, signatureOf } from './merge.ts';
import { afterPush } from './push.ts';
import { refuseWorkflowPaths } from './refs.ts';

export interface BranchCommit {
  branch: string;
  message: string;
  files: Readonly<Record<string, { content: Buffer; mode?: '100644' | '100755' } | null>>;
  /** The commit that must be the branch's head; checked in the writer's turn. */
  expectedHead?: string;
  /** Where the branch starts when it does not exist yet. */
  startAt?: string | null;
  /** Commits that GitHub makes itself are signed by it. */
  signed: boolean;
}

/** The head is not the one that the caller expected. */
export class HeadMovedError extends Error {
  readonly head: string | null;

  constructor(head: string | null) {
    super('the branch has moved');
    this.name = 'HeadMovedError';
    this.head = head;
  }
}

/** Puts one commit on a branch, with all that follows from a push. Returns its name. */
export async function commitToBranch(
  platform: Platform,
  repository: Repository,
  change: BranchCommit,
  cause: Cause,
): Promise<string> {
  const paths = Object.keys(change.files);
  const unsafe = paths.find((path) => !isSafePath(path));
  if (unsafe !== undefined) throw unprocessable(`path contains a malformed path component: ${unsafe}`);
  refuseWorkflowPaths(paths, cause);
  const ref = `refs/heads/${change.branch}`;
  const { before, after } = await repository.git.exclusive(async () => {
    const head = repository.git.ref(ref);
    if (change.expectedHead !== undefined && head !== change.expectedHead) throw new HeadMovedError(head);
    const parent = head ?? change.startAt ?? null;
    await refuseMissing(repository, parent, change);
    const sha = await writeBranchCommit(platform, repository, change, parent, cause);
    await repository.git.updateRef(ref, sha, head ?? NO_OBJECT);
    return { before: head ?? NO_OBJECT, after: sha };
  });
  await afterPush(platform, repository, { ref, before, after }, cause);
  return after;
}

async function refuseMissing(repository: Repository, parent: string | null, change: BranchCommit): Promise<void> {
  const deleted = Object.entries(change.files).filter(([, file]) => file === null);
  for (const [path] of deleted) {
    if (!parent || !(await repository.git.entryAt(parent, path)))
      throw new Refusal(422, `A path was requested for deletion which does not exist: ${path}`);
  }
}

async function writeBranchCommit(
  platform: Platform,
  repository: Repository,
  change: BranchCommit,
  parent: string | null,
  cause: Cause,
): Promise<string> {
  const now = platform.clock.now();
  const author = signatureOf(cause.actor, now);
  const committer = change.signed ? githubSignature(now) : author;
  // fast-import writes the tree; it can't sign, so the commit is written again with its signature.
  const scratch = `refs/sandbox/${repository.id}`;
  const { message, files } = change;
  const draft = await repository.git.commitFiles({
    ref: scratch,
    parents: parent ? [parent] : [],
    message,
    author,
    committer,
    files,
  });
  const commit = await repository.git.commit(draft);
  if (!commit) throw new Error(`no commit ${draft}`);
  if (!change.signed) return draft;
  return repository.git.writeCommit({ ...commit, signature: platform.sign(formatCommit({ ...commit, signature: null })) });
}
