import type { Selectable } from 'kysely';
import type { Database } from './database.ts';
import type { ApprovalState, ApprovalsTable } from './guard-tables.ts';
import { storedText } from './stored-text.ts';

/** A change that waits for a person's yes, bound to one patch on one head. */
export interface Approval {
  id: string;
  repositoryId: number;
  incidentId: string;
  branch: string;
  headSha: string;
  state: ApprovalState;
  patch: string;
  patchHash: string;
  fixers: string[];
  expiresAt: Date;
  decidedBy: string | null;
}

/** Asks for an approval, or finds the one that was asked for the same patch on the same head. */
export async function askApproval(
  database: Database,
  approval: Omit<Approval, 'id' | 'state' | 'decidedBy'>,
  at: Date,
): Promise<void> {
  await database
    .insertInto('approvals')
    .values({
      repository_id: approval.repositoryId,
      incident_id: approval.incidentId,
      branch: approval.branch,
      head_sha: approval.headSha,
      state: 'pending',
      patch: storedText(approval.patch),
      patch_hash: approval.patchHash,
      fixers: approval.fixers,
      asked_at: at,
      expires_at: approval.expiresAt,
    })
    .onConflict((conflict) => conflict.columns(['incident_id', 'head_sha', 'patch_hash']).doNothing())
    .execute();
}

/** The approvals that were asked for on a commit, newest last. */
export async function approvalsOfCommit(database: Database, repositoryId: number, headSha: string): Promise<Approval[]> {
  const rows = await database
    .selectFrom('approvals')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('head_sha', '=', headSha)
    .orderBy('asked_at')
    .execute();
  return rows.map(toApproval);
}

/**
 * A person decides, or the time is up, or the change has been made. Once: only from one of the states given.
 * @returns false when it was in none of them
 */
export async function moveApproval(
  database: Database,
  id: string,
  move: { from: ApprovalState; to: ApprovalState; by?: string; at: Date },
): Promise<boolean> {
  const result = await database
    .updateTable('approvals')
    .set({ state: move.to, decided_at: move.at, ...(move.by === undefined ? {} : { decided_by: move.by }) })
    .where('id', '=', id)
    .where('state', '=', move.from)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

function toApproval(row: Selectable<ApprovalsTable>): Approval {
  return {
    id: row.id,
    repositoryId: row.repository_id,
    incidentId: row.incident_id,
    branch: row.branch,
    headSha: row.head_sha,
    state: row.state,
    patch: row.patch,
    patchHash: row.patch_hash,
    fixers: row.fixers,
    expiresAt: row.expires_at,
    decidedBy: row.decided_by,
  };
}
