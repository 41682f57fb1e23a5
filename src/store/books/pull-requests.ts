import type { PullRequest } from '../../github/types.ts';
import type { Database } from '../database.ts';
import { storedText } from '../stored-text.ts';

/**
 * Records the pull request, and links the runs of its head that do not know it yet, and the incidents of these: runs from forks
 * name none.
 * @returns its state as the books have it now
 */
export async function savePullRequest(database: Database, repositoryId: number, pull: PullRequest): Promise<'open' | 'closed'> {
  const changing = {
    state: pull.state,
    merged: pull.merged,
    draft: pull.draft,
    title: storedText(pull.title),
    head_sha: pull.headSha,
    head_branch: pull.headBranch,
    head_repository: pull.headRepository,
    base_branch: pull.baseBranch,
    updated_at: pull.updatedAt,
    merged_at: pull.mergedAt,
  };
  const saved = await database
    .insertInto('pull_requests')
    .values({ repository_id: repositoryId, number: pull.number, author: pull.author, ...changing })
    .onConflict((conflict) =>
      conflict
        .columns(['repository_id', 'number'])
        // What is merged stays merged; not every word says when.
        .doUpdateSet((eb) => ({ ...changing, merged_at: eb.fn.coalesce('excluded.merged_at', 'pull_requests.merged_at') }))
        // Events come out of order: an older one must not undo a newer one.
        .where('pull_requests.updated_at', '<=', new Date(pull.updatedAt)),
    )
    .returning('state')
    .executeTakeFirst();
  await linkPullRequest(database, repositoryId, pull);
  return saved?.state ?? (await stateOf(database, repositoryId, pull.number));
}

async function stateOf(database: Database, repositoryId: number, number: number): Promise<'open' | 'closed'> {
  const { state } = await database
    .selectFrom('pull_requests')
    .select('state')
    .where('repository_id', '=', repositoryId)
    .where('number', '=', number)
    .executeTakeFirstOrThrow();
  return state;
}

/** Links a pull request with the runs of its head that name none, and with the incidents that were opened for these. */
export async function linkPullRequest(
  database: Database,
  repositoryId: number,
  pull: Pick<PullRequest, 'number' | 'headSha' | 'headBranch' | 'headRepository'>,
): Promise<void> {
  await database
    .updateTable('runs')
    .set({ pull_request_number: pull.number })
    .where('repository_id', '=', repositoryId)
    .where('head_sha', '=', pull.headSha)
    .where('event', '=', 'pull_request')
    .where('pull_request_number', 'is', null)
    .execute();
  await database
    .updateTable('incidents')
    .set({ pull_request_number: pull.number })
    .where('repository_id', '=', repositoryId)
    .where('branch', '=', pull.headBranch)
    .where('head_repository', '=', pull.headRepository ?? '')
    .where('status', '=', 'open')
    .where('pull_request_number', 'is', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('diagnoses')
          .innerJoin('runs', (join) =>
            join.onRef('runs.id', '=', 'diagnoses.run_id').onRef('runs.attempt', '=', 'diagnoses.run_attempt'),
          )
          .select('diagnoses.id')
          .whereRef('diagnoses.incident_id', '=', 'incidents.id')
          .where('runs.head_sha', '=', pull.headSha)
          .where('runs.event', '=', 'pull_request'),
      ),
    )
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

/** Those of the pull requests that have ended. */
export async function endedAmong(database: Database, repositoryId: number, numbers: readonly number[]): Promise<number[]> {
  if (numbers.length === 0) return [];
  const rows = await database
    .selectFrom('pull_requests')
    .select('number')
    .where('repository_id', '=', repositoryId)
    .where('number', 'in', numbers)
    .where('state', '=', 'closed')
    .execute();
  return rows.map(({ number }) => number);
}
