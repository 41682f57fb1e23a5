import type { FixDelivery } from '../../policy/types.ts';
import type { Database } from '../database.ts';
import { storedJson } from '../stored-text.ts';
import type { FixChange, FixState, Outcome } from '../tables/healing-tables.ts';
import { fixRows, toFix } from './fix-rows.ts';

/** An incident that a fix is to heal. */
export interface HealedIncident {
  incidentId: string;
  workflowPath: string;
  fingerprint: string;
  /** Names of the jobs that were red because of it: they must be green for the fix to count as verified. */
  jobs: string[];
}

/** One attempt at a fix. `planned` → `committed` → `proposed` → `ended` with an outcome. */
export interface Fix {
  id: string;
  /** The incident that it is named after; `heals` has all. */
  incidentId: string;
  repositoryId: number;
  attempt: number;
  /** The first fixer of `changes`. */
  fixer: string;
  fixerVersion: string;
  state: FixState;
  outcome: Outcome | null;
  reason: string | null;
  workflowPath: string;
  /** The branch that failed, and the failed commit. */
  baseBranch: string;
  baseSha: string;
  /** The commit that the fix's own lies on: the base, or an earlier part of the fix. */
  parentSha: string;
  branch: string;
  /** Where the pull request goes. */
  targetBranch: string;
  /** Why it does not go the usual way; `null` when it does. */
  courseNote: string | null;
  delivery: FixDelivery;
  commitSha: string | null;
  committedAt: Date | null;
  pullRequestNumber: number | null;
  patch: string;
  patchHash: string;
  paths: string[];
  /** What each fixer did, in the order of their work. */
  changes: FixChange[];
  heals: HealedIncident[];
  verifiedByRun: number | null;
  /** What was said on the pull request about CI that did not start. */
  stalledReason: string | null;
  correlationId: string;
  createdAt: Date;
}

export type NewFix = Pick<
  Fix,
  | 'repositoryId'
  | 'attempt'
  | 'baseBranch'
  | 'baseSha'
  | 'parentSha'
  | 'branch'
  | 'targetBranch'
  | 'courseNote'
  | 'delivery'
  | 'pullRequestNumber'
  | 'patch'
  | 'patchHash'
  | 'paths'
  | 'changes'
  | 'heals'
  | 'stalledReason'
  | 'correlationId'
>;

/**
 * Plans an attempt, or finds the one that is planned under the same number for the same first incident.
 * @throws RangeError when it heals no incident or nobody made a change
 */
export async function planFix(database: Database, fix: NewFix): Promise<Fix> {
  const [leading] = fix.heals;
  const [change] = fix.changes;
  if (!leading || !change) throw new RangeError('a fix heals an incident by a change');
  const id = await database.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('fixes')
      .values({ ...columnsOf(fix), ...leadingColumns(leading, change) })
      .onConflict((conflict) => conflict.columns(['incident_id', 'attempt']).doNothing())
      .execute();
    const row = await transaction
      .selectFrom('fixes')
      .select('id')
      .where('incident_id', '=', leading.incidentId)
      .where('attempt', '=', fix.attempt)
      .executeTakeFirstOrThrow();
    await transaction
      .insertInto('fix_incidents')
      .values(
        fix.heals.map((one) => ({
          fix_id: row.id,
          incident_id: one.incidentId,
          workflow_path: one.workflowPath,
          fingerprint: one.fingerprint,
          jobs: one.jobs,
        })),
      )
      .onConflict((conflict) => conflict.columns(['fix_id', 'incident_id']).doNothing())
      .execute();
    return row.id;
  });
  return toFix(await fixRows(database).where('fixes.id', '=', id).executeTakeFirstOrThrow());
}

