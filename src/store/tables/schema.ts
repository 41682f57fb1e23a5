import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { CauseCategory, Diagnosis, PrintedDiff } from '../../diagnosis/types.ts';
import type { Decision, FixDelivery } from '../../policy/types.ts';
import type { Verdict } from '../../policy/verdict.ts';

import type { AgentCallsTable } from './agent-tables.ts';
import type {
  BackfillsTable,
  ForgottenTable,
  JobRollupsTable,
  RedPeriodsTable,
  RunRollupsTable,
  StepRollupsTable,
} from './figure-tables.ts';
import type {
  AnswersTable,
  ApprovalsTable,
  BreakersTable,
  DeclinesTable,
  FlakeEventsTable,
  FlakyTestsTable,
  RerunsTable,
  StopsTable,
  SweepsTable,
  ThreadsTable,
} from './guard-tables.ts';
import type {
  NoticesTable,
  NotificationChannelsTable,
  NotificationItemsTable,
  NotificationRulesTable,
  NotificationSettingsTable,
  NotificationsTable,
  NotificationTicketsTable,
} from './notification-tables.ts';

/** A moment; PostgreSQL's `timestamptz`. */
export type Timestamp = ColumnType<Date, Date | string, Date | string>;
type GeneratedTimestamp = ColumnType<Date, Date | string | undefined, Date | string>;

export type DeliveryState = 'received' | 'processing' | 'done' | 'failed';

export interface DeliveriesTable {
  guid: string;
  event: string;
  body: Buffer;
  state: Generated<DeliveryState>;
  attempts: Generated<number>;
  correlation_id: string;
  received_at: GeneratedTimestamp;
  finished_at: Timestamp | null;
  error_code: string | null;
  error_message: string | null;
}

export interface InstallationsTable {
  id: number;
  account: string;
  suspended: Generated<boolean>;
  removed_at: Timestamp | null;
  updated_at: GeneratedTimestamp;
}

export type BranchState = 'green' | 'red' | 'unknown';

export interface RepositoriesTable {
  id: number;
  installation_id: number | null;
  owner: string;
  name: string;
  default_branch: string;
  private: Generated<boolean>;
  archived: Generated<boolean>;
  removed_at: Timestamp | null;
  default_branch_state: Generated<BranchState>;
  default_branch_sha: string | null;
  described_at: GeneratedTimestamp;
  updated_at: GeneratedTimestamp;
}

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
  updated_at: ColumnType<Date, Date | string | undefined, Date | string>;
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
}

export interface FixIncidentsTable {
  fix_id: string;
  incident_id: string;
  workflow_path: string;
  fingerprint: string;
  /** Names of the jobs that were red because of the incident. */
  jobs: string[];
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

export interface AuditTable {
  id: Generated<number>;
  at: GeneratedTimestamp;
  actor: string;
  action: string;
  subject: string;
  repository_id: number | null;
  correlation_id: string | null;
  details: JSONColumnType<Record<string, unknown>>;
}

/** Every table, as Kysely sees it. GitHub's ids are below 2^53, so `bigint` columns are read as numbers. */
/** What an organisation says for all its repositories, as it was read last. */
export interface OrganizationDefaultsTable {
  /** In lower case. */
  owner: string;
  text: string | null;
  /** False for a file that is no text, or too large. */
  readable: Generated<boolean>;
  read_at: GeneratedTimestamp;
  /** When it was last told to have changed. */
  changed_at: GeneratedTimestamp;
}

export interface Tables {
  organization_defaults: OrganizationDefaultsTable;
  deliveries: DeliveriesTable;
  installations: InstallationsTable;
  repositories: RepositoriesTable;
  pull_requests: PullRequestsTable;
  runs: RunsTable;
  jobs: JobsTable;
  external_checks: ExternalChecksTable;
  incidents: IncidentsTable;
  diagnoses: DiagnosesTable;
  reports: ReportsTable;
  fixes: FixesTable;
  fix_incidents: FixIncidentsTable;
  reruns: RerunsTable;
  flake_events: FlakeEventsTable;
  flaky_tests: FlakyTestsTable;
  approvals: ApprovalsTable;
  breakers: BreakersTable;
  stops: StopsTable;
  threads: ThreadsTable;
  answers: AnswersTable;
  declines: DeclinesTable;
  sweeps: SweepsTable;
  agent_calls: AgentCallsTable;
  deployments: DeploymentsTable;
  deployment_states: DeploymentStatesTable;
  touched_runs: TouchedRunsTable;
  run_rollups: RunRollupsTable;
  job_rollups: JobRollupsTable;
  step_rollups: StepRollupsTable;
  red_periods: RedPeriodsTable;
  forgotten: ForgottenTable;
  backfills: BackfillsTable;
  notices: NoticesTable;
  notification_channels: NotificationChannelsTable;
  notification_rules: NotificationRulesTable;
  notification_settings: NotificationSettingsTable;
  notifications: NotificationsTable;
  notification_items: NotificationItemsTable;
  notification_tickets: NotificationTicketsTable;
  audit: AuditTable;
}
