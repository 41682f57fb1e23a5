import type { Database } from '../database.ts';
import { storedText } from '../stored-text.ts';

/** Why Regreen does nothing about an incident on a commit. */
export interface Decline {
  incidentId: string;
  reason: string;
  at: Date;
}

/** Characters of a reason that are kept; people read less. */
const LONGEST_REASON = 2_000;

/** Keeps the newest reason for each incident and commit. */
export async function saveDeclines(
  database: Database,
  { incidentIds, headSha, reason, at }: { incidentIds: readonly string[]; headSha: string; reason: string; at: Date },
): Promise<void> {
  if (incidentIds.length === 0) return;
  const changing = { reason: storedText(reason.slice(0, LONGEST_REASON)), at };
  await database
    .insertInto('declines')
    .values(incidentIds.map((id) => ({ incident_id: id, head_sha: headSha, ...changing })))
    .onConflict((conflict) => conflict.columns(['incident_id', 'head_sha']).doUpdateSet(changing))
    .execute();
}

export async function declinesOfCommit(database: Database, headSha: string, incidentIds: readonly string[]): Promise<Decline[]> {
  if (incidentIds.length === 0) return [];
  const rows = await database
    .selectFrom('declines')
    .selectAll()
    .where('head_sha', '=', headSha)
    .where('incident_id', 'in', incidentIds)
    .execute();
  return rows.map((row) => ({ incidentId: row.incident_id, reason: row.reason, at: row.at }));
}
