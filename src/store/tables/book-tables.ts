import type { Generated, JSONColumnType } from 'kysely';
import type { GeneratedTimestamp, Timestamp } from './timestamp.ts';

export interface PullRequestsTable {
  repository_id: number;
  number: number;
  state: 'open' | 'closed';
  merged: Generated<boolean>;
  draft: Generated<boolean>;
  author: string;
  title: string;
  head_sha: string;
  head_branch: string;
  /** `owner/name`; null when the fork is gone. */
  head_repository: string | null;
  base_branch: string;
  updated_at: Timestamp;
  merged_at: Timestamp | null;
}

export interface RunsTable {
  id: number;
  attempt: number;
  repository_id: number;
  workflow_id: number;
  workflow_name: string;
  workflow_path: string;
  run_number: number;
  event: string;
  status: string;
  conclusion: string | null;
  head_sha: string;
  head_branch: string | null;
  head_repository: string | null;
  pull_request_number: number | null;
  actor: string | null;
  url: string;
  created_at: Timestamp;
  started_at: Timestamp | null;
  completed_at: Timestamp | null;
  received_at: GeneratedTimestamp;
  /** GitHub's `updated_at` of the word that the row stands by. */
  updated_at: GeneratedTimestamp;
}

export interface StoredStep {
  number: number;
  name: string;
  status: string;
  conclusion: string | null;
  startedAt?: string | null;
  completedAt?: string | null;
}

export interface JobsTable {
  id: number;
  run_id: number;
  run_attempt: number;
  repository_id: number;
  name: string;
  status: string;
  conclusion: string | null;
  runner_labels: Generated<string[]>;
  /** GitHub's; null for jobs that were told of before it was kept. */
  created_at: Timestamp | null;
  /** When we heard that it waits, and that it runs. */
  queued_at: Timestamp | null;
  running_at: Timestamp | null;
  started_at: Timestamp | null;
  completed_at: Timestamp | null;
  steps: JSONColumnType<StoredStep[]>;
}

export interface ExternalChecksTable {
  repository_id: number;
  head_sha: string;
  kind: 'check_run' | 'status';
  name: string;
  app: string | null;
  state: string;
  url: string | null;
  summary: string | null;
  updated_at: Timestamp;
}

export interface DeploymentsTable {
  id: number;
  repository_id: number;
  environment: string;
  sha: string;
  ref: string;
  state: string;
  updated_at: Timestamp;
  task: string | null;
  production: Generated<boolean>;
  creator: string | null;
  created_at: Timestamp;
  /** The status that told the state. */
  state_id: Generated<number>;
  /** Whether it ever was in the state `success`, and in `failure` or `error`. */
  ever_succeeded: Generated<boolean>;
  ever_failed: Generated<boolean>;
  /** It succeeded, and its version had succeeded in this environment before. Kept by a trigger. */
  redeployed: Generated<boolean>;
}

/** Every state that a deployment has had. */
export interface DeploymentStatesTable {
  id: number;
  deployment_id: number;
  repository_id: number;
  state: string;
  at: Timestamp;
}

/** Runs whose figures have to be summed up anew. */
export interface TouchedRunsTable {
  id: Generated<number>;
  run_id: number;
  at: GeneratedTimestamp;
}
