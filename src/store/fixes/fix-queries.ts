import type { Database } from '../database.ts';
import { fixRows, toFix } from './fix-rows.ts';
import type { Fix } from './fixes.ts';

export async function findFix(database: Database, id: string): Promise<Fix | null> {
  const row = await fixRows(database).where('fixes.id', '=', id).executeTakeFirst();
  return row ? toFix(row) : null;
}

/** Every attempt to heal one of the incidents, oldest first. */
export async function fixesOfIncidents(database: Database, incidentIds: readonly string[]): Promise<Fix[]> {
  if (incidentIds.length === 0) return [];
  const rows = await fixRows(database)
    .where('fixes.id', 'in', (eb) =>
      eb.selectFrom('fix_incidents').select('fix_id').where('fix_incidents.incident_id', 'in', incidentIds),
    )
    .orderBy('fixes.created_at')
    .orderBy('fixes.attempt')
    .execute();
  return rows.map(toFix);
}

/** The newest fixes of a branch that failed, newest first: what is under way there and what was tried. */
export async function fixesOfBranch(
  database: Database,
  where: { repositoryId: number; baseBranch: string },
  limit: number,
): Promise<Fix[]> {
  const rows = await fixRows(database)
    .where('fixes.repository_id', '=', where.repositoryId)
    .where('fixes.base_branch', '=', where.baseBranch)
    .orderBy('fixes.created_at', 'desc')
    .orderBy('fixes.attempt', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toFix);
}

/** The fix that made a commit. */
export async function findFixByCommit(database: Database, repositoryId: number, commitSha: string): Promise<Fix | null> {
  const row = await fixRows(database)
    .where('fixes.repository_id', '=', repositoryId)
    .where('fixes.commit_sha', '=', commitSha)
    .executeTakeFirst();
  return row ? toFix(row) : null;
}

/** The latest fix on one of Regreen's branches. */
export async function findFixByBranch(database: Database, repositoryId: number, branch: string): Promise<Fix | null> {
  const row = await fixRows(database)
    .where('fixes.repository_id', '=', repositoryId)
    .where('fixes.branch', '=', branch)
    .orderBy('fixes.created_at', 'desc')
    .orderBy('fixes.attempt', 'desc')
    .executeTakeFirst();
  return row ? toFix(row) : null;
}

/** Fixes that wait for CI: for the sweep behind the events. */
export async function fixesAwaitingVerification(database: Database, olderThan: Date, limit: number): Promise<Fix[]> {
  const rows = await fixRows(database)
    .where('fixes.state', '=', 'proposed')
    .where('fixes.commit_sha', 'is not', null)
    .where('fixes.created_at', '<', olderThan)
    .orderBy('fixes.created_at')
    .limit(limit)
    .execute();
  return rows.map(toFix);
}

/** The numbers of Regreen's pull requests in a repository that are open, whatever CI says of them. */
export async function openFixPulls(database: Database, repositoryId: number): Promise<number[]> {
  const rows = await database
    .selectFrom('pull_requests')
    .select('number')
    .where('repository_id', '=', repositoryId)
    .where('state', '=', 'open')
    .where('number', 'in', (eb) =>
      eb
        .selectFrom('fixes')
        .select('fixes.pull_request_number')
        .where('fixes.repository_id', '=', repositoryId)
        .where('fixes.delivery', '=', 'pull-request')
        .where('fixes.pull_request_number', 'is not', null)
        .$narrowType<{ pull_request_number: number }>(),
    )
    .execute();
  return rows.map((row) => row.number);
}

/** The commits that Regreen has put on one of its branches. */
export async function commitsOfBranch(database: Database, repositoryId: number, branch: string): Promise<string[]> {
  const rows = await database
    .selectFrom('fixes')
    .select('commit_sha')
    .where('repository_id', '=', repositoryId)
    .where('branch', '=', branch)
    .where('commit_sha', 'is not', null)
    .$narrowType<{ commit_sha: string }>()
    .execute();
  return rows.map((row) => row.commit_sha);
}
