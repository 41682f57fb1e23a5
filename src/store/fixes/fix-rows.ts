import { type Selectable, sql } from 'kysely';
import type { Database } from '../database.ts';
import type { FixesTable } from '../tables/healing-tables.ts';
import type { Fix, HealedIncident } from './fixes.ts';

/** A fix with the incidents that it is to heal, the one that it is named after first. */
export function fixRows(database: Database) {
  return database.selectFrom('fixes').selectAll('fixes').select(HEALS);
}

const HEALS = sql<HealedIncident[]>`coalesce((
  select json_agg(json_build_object('incidentId', incident_id, 'workflowPath', workflow_path,
    'fingerprint', fingerprint, 'jobs', jobs)
    order by incident_id <> fixes.incident_id, workflow_path, fingerprint)
  from fix_incidents where fix_id = fixes.id), '[]')`.as('heals');

export function toFix(row: Selectable<FixesTable> & { heals: HealedIncident[] }): Fix {
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
    parentSha: row.parent_sha ?? row.base_sha,
    branch: row.branch,
    targetBranch: row.target_branch ?? row.base_branch,
    courseNote: row.course_note,
    delivery: row.delivery,
    commitSha: row.commit_sha,
    committedAt: row.committed_at,
    pullRequestNumber: row.pull_request_number,
    patch: row.patch,
    patchHash: row.patch_hash,
    paths: row.paths,
    changes: row.changes,
    heals: row.heals,
    verifiedByRun: row.verified_by_run,
    stalledReason: row.stalled_reason,
    correlationId: row.correlation_id,
    createdAt: row.created_at,
  };
}
