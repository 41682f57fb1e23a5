import type { ColumnType, Generated } from 'kysely';
import type { CauseCategory } from '../../diagnosis/types.ts';
import type { Timestamp } from './timestamp.ts';

export interface OutsideIncidentsTable {
  id: Generated<string>;
  repository_id: number | null;
  source: string;
  key: string;
  started_at: Timestamp;
  title: string;
  severity: string | null;
  branch: string | null;
  sha: string | null;
  url: string | null;
  cause: CauseCategory | null;
  fingerprint: string | null;
  excerpt: string | null;
  labels: ColumnType<Record<string, string>, string | undefined, string>;
  status: 'open' | 'closed';
  events: Generated<number>;
  reported_by: string;
  opened_at: Timestamp;
  last_event_at: Timestamp;
  closed_at: Timestamp | null;
}
