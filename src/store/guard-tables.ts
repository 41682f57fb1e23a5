import type { Generated } from 'kysely';
import type { Timestamp } from './schema.ts';

export interface RerunsTable {
  run_id: number;
  /** The attempt that was red. */
  attempt: number;
  repository_id: number;
  reason: string;
  requested_at: Timestamp;
  outcome: 'green' | 'red' | 'refused' | null;
  ended_at: Timestamp | null;
}

/** Two outcomes of one thing on one commit; the empty test stands for the job itself. */
export interface FlakeEventsTable {
  repository_id: number;
  workflow_path: string;
  job_name: string;
  test: string;
  head_sha: string;
  at: Timestamp;
}

export interface FlakyTestsTable {
  repository_id: number;
  workflow_path: string;
  job_name: string;
  test: string;
  state: 'suspected' | 'flaky' | 'settled';
  score: number;
  last_flake_at: Timestamp;
  issue_number: number | null;
  updated_at: Timestamp;
}

export type ApprovalState = 'pending' | 'approved' | 'rejected' | 'expired' | 'used';

export interface ApprovalsTable {
  id: Generated<string>;
  repository_id: number;
  incident_id: string;
  branch: string;
  head_sha: string;
  state: ApprovalState;
  patch: string;
  patch_hash: string;
  fixers: string[];
  asked_at: Timestamp;
  expires_at: Timestamp;
  decided_at: Timestamp | null;
  decided_by: string | null;
}

export interface BreakersTable {
  repository_id: number;
  opened_at: Timestamp;
  reason: string;
  resumed_at: Timestamp | null;
  resumed_by: string | null;
}
