import { iso } from '../clock.ts';
import type { Platform } from '../platform.ts';
import { nodeId } from '../state/ids.ts';
import type { PullRequest, Repository } from '../state/model.ts';
import { fullName } from '../state/state.ts';

/** Objects in the schema's shape; fields with arguments or that cost a read are functions, as graphql-js takes them. */
export function repositoryNode(platform: Platform, repository: Repository) {
  return {
    id: nodeId('R', repository.id),
    name: repository.name,
    nameWithOwner: fullName(repository),
    isPrivate: repository.private,
    defaultBranchRef: () => refNode(platform, repository, `refs/heads/${repository.defaultBranch}`),
    ref: ({ qualifiedName }: { qualifiedName: string }) => {
      const full = qualifiedName.startsWith('refs/') ? qualifiedName : `refs/heads/${qualifiedName}`;
      return refNode(platform, repository, full);
    },
    pullRequest: ({ number }: { number: number }) => {
      const pull = repository.pulls.get(number);
      return pull ? pullNode(platform, repository, pull) : null;
    },
  };
}

export function refNode(platform: Platform, repository: Repository, ref: string) {
  const sha = repository.git.ref(ref);
  if (!sha) return null;
  const [, kind = '', ...name] = ref.split('/');
  return {
    id: nodeId('REF', `${repository.id}:${ref}`),
    name: name.join('/'),
    prefix: `refs/${kind}/`,
    target: () => commitNode(platform, repository, sha),
  };
}

export async function commitNode({ urls }: Platform, repository: Repository, sha: string) {
  const commit = await repository.git.commit(sha);
  if (!commit) return null;
  return {
    id: nodeId('C', sha),
    oid: sha,
    message: commit.message,
    url: `${urls.repositoryPage(repository)}/commit/${sha}`,
    committedDate: iso(commit.committer.date),
    signature: commit.signature ? { isValid: true, wasSignedByGitHub: true } : null,
  };
}

export function pullNode({ urls }: Platform, repository: Repository, pull: PullRequest) {
  const { issue } = pull;
  return {
    id: nodeId('PR', pull.id),
    number: issue.number,
    title: issue.title,
    isDraft: pull.draft,
    merged: pull.mergedAt !== null,
    state: pull.mergedAt ? 'MERGED' : issue.state.toUpperCase(),
    headRefOid: pull.head.sha,
    headRefName: pull.head.ref,
    baseRefName: pull.base.ref,
    url: `${urls.repositoryPage(repository)}/pull/${issue.number}`,
    autoMergeRequest: pull.autoMerge ? { enabledAt: null, mergeMethod: pull.autoMerge.method.toUpperCase() } : null,
  };
}
