import { sql } from 'kysely';
import type { Database } from '../database.ts';

/** A branch, and the pull request from it that has ended. */
export interface EndedHead {
  repositoryId: number;
  /** Of the pull request. */
  number: number;
  branch: string;
  /** `owner/name` of the repository that the branch is in; empty where it is gone. */
  headRepository: string;
  /** How branches of Regreen's own begin: what goes onto a branch from there says nothing of how people use it. */
  ownPrefix: string;
}

/** What of a branch goes on when one of its pull requests has ended. */
export interface BranchLife {
  /** Another pull request from it that is open; the one with the lowest number. */
  otherPull: number | null;
  /** It is more than the head of this pull request: the default branch, the base of others, or it was merged before. */
  lasts: boolean;
}

/** What the books say of a branch beside a pull request from it. */
export async function lifeOfBranch(database: Database, head: EndedHead): Promise<BranchLife> {
  const headRepository = head.headRepository.toLowerCase();
  const sameHead = sql`head_branch = ${head.branch} and lower(head_repository) = ${headRepository} and number <> ${head.number}`;
  const { rows } = await sql<BranchLife>`
    select
      (select min(number) from pull_requests where repository_id = ${head.repositoryId} and state = 'open' and ${sameHead})
        as "otherPull",
      exists (select from pull_requests where repository_id = ${head.repositoryId} and merged and ${sameHead})
        or exists (
          select from repositories where id = ${head.repositoryId} and lower(owner || '/' || name) = ${headRepository}
            and (default_branch = ${head.branch} or exists (
              select from pull_requests pulls where pulls.repository_id = repositories.id
                and pulls.base_branch = ${head.branch} and not starts_with(pulls.head_branch, ${head.ownPrefix})))) as lasts`.execute(
    database,
  );
  return rows[0] ?? { otherPull: null, lasts: false };
}
