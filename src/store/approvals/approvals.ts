import type { Selectable } from 'kysely';
import { currentCorrelationId } from '../../telemetry/log.ts';
import { type AuditEntry, record } from '../audit.ts';
import type { Database } from '../database.ts';
import { storedJson, storedText } from '../stored-text.ts';
import type { ApprovalRemedy, ApprovalState, ApprovalsTable, RefusedTry } from '../tables/guard-tables.ts';

/** What waits for a person's yes, bound to one head and, for a fix, to one patch. */
export interface Approval {
  id: string;
  repositoryId: number;
  incidentId: string;
  remedy: ApprovalRemedy;
  branch: string;
  headSha: string;
  /** For a re-run: the run, and the attempt that was red. */
  runId: number | null;
  runAttempt: number | null;
  state: ApprovalState;
  /** Empty where there is no patch yet. */
  patch: string;
  /** Of the patch, or of what else is asked for. */
  patchHash: string;
  fixers: string[];
  /** Why a person must agree. */
  reason: string;
  /** The person who asked for it; null where Regreen did. */
  askedBy: string | null;
  askedAt: Date;
  expiresAt: Date;
  decidedAt: Date | null;
  decidedBy: string | null;
  /** `button`, `comment:ID`, `review-comment:ID` or `api`. */
  decidedFrom: string | null;
  decisionReason: string | null;
  /** The newest try to decide that was answered without effect. */
  refused: RefusedTry | null;
}

export type NewApproval = Pick<
  Approval,
  | 'repositoryId'
  | 'incidentId'
  | 'remedy'
  | 'branch'
  | 'headSha'
  | 'runId'
  | 'runAttempt'
  | 'patch'
  | 'patchHash'
  | 'fixers'
  | 'reason'
  | 'askedBy'
  | 'expiresAt'
>;

/**
 * Asks for an approval, in the place of what was asked before on that branch. The same on the same head is asked once; one
 * whose time was up is asked again, and one that was rejected when a person asks for it. All of it is in the audit log.
 */
export async function askApproval(database: Database, approval: NewApproval, at: Date): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    for (const { id } of await expireOthers(transaction, approval, at)) {
      await record(transaction, approvalEntry({ ...approval, id }, 'regreen', 'approval.expired', { why: 'asked-anew' }));
    }
    const again = {
      state: 'pending' as const,
      asked_at: at,
      asked_by: approval.askedBy,
      expires_at: approval.expiresAt,
      reason: storedText(approval.reason),
      decided_at: null,
      decided_by: null,
      decided_from: null,
      decision_reason: null,
      refused: null,
    };
    const asked = await transaction
      .insertInto('approvals')
      .values({
        repository_id: approval.repositoryId,
        incident_id: approval.incidentId,
        remedy: approval.remedy,
        branch: approval.branch,
        head_sha: approval.headSha,
        run_id: approval.runId,
        run_attempt: approval.runAttempt,
        patch: storedText(approval.patch),
        patch_hash: approval.patchHash,
        fixers: approval.fixers,
        ...again,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['incident_id', 'head_sha', 'patch_hash'])
          .doUpdateSet(again)
          .where('approvals.state', 'in', approval.askedBy === null ? ['expired'] : ['expired', 'rejected']),
      )
      .returning('id')
      .executeTakeFirst();
    if (!asked) return;
    const details = { expiresAt: approval.expiresAt.toISOString(), fixers: approval.fixers };
    const actor = approval.askedBy ?? 'regreen';
    await record(transaction, approvalEntry({ ...approval, ...asked }, actor, 'approval.asked', details));
  });
}

