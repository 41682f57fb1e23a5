import type { Database } from '../database.ts';

/** A pull request that Regreen leaves alone until somebody resumes it. */
export interface Stop {
  number: number;
  stoppedAt: Date;
  stoppedBy: string;
}

/** @returns false when it is stopped already */
export async function stopPullRequest(
  database: Database,
  pull: { repositoryId: number; number: number },
  by: string,
  at: Date,
): Promise<boolean> {
  const values = { stopped_at: at, stopped_by: by, resumed_at: null, resumed_by: null };
  const result = await database
    .insertInto('stops')
    .values({ repository_id: pull.repositoryId, number: pull.number, ...values })
    .onConflict((conflict) =>
      conflict.columns(['repository_id', 'number']).doUpdateSet(values).where('stops.resumed_at', 'is not', null),
    )
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** @returns false when it was not stopped */
export async function resumePullRequest(
  database: Database,
  pull: { repositoryId: number; number: number },
  by: string,
  at: Date,
): Promise<boolean> {
  const result = await database
    .updateTable('stops')
    .set({ resumed_at: at, resumed_by: by })
    .where('repository_id', '=', pull.repositoryId)
    .where('number', '=', pull.number)
    .where('resumed_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** The stop of a pull request that lasts; null where there is none. */
export async function findStop(database: Database, repositoryId: number, number: number): Promise<Stop | null> {
  const row = await lasting(database)
    .where('stops.repository_id', '=', repositoryId)
    .where('stops.number', '=', number)
    .executeTakeFirst();
  return row ?? null;
}

/** The stop of an open pull request whose head is this branch, or this commit. */
export async function findStopOfHead(
  database: Database,
  repositoryId: number,
  head: { branch: string; headRepository: string } | { headSha: string },
): Promise<Stop | null> {
  const row = await lasting(database)
    .innerJoin('pull_requests', (join) =>
      join.onRef('pull_requests.repository_id', '=', 'stops.repository_id').onRef('pull_requests.number', '=', 'stops.number'),
    )
    .where('stops.repository_id', '=', repositoryId)
    .where('pull_requests.state', '=', 'open')
    .where((eb) =>
      'headSha' in head
        ? eb('pull_requests.head_sha', '=', head.headSha)
        : eb.and([
            eb('pull_requests.head_branch', '=', head.branch),
            eb(eb.fn('lower', ['pull_requests.head_repository']), '=', head.headRepository.toLowerCase()),
          ]),
    )
    .orderBy('stops.stopped_at')
    .executeTakeFirst();
  return row ?? null;
}

function lasting(database: Database) {
  return database
    .selectFrom('stops')
    .select(['stops.number', 'stops.stopped_at as stoppedAt', 'stops.stopped_by as stoppedBy'])
    .where('stops.resumed_at', 'is', null);
}
