import { sql } from 'kysely';
import type { NoticeKind, WeighedNotice } from '../../notify/rules/types.ts';
import type { Database } from '../database.ts';
import { storedJson } from '../stored-text.ts';

/**
 * Notices that no rule was laid on yet, the oldest first.
 * @param which `leaveOut`: not those of these repositories; `among`: only these, locked, less those that another process weighs
 */
export async function unweighedNotices(
  database: Database,
  limit: number,
  which: { leaveOut: readonly number[] } | { among: readonly number[] },
): Promise<WeighedNotice[]> {
  const condition =
    'among' in which
      ? sql`id = any(${which.among}::bigint[])`
      : sql`not (coalesce(repository_id, 0) = any(${which.leaveOut}::bigint[]))`;
  const { rows } = await sql<NoticeRow>`
    with picked as (
      select id from notices where weighed_at is null and ${condition}
      order by id limit ${limit} ${'among' in which ? sql`for update skip locked` : sql``})
    select notices.id, notices.kind, notices.at, notices.details, notices.repository_id as "repositoryId", repositories.owner,
      repositories.name, repositories.default_branch as "defaultBranch", incidents.id as "incidentId", incidents.branch,
      incidents.head_repository as "headRepository", incidents.workflow_path as "workflowPath", incidents.cause,
      incidents.fingerprint, incidents.failures
    from picked join notices on notices.id = picked.id
      left join repositories on repositories.id = notices.repository_id
      left join incidents on incidents.id = notices.incident_id
    order by notices.id`.execute(database);
  return rows.map(toWeighed);
}

interface NoticeRow {
  id: number;
  kind: NoticeKind;
  at: Date;
  details: { channelId?: string };
  repositoryId: number | null;
  owner: string | null;
  name: string | null;
  defaultBranch: string | null;
  incidentId: string | null;
  branch: string;
  headRepository: string;
  workflowPath: string;
  cause: NonNullable<WeighedNotice['incident']>['cause'];
  fingerprint: string;
  failures: number;
}

function toWeighed(row: NoticeRow): WeighedNotice {
  const repository = row.owner === null ? null : `${row.owner}/${row.name}`;
  return {
    id: row.id,
    kind: row.kind,
    at: row.at,
    repository,
    repositoryId: row.repositoryId,
    channelId: row.details.channelId ?? null,
    incident:
      row.incidentId === null
        ? null
        : {
            id: row.incidentId,
            branch: row.branch,
            onDefaultBranch: row.branch === row.defaultBranch && row.headRepository.toLowerCase() === repository?.toLowerCase(),
            workflowPath: row.workflowPath,
            cause: row.cause,
            fingerprint: row.fingerprint,
            failures: row.failures,
          },
  };
}

/** Marks notices as weighed: their messages, if any, are in the same transaction. */
export async function markWeighed(transaction: Database, ids: readonly number[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  await transaction.updateTable('notices').set({ weighed_at: at }).where('id', 'in', ids).execute();
}

/** Everything that nobody is to be told, at once. @returns how many */
export async function passOverNotices(database: Database, at: Date): Promise<number> {
  const result = await database.updateTable('notices').set({ weighed_at: at }).where('weighed_at', 'is', null).executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Says once a day of a repository that a ceiling leaves no room for its coding agent. */
export async function noteCeiling(
  database: Database,
  ceiling: { repositoryId: number; incidentId: string; reason: string; at: Date },
): Promise<void> {
  await database
    .insertInto('notices')
    .values({
      key: `agent-ceiling:${ceiling.repositoryId}:${ceiling.at.toISOString().slice(0, 10)}`,
      kind: 'agent-ceiling',
      repository_id: ceiling.repositoryId,
      incident_id: ceiling.incidentId,
      details: storedJson({ reason: ceiling.reason }),
      at: ceiling.at,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
}
