import type { PullRequest } from '../../github/types.ts';
import type { Database } from '../database.ts';
import { storedText } from '../stored-text.ts';

/** Records the pull request, and links the runs of its head that do not know it yet: runs from forks name none. */
export async function savePullRequest(
  database: Database,
  repositoryId: number,
  pull: PullRequest,
  updatedAt: string,
  mergedAt: string | null = null,
): Promise<void> {
  const changing = {
    state: pull.state,
    merged: pull.merged,
    draft: pull.draft,
    title: storedText(pull.title),
    head_sha: pull.headSha,
    head_branch: pull.headBranch,
    head_repository: pull.headRepository,
    base_branch: pull.baseBranch,
    updated_at: updatedAt,
    merged_at: mergedAt,
  };
  await database
    .insertInto('pull_requests')
    .values({ repository_id: repositoryId, number: pull.number, author: pull.author, ...changing })
    .onConflict((conflict) =>
      conflict
        .columns(['repository_id', 'number'])
        // What is merged stays merged; not every word says when.
        .doUpdateSet((eb) => ({ ...changing, merged_at: eb.fn.coalesce('excluded.merged_at', 'pull_requests.merged_at') }))
        // Events come out of order: an older one must not undo a newer one.
        .where('pull_requests.updated_at', '<=', new Date(updatedAt)),
    )
    .execute();
  await database
    .updateTable('runs')
    .set({ pull_request_number: pull.number })
    .where('repository_id', '=', repositoryId)
    .where('head_sha', '=', pull.headSha)
    .where('event', '=', 'pull_request')
    .where('pull_request_number', 'is', null)
    .execute();
}

export interface StoredPullRequest {
  number: number;
  state: 'open' | 'closed';
  headSha: string;
  headBranch: string;
  headRepository: string | null;
  baseBranch: string;
  title: string;
}

/** The open pull request with this head, however the run was linked. */
export async function findPullRequestByHead(
  database: Database,
  repositoryId: number,
  head: { sha: string; branch: string | null; repository: string | null },
): Promise<StoredPullRequest | null> {
  const row = await database
    .selectFrom('pull_requests')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('state', '=', 'open')
    .where((eb) =>
      eb.or([
        eb('head_sha', '=', head.sha),
        eb.and([eb('head_branch', '=', head.branch ?? ''), eb('head_repository', '=', head.repository ?? '')]),
      ]),
    )
    .orderBy('updated_at', 'desc')
    .executeTakeFirst();
  return row
    ? {
        number: row.number,
        state: row.state,
        headSha: row.head_sha,
        headBranch: row.head_branch,
        headRepository: row.head_repository,
        baseBranch: row.base_branch,
        title: row.title,
      }
    : null;
}