function columnsOf(fix: NewFix) {
  return {
    repository_id: fix.repositoryId,
    attempt: fix.attempt,
    state: 'planned' as const,
    base_branch: fix.baseBranch,
    base_sha: fix.baseSha,
    parent_sha: fix.parentSha,
    branch: fix.branch,
    target_branch: fix.targetBranch,
    course_note: fix.courseNote,
    delivery: fix.delivery,
    pull_request_number: fix.pullRequestNumber,
    patch: fix.patch,
    patch_hash: fix.patchHash,
    paths: fix.paths,
    changes: storedJson(fix.changes),
    stalled_reason: fix.stalledReason,
    correlation_id: fix.correlationId,
  };
}

function leadingColumns(leading: HealedIncident, change: FixChange) {
  return {
    incident_id: leading.incidentId,
    workflow_path: leading.workflowPath,
    fixer: change.fixer,
    fixer_version: change.version,
  };
}

export async function markCommitted(database: Database, id: string, commitSha: string, at: Date): Promise<void> {
  await database
    .updateTable('fixes')
    .set((eb) => ({
      state: 'committed',
      commit_sha: commitSha,
      committed_at: eb.fn.coalesce('committed_at', eb.val(at)),
    }))
    .where('id', '=', id)
    .where('state', '<>', 'ended')
    .execute();
}

export async function markProposed(database: Database, id: string, pullRequestNumber: number | null): Promise<void> {
  await database
    .updateTable('fixes')
    .set({ state: 'proposed', pull_request_number: pullRequestNumber })
    .where('id', '=', id)
    .where('state', '<>', 'ended')
    .execute();
}

/** Remembers what was said about CI that does not start. */
export async function markStalled(database: Database, id: string, reason: string): Promise<void> {
  await database.updateTable('fixes').set({ stalled_reason: reason }).where('id', '=', id).execute();
}

/** Ends a fix once. @returns false when it had ended already, whoever was first */
export async function endFix(
  database: Database,
  id: string,
  end: { outcome: Outcome; reason: string; runId?: number; at: Date },
): Promise<boolean> {
  const result = await database
    .updateTable('fixes')
    .set({ state: 'ended', outcome: end.outcome, reason: end.reason, verified_by_run: end.runId ?? null, ended_at: end.at })
    .where('id', '=', id)
    .where('state', '<>', 'ended')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** What it was for is gone, or is healed otherwise: that also holds for a fix that CI had verified. */
export async function supersedeFix(database: Database, id: string, end: { reason: string; at: Date }): Promise<boolean> {
  const result = await database
    .updateTable('fixes')
    .set({ state: 'ended', outcome: 'superseded', reason: end.reason, ended_at: end.at })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('state', '<>', 'ended'), eb('outcome', '=', 'verified')]))
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** What an attempt takes the place of on its branch is over; what CI or a person has said against it stays said. */
export async function supersedeOthers(
  database: Database,
  fix: Pick<Fix, 'id' | 'repositoryId' | 'branch'>,
  end: { reason: string; at: Date },
): Promise<void> {
  await database
    .updateTable('fixes')
    .set({ state: 'ended', outcome: 'superseded', reason: end.reason, ended_at: end.at })
    .where('repository_id', '=', fix.repositoryId)
    .where('branch', '=', fix.branch)
    .where('id', '<>', fix.id)
    .where((eb) => eb.or([eb('state', '<>', 'ended'), eb('outcome', '=', 'verified')]))
    .execute();
}

/**
 * A person has closed the fix's pull request without merging: that counts also when CI had verified it.
 * @returns false when it had ended otherwise already
 */
export async function rejectFix(database: Database, id: string, end: { reason: string; at: Date }): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    const result = await transaction
      .updateTable('fixes')
      .set({ state: 'ended', outcome: 'rejected', reason: end.reason, ended_at: end.at })
      .where('id', '=', id)
      .where((eb) => eb.or([eb('state', '<>', 'ended'), eb('outcome', '=', 'verified')]))
      .executeTakeFirst();
    await transaction.updateTable('incidents').set({ fixed_by: null }).where('fixed_by', '=', id).execute();
    return result.numUpdatedRows > 0n;
  });
}
