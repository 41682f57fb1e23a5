import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { record } from '../audit.ts';
import type { Database } from '../database.ts';
import { storedText } from '../stored-text.ts';
import type { ApprovalState } from '../tables/guard-tables.ts';
import type { Tables } from '../tables/schema.ts';
import { type Approval, approvalEntry } from './approvals.ts';

/** The time is up, or what was approved has been done. Once: only from the state given. @returns false when it was in another */
export async function moveApproval(
  database: Database,
  id: string,
  move: { from: ApprovalState; to: 'expired' | 'used'; at: Date; reason?: string },
): Promise<boolean> {
  const { from, to, at, reason } = move;
  const change = { to, reason, at: from === 'pending' ? at : undefined };
  const ended = await endWhere(database, change, (eb) => eb.and([eb('id', '=', id), eb('state', '=', from)]));
  return ended.length > 0;
}

/** What became of the re-run that was approved for an attempt. */
export async function endApprovedRerun(
  database: Database,
  run: { runId: number; attempt: number },
  to: 'expired' | 'used',
): Promise<void> {
  await endWhere(database, { to }, (eb) =>
    eb.and([
      eb('remedy', '=', 'rerun'),
      eb('run_id', '=', run.runId),
      eb('run_attempt', '=', run.attempt),
      eb('state', '=', 'approved'),
    ]),
  );
}

/** What became of the question to an agent that was approved for an incident on a commit. */
export async function endSpendingApprovals(
  database: Database,
  { incidentId, headSha, to, reason }: { incidentId: string; headSha: string; to: 'expired' | 'used'; reason?: string },
): Promise<void> {
  await endWhere(database, { to, reason }, (eb) =>
    eb.and([
      eb('remedy', '=', 'delegate'),
      eb('incident_id', '=', incidentId),
      eb('head_sha', '=', headSha),
      eb('state', '=', 'approved'),
    ]),
  );
}

/** Questions that nobody can answer any more: their time is up, or their incident is over. Ended here; each is told once. */
export async function expireOverdue(database: Database, now: Date): Promise<Pick<Approval, 'repositoryId' | 'headSha'>[]> {
  return endWhere(database, { to: 'expired', at: now }, (eb) =>
    eb.and([
      eb('state', '=', 'pending'),
      eb.or([
        eb('expires_at', '<=', now),
        eb.exists(
          eb
            .selectFrom('incidents')
            .select(sql`1`.as('one'))
            .whereRef('incidents.id', '=', 'approvals.incident_id')
            .where('incidents.status', '=', 'closed'),
        ),
      ]),
    ]),
  );
}

interface End {
  to: 'expired' | 'used';
  reason?: string | undefined;
  /** Set for what nobody has decided. */
  at?: Date | undefined;
}

/** Ends approvals, with their entries in the audit log. */
async function endWhere(
  database: Database,
  { to, reason, at }: End,
  which: (eb: ExpressionBuilder<Tables, 'approvals'>) => Expression<SqlBool>,
) {
  return database.transaction().execute(async (transaction) => {
    const ended = await transaction
      .updateTable('approvals')
      .set({
        state: to,
        ...(at === undefined ? {} : { decided_at: at }),
        ...(reason === undefined ? {} : { decision_reason: storedText(reason) }),
      })
      .where(which)
      .returning(['id', 'repository_id as repositoryId', 'remedy', 'head_sha as headSha', 'patch_hash as patchHash'])
      .execute();
    const details = reason === undefined ? {} : { reason };
    for (const one of ended) await record(transaction, approvalEntry(one, 'regreen', `approval.${to}`, details));
    return ended;
  });
}