/** What waits on the branch for another head or another patch is not what would be done now. */
async function expireOthers(database: Database, approval: NewApproval, at: Date): Promise<{ id: string }[]> {
  return database
    .updateTable('approvals')
    .set({ state: 'expired', decided_at: at })
    .where('repository_id', '=', approval.repositoryId)
    .where('branch', '=', approval.branch)
    .where('remedy', '=', approval.remedy)
    .where('state', '=', 'pending')
    .where((eb) =>
      // Each run and each incident has a question of its own; of a change there is one to a head.
      approval.remedy === 'fix'
        ? eb.val(true)
        : eb.or([
            eb('head_sha', '<>', approval.headSha),
            approval.remedy === 'rerun' ? eb('run_id', '=', approval.runId) : eb('incident_id', '=', approval.incidentId),
          ]),
    )
    .where((eb) =>
      eb.not(
        eb.and([
          eb('incident_id', '=', approval.incidentId),
          eb('head_sha', '=', approval.headSha),
          eb('patch_hash', '=', approval.patchHash),
        ]),
      ),
    )
    .returning('id')
    .execute();
}

/** An entry of the audit log about an approval. */
export function approvalEntry(
  one: Pick<Approval, 'id' | 'repositoryId' | 'remedy' | 'headSha' | 'patchHash'>,
  actor: string,
  action: string,
  details: Record<string, unknown>,
): AuditEntry {
  const { id, repositoryId, remedy, headSha, patchHash } = one;
  return {
    actor,
    action,
    subject: `approval:${id}`,
    repositoryId,
    correlationId: currentCorrelationId() ?? null,
    details: { remedy, headSha, patchHash, ...details },
  };
}

export async function findApproval(database: Database, id: string): Promise<Approval | null> {
  const row = await database.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toApproval(row) : null;
}

/** The approvals that were asked for on a commit, newest last. */
export async function approvalsOfCommit(database: Database, repositoryId: number, headSha: string): Promise<Approval[]> {
  const rows = await database
    .selectFrom('approvals')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('head_sha', '=', headSha)
    .orderBy('asked_at')
    .orderBy('id')
    .execute();
  return rows.map(toApproval);
}

/** A person's word on an approval. */
export interface ApprovalWord {
  to: 'approved' | 'rejected';
  /** A GitHub login or an API key's name. */
  by: string;
  from: string;
  reason: string | null;
  at: Date;
}

/**
 * The one transition from waiting to decided, in one statement: of all who say yes or no at once, one is heard. A yes that
 * comes after the time is none.
 * @returns false when it was decided already or the time is up
 */
export async function decideOnce(database: Database, id: string, word: ApprovalWord): Promise<boolean> {
  let query = database
    .updateTable('approvals')
    .set({
      state: word.to,
      decided_at: word.at,
      decided_by: word.by,
      decided_from: word.from,
      decision_reason: word.reason === null ? null : storedText(word.reason),
    })
    .where('id', '=', id)
    .where('state', '=', 'pending');
  if (word.to === 'approved') query = query.where('expires_at', '>', word.at);
  return (await query.executeTakeFirst()).numUpdatedRows > 0n;
}

/** Remembers the newest try that had no effect, for the people who look at the question. */
export async function noteRefused(database: Database, id: string, refused: RefusedTry): Promise<void> {
  await database
    .updateTable('approvals')
    .set({ refused: storedJson(refused) })
    .where('id', '=', id)
    .execute();
}

/** Approved before then and not carried out yet: whoever was at it has died. */
export async function approvedBefore(database: Database, before: Date, limit: number): Promise<Approval[]> {
  const rows = await database
    .selectFrom('approvals')
    .selectAll()
    .where('state', '=', 'approved')
    .where('decided_at', '<', before)
    .orderBy('decided_at')
    .limit(limit)
    .execute();
  return rows.map(toApproval);
}

export function toApproval(row: Selectable<ApprovalsTable>): Approval {
  return {
    id: row.id,
    repositoryId: row.repository_id,
    incidentId: row.incident_id,
    remedy: row.remedy,
    branch: row.branch,
    headSha: row.head_sha,
    runId: row.run_id,
    runAttempt: row.run_attempt,
    state: row.state,
    patch: row.patch,
    patchHash: row.patch_hash,
    fixers: row.fixers,
    reason: row.reason,
    askedBy: row.asked_by,
    askedAt: row.asked_at,
    expiresAt: row.expires_at,
    decidedAt: row.decided_at,
    decidedBy: row.decided_by,
    decidedFrom: row.decided_from,
    decisionReason: row.decision_reason,
    refused: row.refused,
  };
}
