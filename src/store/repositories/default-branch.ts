import { sql } from 'kysely';
import { RED } from '../books/sums.ts';
import type { Database } from '../database.ts';
import type { BranchState } from '../tables/schema.ts';

/** A push to the default branch, as its event tells of it. */
export interface DefaultBranchPush {
  /** The commit on which the branch is since then, and the one on which it was. */
  sha: string;
  before: string;
}

/** Remembers where the default branch is, and what CI has said of that commit; a push that is told late moves nothing back. */
export async function moveDefaultBranch(database: Database, id: number, push: DefaultBranchPush, at: Date): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const branch = await lock(transaction, id);
    if (!branch || (await isOvertaken(transaction, branch, push))) return;
    await transaction
      .updateTable('repositories')
      .set({ default_branch_sha: push.sha, updated_at: at })
      .where('id', '=', id)
      .execute();
    await judge(transaction, { ...branch, sha: push.sha });
  });
}

/**
 * Says anew of what state the default branch is: what CI has said last of its commit. To be called by whoever has written a run or
 * an incident of it: of all who do at once, the last one sees what the others have written.
 * @param sha the commit that is spoken of, where no push has told yet where the branch is
 */
export async function judgeDefaultBranch(database: Database, id: number, sha: string): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const branch = await lock(transaction, id);
    if (branch) await judge(transaction, { ...branch, sha: branch.sha ?? sha });
  });
}

interface Branch {
  id: number;
  name: string;
  /** `owner/name`, in lower case. */
  repository: string;
  sha: string | null;
}

async function lock(transaction: Database, id: number): Promise<Branch | undefined> {
  const { rows } = await sql<Branch>`
    select id, default_branch as name, lower(owner || '/' || name) as repository, default_branch_sha as sha
    from repositories where id = ${id} for no key update`.execute(transaction);
  return rows[0];
}

/** Whether the branch has gone on from that commit: it is not where the push found it, and runs of where it is now are newer. */
async function isOvertaken(transaction: Database, branch: Branch, push: DefaultBranchPush): Promise<boolean> {
  if (branch.sha === null || branch.sha === push.before || branch.sha === push.sha) return false;
  const { rows } = await sql<{ overtaken: boolean | null }>`
    select max(id) filter (where head_sha = ${branch.sha}) > max(id) filter (where head_sha = ${push.sha}) as overtaken
    from runs where repository_id = ${branch.id} and head_sha = any(${[branch.sha, push.sha]}) and head_branch = ${branch.name}`.execute(
    transaction,
  );
  return rows[0]?.overtaken ?? false;
}

async function judge(transaction: Database, branch: Branch): Promise<void> {
  const { rows } = await sql<{ red: boolean | null; green: boolean | null; open: boolean }>`
    select bool_or(conclusion in ${RED}) as red, bool_or(conclusion = 'success') as green,
      exists (select from incidents where repository_id = ${branch.id} and status = 'open' and branch = ${branch.name}
        and lower(head_repository) = ${branch.repository}) as open
    from (
      select distinct on (id) conclusion from runs
      where repository_id = ${branch.id} and head_sha = ${branch.sha} and head_branch = ${branch.name}
        and lower(head_repository) = ${branch.repository} and status = 'completed'
      order by id, attempt desc) as latest`.execute(transaction);
  const { red, green, open } = rows[0] ?? { red: false, green: false, open: false };
  const state = stateOf({ red: red ?? false, green: green ?? false, open });
  await transaction
    .updateTable('repositories')
    .set({ default_branch_state: state })
    .where('id', '=', branch.id)
    .where('default_branch_state', '<>', state)
    .execute();
}

/** Where something is still red that has not run on this commit, what has passed there is not all. */
function stateOf({ red, green, open }: { red: boolean; green: boolean; open: boolean }): BranchState {
  if (red) return 'red';
  return green && !open ? 'green' : 'unknown';
}
