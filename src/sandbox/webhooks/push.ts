import { iso } from '../clock.ts';
import { fileChanges, isAncestor, listRevisions } from '../git/history.ts';
import type { Commit } from '../git/objects.ts';
import { NO_OBJECT } from '../git/repository.ts';
import { accountByEmail } from '../payloads/commit.ts';
import type { Hook } from '../payloads/schemas.ts';
import type { Platform } from '../platform.ts';
import type { Account, Repository } from '../state/model.ts';
import { tell } from './envelope.ts';

/** A push event carries at most so many commits. Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
const MAX_COMMITS = 2048;

export interface PushFacts {
  ref: string;
  before: string;
  after: string;
  actor: Account;
}

export function tellPush(platform: Platform, repository: Repository, push: PushFacts): Promise<void> {
  const about = { event: 'push', repository, sender: push.actor };
  return tell<Hook['webhook-push']>(platform, about, async (common) => {
    const { urls } = platform;
    const created = push.before === NO_OBJECT;
    const deleted = push.after === NO_OBJECT;
    const commits = deleted ? [] : await newCommits(platform, repository, push);
    const forced = !created && !deleted && !(await isAncestor(repository.git, push.before, push.after));
    return {
      ...common,
      repository: { ...common.repository, created_at: Math.floor(repository.createdAt.getTime() / 1000) },
      ref: push.ref,
      before: push.before,
      after: push.after,
      base_ref: null,
      created,
      deleted,
      forced,
      compare: `${urls.repositoryPage(repository)}/compare/${push.before.slice(0, 12)}...${push.after.slice(0, 12)}`,
      commits,
      head_commit: deleted ? null : await hookCommit(platform, repository, push.after),
      pusher: { name: push.actor.login, email: push.actor.email },
    };
  });
}

async function newCommits(platform: Platform, repository: Repository, push: PushFacts) {
  const created = push.before === NO_OBJECT;
  const without = created ? repository.git.branch(repository.defaultBranch) : push.before;
  const shas = await listRevisions(repository.git, {
    from: push.after,
    without: without === push.after ? null : without,
    limit: MAX_COMMITS,
  });
  if (created && without === push.after) return [];
  return Promise.all(shas.reverse().map((sha) => hookCommit(platform, repository, sha)));
}

async function hookCommit(platform: Platform, repository: Repository, sha: string) {
  const commit = await repository.git.commit(sha);
  if (!commit) throw new Error(`no commit ${sha}`);
  const changes = await fileChanges(repository.git, commit.parents[0] ?? null, sha);
  const paths = (statuses: readonly string[]) => changes.filter((one) => statuses.includes(one.status)).map((one) => one.path);
  return {
    id: sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: iso(commit.committer.date),
    url: `${platform.urls.repositoryPage(repository)}/commit/${sha}`,
    author: person(platform, commit.author),
    committer: person(platform, commit.committer),
    added: paths(['added', 'renamed']),
    removed: [...paths(['removed']), ...changes.flatMap((one) => one.previousPath ?? [])],
    modified: paths(['modified', 'changed']),
  };
}

function person(platform: Platform, signature: Commit['author']) {
  const account = accountByEmail(platform, signature.email);
  return { name: signature.name, email: signature.email, ...(account ? { username: account.login } : {}) };
}
