import { sql } from 'kysely';
import { type Patience, type SweepWindow, waitIsOver, workingRepositories } from '../books/sweep-queries.ts';
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

/** A fix whose verification may have been missed. */
export interface WaitingFix {
  fixId: string;
  repositoryId: number;
  installationId: number;
  correlationId: string;
}

/** What the waits of a fix are kept under in `sweeps`. */
export function verificationSubject(fixId: string): string {
  return `verify:${fixId}`;
}

/**
 * Fixes that wait for CI in repositories that can be reached, and that are due to be asked about: for the sweep behind the
 * events. Those that have waited longest for a look come first, so nothing stands in front for ever.
 */
export async function fixesAwaitingVerification(
  database: Database,
  { since, until, limit }: SweepWindow,
  { patience, now }: { patience: Patience; now: Date },
): Promise<WaitingFix[]> {
  const rows = await database
    .selectFrom('fixes')
    .innerJoin(workingRepositories(database).as('working'), 'working.id', 'fixes.repository_id')
    .leftJoin('sweeps', (join) => join.on(sql<boolean>`sweeps.subject = 'verify:' || fixes.id`))
    .select([
      'fixes.id as fixId',
      'fixes.repository_id as repositoryId',
      'working.installationId',
      'fixes.correlation_id as correlationId',
    ])
    .where('fixes.state', '=', 'proposed')
    .where('fixes.commit_sha', 'is not', null)
    .where('fixes.created_at', '>', since)
    .where('fixes.created_at', '<', until)
    .where('working.installationId', 'is not', null)
    .where((eb) => eb.or([eb('sweeps.subject', 'is', null), waitIsOver(patience, now)]))
    .orderBy(sql`coalesce(sweeps.last_at, fixes.created_at)`)
    .limit(limit)
    .$narrowType<{ installationId: number }>()
    .execute();
  return rows;
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
