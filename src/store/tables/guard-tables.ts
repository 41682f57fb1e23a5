import type { ColumnType, Generated } from 'kysely';
import type { Timestamp } from './timestamp.ts';

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
  remedy: Generated<ApprovalRemedy>;
  run_id: number | null;
  run_attempt: number | null;
  reason: Generated<string>;
  asked_by: string | null;
  decided_from: string | null;
  decision_reason: string | null;
  refused: ColumnType<RefusedTry | null, string | null | undefined, string | null>;
}

/** What needs a person's yes: a change, whoever has made it; a re-run; or that an agent is asked, which costs and sends. */
export type ApprovalRemedy = 'fix' | 'rerun' | 'delegate';

/** A try to decide that was answered without effect. */
export interface RefusedTry {
  by: string;
  why: string;
  /** ISO 8601. */
  at: string;
}

export interface DeclinesTable {
  incident_id: string;
  head_sha: string;
  reason: string;
  at: Timestamp;
}

export interface SweepsTable {
  /** What was asked about, e.g. `run:ID`. */
  subject: string;
  times: number;
  last_at: Timestamp;
}

export interface BreakersTable {
  repository_id: number;
  opened_at: Timestamp;
  reason: string;
  resumed_at: Timestamp | null;
  resumed_by: string | null;
}

/** A pull request that Regreen leaves alone; again, once it was resumed. */
export interface StopsTable {
  repository_id: number;
  number: number;
  stopped_at: Timestamp;
  stopped_by: string;
  resumed_at: Timestamp | null;
  resumed_by: string | null;
}

/** Regreen's one comment in an issue or pull request. */
export interface ThreadsTable {
  repository_id: number;
  number: number;
  comment_id: number | null;
  content_hash: string | null;
}

export interface AnswersTable {
  repository_id: number;
  thread: 'issue' | 'review';
  comment_id: number;
  number: number;
  author: string;
  command: string;
  text: string;
  once: string | null;
  at: Timestamp;
}
