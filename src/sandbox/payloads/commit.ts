import { iso } from '../clock.ts';
import type { FileChange } from '../git/history.ts';
import { type Commit, formatCommit, type Signature } from '../git/objects.ts';
import type { Platform } from '../platform.ts';
import { nodeId } from '../state/ids.ts';
import type { Account, Repository } from '../state/model.ts';
import type { Rest } from './schemas.ts';
import { userPayload } from './user.ts';

const gitUser = (signature: Signature) => ({ name: signature.name, email: signature.email, date: iso(signature.date) });

/** GitHub's own signature on what it committed itself; other commits here are unsigned. */
export function verificationPayload(commit: Commit) {
  const signed = commit.signature !== null;
  return {
    verified: signed,
    reason: signed ? ('valid' as const) : ('unsigned' as const),
    signature: commit.signature,
    payload: signed ? formatCommit({ ...commit, signature: null }) : null,
    verified_at: signed ? iso(commit.committer.date) : null,
  } satisfies Rest['verification'];
}

/** The short form in runs, suites and webhooks. */
export function simpleCommit(commit: Commit) {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: iso(commit.committer.date),
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  } satisfies Rest['simple-commit'];
}

/** The git data form: `GET /repos/{owner}/{repo}/git/commits/{sha}`. */
export function gitCommitPayload({ urls }: Platform, repository: Repository, commit: Commit): Rest['git-commit'] {
  const url = urls.repository(repository);
  const page = urls.repositoryPage(repository);
  return {
    sha: commit.sha,
    node_id: nodeId('C', commit.sha),
    url: `${url}/git/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    author: gitUser(commit.author),
    committer: gitUser(commit.committer),
    tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/git/commits/${sha}`, html_url: `${page}/commit/${sha}` })),
    verification: verificationPayload(commit),
  };
}

/** The form with accounts: `GET /repos/{owner}/{repo}/commits/{ref}`; with `files` also what it changed. */
export function commitPayload(platform: Platform, repository: Repository, commit: Commit, files?: readonly FileChange[]) {
  const url = platform.urls.repository(repository);
  const page = platform.urls.repositoryPage(repository);
  const additions = files?.reduce((sum, file) => sum + file.additions, 0) ?? 0;
  const deletions = files?.reduce((sum, file) => sum + file.deletions, 0) ?? 0;
  return {
    sha: commit.sha,
    node_id: nodeId('C', commit.sha),
    commit: {
      author: gitUser(commit.author),
      committer: gitUser(commit.committer),
      message: commit.message,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      url: `${url}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: verificationPayload(commit),
    },
    url: `${url}/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    comments_url: `${url}/commits/${commit.sha}/comments`,
    author: accountOf(platform, commit.author),
    committer: accountOf(platform, commit.committer),
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}`, html_url: `${page}/commit/${sha}` })),
    ...(files
      ? {
          stats: { total: additions + deletions, additions, deletions },
          files: files.map((file) => diffEntry(platform, repository, commit.sha, file)),
        }
      : {}),
  } satisfies Rest['commit'];
}

export function diffEntry({ urls }: Platform, repository: Repository, sha: string, file: FileChange): Rest['diff-entry'] {
  const page = urls.repositoryPage(repository);
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${page}/blob/${sha}/${path}`,
    raw_url: `${page}/raw/${sha}/${path}`,
    contents_url: `${urls.repository(repository)}/contents/${path}?ref=${sha}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}

/** GitHub finds a commit's account by its e-mail address. */
export function accountByEmail({ state }: Platform, email: string): Account | undefined {
  return [...state.accounts.values()].find((account) => account.email === email);
}

function accountOf(platform: Platform, signature: Signature) {
  const account = accountByEmail(platform, signature.email);
  return account ? userPayload(platform.urls, account) : null;
}
