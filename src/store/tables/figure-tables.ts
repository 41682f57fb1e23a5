import type { Generated } from 'kysely';
import type { Timestamp } from './timestamp.ts';

/** The times in which a workflow was red on the default branch. */
export interface RedPeriodsTable {
  repository_id: number;
  workflow_path: string;
  red_run_id: number;
  red_attempt: number;
  started_at: Timestamp;
  red_runs: number;
  green_run_id: number | null;
  green_attempt: number | null;
  ended_at: Timestamp | null;
}

/** What a sum is of: all runs of an hour or of a day, those of a workflow, of a kind of branches, or of both. */
export type RollupLevel = 'hour' | 'workflow-hour' | 'day' | 'workflow' | 'kind' | 'workflow-kind';

/** Sums of the runs of one repository that began in one hour or on one day of UTC. */
export interface RunRollupsTable {
  level: RollupLevel;
  /** Empty for all. */
  workflow_path: string;
  /** Empty for all but Regreen's own. */
  branch_kind: string;
  bucket: Timestamp;
  repository_id: number;
  runs: number;
  green: number;
  red: number;
  cancelled: number;
  other: number;
  attempts: number;
  green_after_red: number;
  duration_n: number;
  duration_ms: number;
  duration_sketch: Buffer;
  jobs: number;
  job_ms: number;
  job_minutes: number;
  queue_n: number;
  queue_ms: number;
  queue_sketch: Buffer;
}

/** The same over all repositories, of one day of UTC. */
export type RunTotalsTable = Omit<RunRollupsTable, 'level' | 'workflow_path' | 'repository_id'>;

/** The time that a job took in one week of UTC; the weeks in `touched_job_weeks` are to be made anew. */
export interface JobWeeksTable {
  week: Timestamp;
  repository_id: number;
  workflow_path: string;
  job_name: string;
  duration_ms: number;
}

/** Weeks of which sums have changed, or that have not ended. */
export interface TouchedJobWeeksTable {
  week: Timestamp;
}

/** Days whose sums have changed since their totals were made. */
export interface TouchedTotalsTable {
  bucket: Timestamp;
  at: Generated<Timestamp>;
}

/** Up to when the rows of a kind were forgotten. */
export interface ForgottenTable {
  kind: string;
  before: Timestamp;
}

/** Which repositories' past is to be read from GitHub, and how far that is. */
export interface BackfillsTable {
  repository_id: number;
  state: 'waiting' | 'done' | 'refused';
  since: Timestamp;
  done_from: Timestamp;
  runs: Generated<number>;
  reason: string | null;
  requested_at: Timestamp;
  updated_at: Timestamp;
}

export interface JobRollupsTable {
  repository_id: number;
  bucket: Timestamp;
  workflow_path: string;
  job_name: string;
  jobs: number;
  green: number;
  red: number;
  duration_n: number;
  duration_ms: number;
  duration_sketch: Buffer;
  queue_n: number;
  queue_ms: number;
  queue_sketch: Buffer;
}

export interface StepRollupsTable {
  repository_id: number;
  bucket: Timestamp;
  workflow_path: string;
  job_name: string;
  step_name: string;
  steps: number;
  red: number;
  duration_n: number;
  duration_ms: number;
  duration_sketch: Buffer;
}
