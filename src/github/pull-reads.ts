import { type At, ownerAndRepo } from './client.ts';
import { orNullWhenMissing } from './errors.ts';

/** Who closed a pull request, whose issue says it; `null` when it is open, or that account is gone. */
export async function readClosedBy(at: At, number: number): Promise<string | null> {
  const answer = await orNullWhenMissing(at.client.rest.issues.get({ ...ownerAndRepo(at), issue_number: number }));
  return answer?.data.closed_by?.login ?? null;
}
