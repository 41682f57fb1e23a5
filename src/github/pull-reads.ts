import { type At, ownerAndRepo } from './client.ts';
import { orNullWhenMissing } from './errors.ts';
import { toPullRequest } from './translate.ts';
import type { PullRequest } from './types.ts';

/** A pull request as it is now, with GitHub's times, ISO 8601. */
export interface PullRequestNow {
  pull: PullRequest;
  updatedAt: string;
  mergedAt: string | null;
}

export async function readPullRequestNow(at: At, number: number): Promise<PullRequestNow | null> {
  const answer = await orNullWhenMissing(at.client.rest.pulls.get({ ...ownerAndRepo(at), pull_number: number }));
  if (!answer) return null;
  return { pull: toPullRequest(answer.data), updatedAt: answer.data.updated_at, mergedAt: answer.data.merged_at };
}

/** Who closed a pull request, whose issue says it; `null` when it is open, or that account is gone. */
export async function readClosedBy(at: At, number: number): Promise<string | null> {
  const answer = await orNullWhenMissing(at.client.rest.issues.get({ ...ownerAndRepo(at), issue_number: number }));
  return answer?.data.closed_by?.login ?? null;
}
