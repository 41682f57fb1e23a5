import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { CauseCategory, Diagnosis, PrintedDiff } from '../../diagnosis/types.ts';
import type { Decision, FixDelivery } from '../../policy/types.ts';
import type { Verdict } from '../../policy/verdict.ts';
import type { GeneratedTimestamp, Timestamp } from './timestamp.ts';

export type IncidentStatus = 'open' | 'closed';

export interface IncidentsTable {
  id: Generated<string>;
  repository_id: number;
  /** `owner/name` of the repository that the branch is in; empty when that fork is gone. */
  head_repository: string;
  branch: string;
  pull_request_number: number | null;
  workflow_path: string;
  fingerprint: string;
  cause: CauseCategory;
  status: IncidentStatus;
  failures: Generated<number>;
  opened_at: Timestamp;
  last_failure_at: Timestamp;
  closed_at: Timestamp | null;
  closed_reason: string | null;
  fixed_by: string | null;
}

export interface DiagnosesTable {
  id: Generated<string>;
  incident_id: string;
  repository_id: number;
  run_id: number;
  run_attempt: number;
  /** Null when the run ended before any job began. */
  job_id: number | null;
  job_name: string;
  head_sha: string;
  fingerprint: string;
  cause: CauseCategory;
  confidence: number;
  diagnosis: JSONColumnType<Diagnosis>;
  excerpt: string;
  printed_diffs: JSONColumnType<PrintedDiff[], string | undefined>;
  decision: JSONColumnType<Decision>;
  /** Null for diagnoses that were made before there were verdicts. */
  verdict: ColumnType<Verdict | null, string | null | undefined, string | null>;
  created_at: GeneratedTimestamp;
}

export interface ReportsTable {
  repository_id: number;
  head_sha: string;
  check_run_id: number | null;
  content_hash: string | null;
  /** Keys of the annotations that the check run has: an update only appends. */
  annotation_keys: Generated<string[]>;
  updated_at: GeneratedTimestamp;
}

export type FixState = 'planned' | 'committed' | 'proposed' | 'ended';

export type Outcome = 'verified' | 'refuted' | 'superseded' | 'rejected' | 'abandoned';

export interface FixesTable {
  id: Generated<string>;
  incident_id: string;
  repository_id: number;
  attempt: number;
  fixer: string;
  fixer_version: string;
  state: FixState;
  outcome: Outcome | null;
  reason: string | null;
  workflow_path: string;
  base_branch: string;
  base_sha: string;
  branch: string;
  commit_sha: string | null;
  pull_request_number: number | null;
  patch_hash: string;
  patch: string;
  paths: string[];
  verified_by_run: number | null;
  correlation_id: string;
  created_at: GeneratedTimestamp;
  ended_at: Timestamp | null;
  /** Null where the commit lies on the base itself. */
  parent_sha: string | null;
  changes: ColumnType<FixChange[], string | undefined, string>;
  delivery: Generated<FixDelivery>;
  /** Null where the pull request goes onto the branch that failed. */
  target_branch: string | null;
  course_note: string | null;
  committed_at: Timestamp | null;
  stalled_reason: string | null;
}

/** One fixer's part of a fix. */
export interface FixChange {
  fixer: string;
  /** The tool that did the work, and its version. */
  tool: string;
  version: string;
  paths: string[];
  /** Only of an agent: its own words, which nobody has checked. */
  reason?: string;
  /** The repository's own command did it, which only a workflow's runner runs; `version` holds it. */
  ownCommand?: true;
}

export interface FixIncidentsTable {
  fix_id: string;
  incident_id: string;
  workflow_path: string;
  fingerprint: string;
  /** Names of the jobs that were red because of the incident. */
  jobs: string[];
}
