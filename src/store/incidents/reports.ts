import type { Database } from '../database.ts';

/** What Regreen shows on a commit, as far as it got. */
export interface Report {
  checkRunId: number | null;
  contentHash: string | null;
  annotationKeys: string[];
}

export async function findReport(database: Database, repositoryId: number, headSha: string): Promise<Report | null> {
  const row = await database
    .selectFrom('reports')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('head_sha', '=', headSha)
    .executeTakeFirst();
  return row ? { checkRunId: row.check_run_id, contentHash: row.content_hash, annotationKeys: row.annotation_keys } : null;
}

export async function saveReport(database: Database, repositoryId: number, headSha: string, report: Report): Promise<void> {
  const values = {
    check_run_id: report.checkRunId,
    content_hash: report.contentHash,
    annotation_keys: report.annotationKeys,
    updated_at: new Date(),
  };
  await database
    .insertInto('reports')
    .values({ repository_id: repositoryId, head_sha: headSha, ...values })
    .onConflict((conflict) => conflict.columns(['repository_id', 'head_sha']).doUpdateSet(values))
    .execute();
}
