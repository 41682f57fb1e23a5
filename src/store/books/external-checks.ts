import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { storedText } from '../stored-text.ts';

/** A check run or a commit status of another app. */
export interface ExternalCheck {
  headSha: string;
  kind: 'check_run' | 'status';
  name: string;
  app: string | null;
  /** The conclusion of a check run, or the state of a status. */
  state: string;
  url: string | null;
  summary: string | null;
  updatedAt: string;
}

/** Keeps the newest word on each check of a commit. */
export async function saveExternalCheck(database: Database, repositoryId: number, check: ExternalCheck): Promise<void> {
  const changing = {
    app: check.app,
    state: check.state,
    url: check.url,
    summary: check.summary === null ? null : storedText(check.summary),
    updated_at: check.updatedAt,
  };
  await database
    .insertInto('external_checks')
    .values({ repository_id: repositoryId, head_sha: check.headSha, kind: check.kind, name: storedText(check.name), ...changing })
    .onConflict((conflict) =>
      conflict
        .columns(['repository_id', 'head_sha', 'kind', 'name'])
        .doUpdateSet(changing)
        // Of two words of one second the one that sorts last, so that the row doesn't depend on their order.
        .where(sql<boolean>`(external_checks.updated_at, external_checks.state, coalesce(external_checks.url, '')) <=
          (excluded.updated_at, excluded.state, coalesce(excluded.url, ''))`),
    )
    .execute();
}

export async function externalChecksOfCommit(
  database: Database,
  repositoryId: number,
  headSha: string,
): Promise<ExternalCheck[]> {
  const rows = await database
    .selectFrom('external_checks')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('head_sha', '=', headSha)
    .orderBy('name')
    .execute();
  return rows.map((row) => ({
    headSha: row.head_sha,
    kind: row.kind,
    name: row.name,
    app: row.app,
    state: row.state,
    url: row.url,
    summary: row.summary,
    updatedAt: row.updated_at.toISOString(),
  }));
}
