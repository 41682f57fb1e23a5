import { type At, ownerAndRepo } from './client.ts';
import { isRefusal } from './past-runs.ts';
import { toPullRequest } from './translate.ts';
import type { PullRequest } from './types.ts';

/** A pull request of the repository itself, with its times. */
export interface DatedPullRequest extends PullRequest {
  createdAt: string;
  /** `null` while it is open. */
  closedAt: string | null;
}

/**
 * The newest hundred pull requests whose branch is in the repository itself and begins so, whatever their state; none where the
 * token may not read them, for then it has opened none.
 */
export async function readOwnPulls(at: At, prefix: string): Promise<DatedPullRequest[]> {
  const data = await newestPulls(at);
  const own = `${at.repository.owner}/${at.repository.name}`.toLowerCase();
  return data
    .filter((pull) => pull.head.ref.startsWith(prefix) && pull.head.repo?.full_name.toLowerCase() === own)
    .map((pull) => ({ ...toPullRequest(pull), createdAt: pull.created_at, closedAt: pull.closed_at }));
}

async function newestPulls(at: At) {
  try {
    const { data } = await at.client.rest.pulls.list({
      ...ownerAndRepo(at),
      state: 'all',
      sort: 'created',
      direction: 'desc',
      per_page: 100,
    });
    return data;
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}
