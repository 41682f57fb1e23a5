import type { Selectable } from 'kysely';
import type { CauseCategory } from '../../diagnosis/types.ts';
import type { Database } from '../database.ts';
import type { IncidentsTable } from '../tables/healing-tables.ts';

/** What makes two failures one incident. */
export interface IncidentKey {
  repositoryId: number;
  /** `owner/name` of the repository that the branch is in: a fork's `main` is not ours. Empty when the fork is gone. */
  headRepository: string;
  branch: string;
  workflowPath: string;
  fingerprint: string;
}

export interface Incident extends IncidentKey {
  id: string;
  /** Learned as soon as an event names it: a branch may be red before it has a pull request. */
  pullRequestNumber: number | null;
  cause: CauseCategory;
  status: 'open' | 'closed';
  failures: number;
  openedAt: Date;
  closedReason: string | null;
  fixedBy: string | null;
}

/**
 * Opens the incident, or finds the open one of the same root cause. One statement over a unique index: however many
 * failures arrive at once, there is one incident.
 */
export async function openIncident(
  database: Database,
  key: IncidentKey,
  facts: { cause: CauseCategory; pullRequestNumber: number | null; at: Date },
): Promise<Incident> {
  const row = await database
    .insertInto('incidents')
    .values({
      repository_id: key.repositoryId,
      head_repository: key.headRepository,
      branch: key.branch,
      pull_request_number: facts.pullRequestNumber,
      workflow_path: key.workflowPath,
      fingerprint: key.fingerprint,
      cause: facts.cause,
      status: 'open',
      opened_at: facts.at,
      last_failure_at: facts.at,
    })
    .onConflict((conflict) =>
      conflict

        .columns(['repository_id', 'head_repository', 'branch', 'workflow_path', 'fingerprint'])
        .where('status', '=', 'open')
        .doUpdateSet((eb) => ({
          last_failure_at: eb.fn('greatest', ['incidents.last_failure_at', 'excluded.last_failure_at']),
          pull_request_number: eb.fn.coalesce('incidents.pull_request_number', 'excluded.pull_request_number'),
        })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return toIncident(row);
}

export async function findIncident(database: Database, id: string): Promise<Incident | null> {
  const row = await database.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toIncident(row) : null;
}

export async function findIncidents(database: Database, ids: readonly string[]): Promise<Incident[]> {
  if (ids.length === 0) return [];
  return (await database.selectFrom('incidents').selectAll().where('id', 'in', ids).execute()).map(toIncident);
}

/** Open incidents that match all that is given. */
export async function openIncidents(
  database: Database,
  where: { repositoryId: number } & Partial<Pick<Incident, 'headRepository' | 'branch' | 'workflowPath'>> & {
      pullRequestNumber?: number;
    },
): Promise<Incident[]> {
  let query = database
    .selectFrom('incidents')
    .selectAll()
    .where('repository_id', '=', where.repositoryId)
    .where('status', '=', 'open');
  if (where.headRepository !== undefined) query = query.where('head_repository', '=', where.headRepository);
  if (where.branch !== undefined) query = query.where('branch', '=', where.branch);
  if (where.workflowPath !== undefined) query = query.where('workflow_path', '=', where.workflowPath);
  if (where.pullRequestNumber !== undefined) query = query.where('pull_request_number', '=', where.pullRequestNumber);
  return (await query.execute()).map(toIncident);
}

/** Whether runs that no pull request asked for (pushes, schedules) were red because of it: then its branch is red by itself. */
export async function isRedByItself(database: Database, id: string): Promise<boolean> {
  const row = await database
    .selectFrom('diagnoses')
    .innerJoin('runs', (join) =>
      join.onRef('runs.id', '=', 'diagnoses.run_id').onRef('runs.attempt', '=', 'diagnoses.run_attempt'),
    )
    .innerJoin('incidents', 'incidents.id', 'diagnoses.incident_id')
    .select('diagnoses.id')
    .where('diagnoses.incident_id', '=', id)
    .where((eb) => eb(eb.fn.coalesce('runs.head_branch', 'runs.head_sha'), '=', eb.ref('incidents.branch')))
    .where('runs.event', 'not like', 'pull_request%')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Hangs an open incident on another pull request, or on none. */
export async function relinkIncident(database: Database, id: string, pullRequestNumber: number | null): Promise<void> {
  await database
    .updateTable('incidents')
    .set({ pull_request_number: pullRequestNumber })
    .where('id', '=', id)
    .where('status', '=', 'open')
    .execute();
}

/** Hangs what is red on the very head of a pull request, and on none yet, on it: the branch was red before it was opened. */
export async function linkRedHead(
  database: Database,
  repositoryId: number,
  pull: { number: number; headSha: string; headBranch: string; headRepository: string },
): Promise<void> {
  await database
    .updateTable('incidents')
    .set({ pull_request_number: pull.number })
    .where('repository_id', '=', repositoryId)
    .where('branch', '=', pull.headBranch)
    .where((eb) => eb(eb.fn('lower', ['head_repository']), '=', pull.headRepository.toLowerCase()))
    .where('status', '=', 'open')
    .where('pull_request_number', 'is', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('diagnoses')
          .select('diagnoses.id')
          .whereRef('diagnoses.incident_id', '=', 'incidents.id')
          .where('diagnoses.head_sha', '=', pull.headSha),
      ),
    )
    .execute();
}

/** Closes it once. @returns false when it was closed already */
export async function closeIncident(
  database: Database,
  id: string,
  end: { reason: string; fixedBy?: string | null; at: Date },
): Promise<boolean> {
  const result = await database
    .updateTable('incidents')
    .set({ status: 'closed', closed_at: end.at, closed_reason: end.reason, ...(end.fixedBy ? { fixed_by: end.fixedBy } : {}) })
    .where('id', '=', id)
    .where('status', '=', 'open')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Remembers which fix was verified, before the branch itself is green. */
export async function markFixed(database: Database, ids: readonly string[], fixId: string): Promise<void> {
  if (ids.length > 0) await database.updateTable('incidents').set({ fixed_by: fixId }).where('id', 'in', ids).execute();
}

function toIncident(row: Selectable<IncidentsTable>): Incident {
  return {
    id: row.id,
    repositoryId: row.repository_id,
    headRepository: row.head_repository,
    branch: row.branch,
    pullRequestNumber: row.pull_request_number,
    workflowPath: row.workflow_path,
    fingerprint: row.fingerprint,
    cause: row.cause,
    status: row.status,
    failures: row.failures,
    openedAt: row.opened_at,
    closedReason: row.closed_reason,
    fixedBy: row.fixed_by,
  };
}
