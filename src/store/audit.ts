import type { Database } from './database.ts';
import { storedJson, storedText } from './stored-text.ts';

export interface AuditEntry {
  /** A GitHub login, an API key's name, or `regreen`. */
  actor: string;
  /** Dotted and in the past tense: `fix.proposed`, `incident.closed`. */
  action: string;
  /** What it was done to, e.g. `incident:UUID`, `owner/name#12`. */
  subject: string;
  repositoryId: number | null;
  correlationId: string | null;
  details?: Record<string, unknown>;
}

/** Writes down who did what; entries are only ever added. */
export async function record(database: Database, entry: AuditEntry): Promise<void> {
  await database
    .insertInto('audit')
    .values({
      actor: entry.actor,
      action: entry.action,
      subject: storedText(entry.subject),
      repository_id: entry.repositoryId,
      correlation_id: entry.correlationId,
      details: storedJson(entry.details ?? {}),
    })
    .execute();
}
