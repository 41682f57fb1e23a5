import type { Selectable } from 'kysely';
import type { Database } from './database.ts';
import type { FixesTable, FixState, Outcome } from './schema.ts';

/** One attempt at a fix. `planned` → `committed` → `proposed` → `ended` with an outcome. */
export interface Fix {
  id: string;
  incidentId: string;
  repositoryId: number;
  attempt: number;
  fixer: string;
  fixerVersion: string;
  state: FixState;
  outcome: Outcome | null;
  reason: string | null;
  workflowPath: string;
  baseBranch: string;
  baseSha: string;
  branch: string;
  commitSha: string | null;
  pullRequestNumber: number | null;
  patch: string;
  patchHash: string;
  paths: string[];
  verifiedByRun: number | null;
  correlationId: string;
}

export type NewFix = Pick<
  Fix,
  | 'incidentId'
  | 'repositoryId'
  | 'attempt'
  | 'fixer'
  | 'fixerVersion'
  | 'workflowPath'
  | 'baseBranch'
  | 'baseSha'
  | 'branch'
  | 'patch'
  | 'patchHash'
  | 'paths'
  | 'correlationId'
>;

/** Plans an attempt, or finds the one that is planned under the same number. */
export async function planFix(database: Database, fix: NewFix): Promise<Fix> {
  await database
    .insertInto('fixes')
    .values({
      incident_id: fix.incidentId,
      repository_id: fix.repositoryId,
      attempt: fix.attempt,
      fixer: fix.fixer,
      fixer_version: fix.fixerVersion,
      state: 'planned',
      workflow_path: fix.workflowPath,
      base_branch: fix.baseBranch,
      base_sha: fix.baseSha,
      branch: fix.branch,
      patch: fix.patch,
      patch_hash: fix.patchHash,
      paths: fix.paths,
      correlation_id: fix.correlationId,
    })
    .onConflict((conflict) => conflict.columns(['incident_id', 'attempt']).doNothing())
    .execute();
  const row = await database
    .selectFrom('fixes')
    .selectAll()
    .where('incident_id', '=', fix.incidentId)
    .where('attempt', '=', fix.attempt)
    .executeTakeFirstOrThrow();
  return toFix(row);
}

export async function findFix(database: Database, id: string): Promise<Fix | null> {
  const row = await database.selectFrom('fixes').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toFix(row) : null;
}

export async function fixesOfIncidents(database: Database, incidentIds: readonly string[]): Promise<Fix[]> {
  if (incidentIds.length === 0) return [];
  const rows = await database
    .selectFrom('fixes')
    .selectAll()
    .where('incident_id', 'in', incidentIds)
    .orderBy('created_at')
    .execute();
  return rows.map(toFix);
}

/** Attempts that count against the budget; one that the base has outrun never came to anything. */
export function countAttempts(fixes: readonly Fix[]): number {
  return fixes.filter((fix) => fix.outcome !== 'superseded').length;
}

/** The fix that made a commit. */
export async function findFixByCommit(database: Database, repositoryId: number, commitSha: string): Promise<Fix | null> {
  const row = await database
    .selectFrom('fixes')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('commit_sha', '=', commitSha)
    .executeTakeFirst();
  return row ? toFix(row) : null;
}

/** The latest fix on one of Regreen's branches. */
export async function findFixByBranch(database: Database, repositoryId: number, branch: string): Promise<Fix | null> {
  const row = await database
    .selectFrom('fixes')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('branch', '=', branch)
    .orderBy('attempt', 'desc')
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  return row ? toFix(row) : null;
}

/** Fixes that wait for CI: for the sweep behind the events. */
export async function fixesAwaitingVerification(database: Database, olderThan: Date, limit: number): Promise<Fix[]> {
  const rows = await database
    .selectFrom('fixes')
    .selectAll()
    .where('state', '=', 'proposed')
    .where('created_at', '<', olderThan)
    .orderBy('created_at')
    .limit(limit)
    .execute();
  return rows.map(toFix);
}

/** Fix pull requests whose end has not come. */
export async function countOpenFixes(database: Database, repositoryId: number): Promise<number> {
  const row = await database
    .selectFrom('fixes')
    .innerJoin('pull_requests', (join) =>
      join
        .onRef('pull_requests.repository_id', '=', 'fixes.repository_id')
        .onRef('pull_requests.number', '=', 'fixes.pull_request_number'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('fixes.repository_id', '=', repositoryId)
    .where('pull_requests.state', '=', 'open')
    .executeTakeFirstOrThrow();
  return row.count;
}

export async function markCommitted(database: Database, id: string, commitSha: string): Promise<void> {
  await database.updateTable('fixes').set({ state: 'committed', commit_sha: commitSha }).where('id', '=', id).execute();
}

export async function markProposed(database: Database, id: string, pullRequestNumber: number): Promise<void> {
  await database
    .updateTable('fixes')
    .set({ state: 'proposed', pull_request_number: pullRequestNumber })
    .where('id', '=', id)
    .where('state', '<>', 'ended')
    .execute();
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

/** Whether a fix pull request of the incident is open, verified or not. */
export async function hasOpenPullRequest(database: Database, incidentId: string): Promise<boolean> {
  const row = await database
    .selectFrom('fixes')
    .innerJoin('pull_requests', (join) =>
      join
        .onRef('pull_requests.repository_id', '=', 'fixes.repository_id')
        .onRef('pull_requests.number', '=', 'fixes.pull_request_number'),
    )
    .select('fixes.id')
    .where('fixes.incident_id', '=', incidentId)
    .where('pull_requests.state', '=', 'open')
    .executeTakeFirst();
  return row !== undefined;
}

function toFix(row: Selectable<FixesTable>): Fix {
  return {
    id: row.id,
    incidentId: row.incident_id,
    repositoryId: row.repository_id,
    attempt: row.attempt,
    fixer: row.fixer,
    fixerVersion: row.fixer_version,
    state: row.state,
    outcome: row.outcome,
    reason: row.reason,
    workflowPath: row.workflow_path,
    baseBranch: row.base_branch,
    baseSha: row.base_sha,
    branch: row.branch,
    commitSha: row.commit_sha,
    pullRequestNumber: row.pull_request_number,
    patch: row.patch,
    patchHash: row.patch_hash,
    paths: row.paths,
    verifiedByRun: row.verified_by_run,
    correlationId: row.correlation_id,
  };
}
